/** Stage 3 over the real author: units in a store, replies as text, problems sent back, calls ending in any order. */
import { expect, it } from "vitest";
import type { Model } from "../../core/contract.ts";
import { type ChatRequest, noUsage } from "../../core/record.ts";
import { testAuthor } from "../call/author.fixture.ts";
import { append, patch, run, textOf } from "./consolidation.fixture.ts";
import { block, echoMerge } from "./scripted-author.fixture.ts";

/** Answers in text; the first reply to every merge invents an id, the second is sound. */
function talkative(): Model & { readonly requests: ChatRequest[] } {
  const requests: ChatRequest[] = [];
  return {
    name: "talkative",
    simulated: true,
    vision: false,
    requests,
    embed: () => Promise.reject(new Error("no embeddings")),
    async complete(request) {
      requests.push(request);
      const [system = "", user = ""] = request.messages.map(({ content }) => (typeof content === "string" ? content : ""));
      const answer = system.startsWith("You translate")
        ? { edit: { ...JSON.parse(block(user, "edit")), target_section: "## Checks" } }
        : echoMerge({ role: "merger", form: "merge", system, user, problems: [] });
      const body = JSON.stringify(answer);
      const text = request.messages.length === 2 && !system.startsWith("You translate") ? body.replace(/"from":\["/, '"from":["x') : body;
      return {
        text: `Let me see.\n\n\`\`\`json\n${text}\n\`\`\``,
        toolCalls: [],
        finishReason: "stop",
        usage: { ...noUsage, calls: 1 },
        call: { ms: 0, attempts: 1, endpoint: "here" },
      };
    },
  };
}

it("merges, sends problems back, translates, and pays nothing the second time", async () => {
  const patches = Array.from({ length: 7 }, (_, n) =>
    patch(n, [append(n % 2 === 0 ? "## Checks" : "## Check", `3. ${n % 2 === 0 ? "Rule" : "Other rule"} ${n % 3}.`)]),
  );
  const settings = {
    merge: { batch_size: 3, max_levels: 8, grouping: "task-order", leftovers: "balanced" },
    prevalence: { min_support: 1, below: "keep" },
  } as const;
  const outcomes: string[] = [];
  for (const seed of [3, 11]) {
    const model = talkative();
    let state = seed;
    const next = (): number => {
      state = (state * 16807) % 2147483647;
      return state / 2147483647;
    };
    await using real = await testAuthor(model, { shuffle: next });
    const first = await run(patches, real.author, settings);
    expect(first.state).toBe("evolved");
    expect(first.mergeTree.calls).toBe(4);
    for (const rule of [0, 1, 2]) expect(textOf(first)).toContain(`3. Rule ${rule}.`);
    expect(first.lineage.edits.some(({ id }) => id.startsWith("t."))).toBe(true);
    const paid = model.requests.length;
    expect(paid).toBeGreaterThan(first.calls);
    expect(JSON.stringify(await run(patches, real.author, settings))).toBe(JSON.stringify(first));
    expect(model.requests).toHaveLength(paid);
    outcomes.push(JSON.stringify(first));
  }
  expect(outcomes[0]).toBe(outcomes[1]);
});
