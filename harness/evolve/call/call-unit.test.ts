import { describe, expect, it } from "vitest";
import { z } from "zod";
import { type ScriptedReply, scriptedModel } from "../../agent/scripted-model.ts";
import { ModelError } from "../../core/errors.ts";
import type { ChatRequest } from "../../core/record.ts";
import type { Asking, ReplyForm } from "../author.ts";
import { type TestAuthorOptions, testAuthor } from "./author.fixture.ts";
import { callResultSchema } from "./call-record.ts";

const replySchema = z.object({ n: z.number() });
/** Takes {"n": number} up to the limit in the context. */
const number: ReplyForm<number> = {
  id: "number",
  rev: 1,
  check(reply, context) {
    const limit = z.object({ limit: z.number() }).parse(context).limit;
    const read = replySchema.safeParse(reply);
    if (!read.success) return { ok: false, problem: "n is missing; expected a number." };
    return read.data.n <= limit
      ? { ok: true, value: read.data.n }
      : { ok: false, problem: `n is ${read.data.n}; at most ${limit} is allowed.` };
  },
};
const asking: Asking<number> = { role: "merger", form: number, system: "You pick a number.", user: "Pick.", context: { limit: 9 } };
const answer = (n: number): string => `\`\`\`json\n{"n": ${n}}\n\`\`\``;

/** An author whose model says `replies`. */
async function scripted(replies: readonly ScriptedReply[], options: TestAuthorOptions = {}) {
  const model = scriptedModel(replies);
  return { model, ...(await testAuthor(model, { forms: { number }, ...options })) };
}
const contents = (request: ChatRequest | undefined) => request?.messages.map(({ role, content }) => [role, content]);

describe("a call", () => {
  it("reads the first good reply, with seed, sampling, usage and cost", async () => {
    const call = { ms: 1, attempts: 1, endpoint: "e", costUsd: 0.25, fingerprint: "f" };
    await using t = await scripted([{ text: answer(3), call }], { seed: 7, sampling: { temperature: 1, max_tokens: 99 } });
    const got = await t.author.ask(asking);
    expect(got).toMatchObject({ state: "read", value: 3, costUsd: 0.25, usage: { calls: 1 } });
    expect(t.model.requests).toMatchObject([{ seed: 7, sampling: { temperature: 1, max_tokens: 99 } }]);
    expect(contents(t.model.requests[0])).toEqual([
      ["system", "You pick a number."],
      ["user", "Pick."],
    ]);
    const record = await t.store.units.get(got.key);
    expect(record?.volatile).toMatchObject({ fingerprints: ["f"], endpoints: ["e"], costUsd: 0.25 });
    const result = callResultSchema.parse(record?.result);
    expect(result).toMatchObject({ state: "read", rounds: 1 });
    // Everything said stands in the record itself.
    expect(record?.volatile.calls).toMatchObject([{ endpoint: "e", costUsd: 0.25 }]);
    expect(record?.blobs).toEqual([]);
  });

  it("takes thinking for what it is", async () => {
    await using t = await scripted([`<think>maybe ${answer(1)}, no</think>\n${answer(2)}`]);
    expect(await t.author.ask(asking)).toMatchObject({ state: "read", value: 2 });
  });

  it("sends the exact place of a JSON error back, keeping the reply", async () => {
    await using t = await scripted(['<think>hm</think>```json\n{"n": 3,}\n```', answer(3)]);
    expect(await t.author.ask(asking)).toMatchObject({ state: "read", value: 3, usage: { calls: 2 } });
    const [, , kept, feedback] = t.model.requests[1]?.messages ?? [];
    expect(kept).toEqual({ role: "assistant", content: '```json\n{"n": 3,}\n```' });
    expect(feedback?.role).toBe("user");
    expect(feedback?.content).toContain(
      'there is a comma but nothing follows it before "}" (line 1, column 8 of the object): {"n": 3 ⟪here⟫ ,}',
    );
  });

  it("asks for a shorter whole answer when one was cut, and never joins parts", async () => {
    await using t = await scripted([
      { text: '```json\n{"n": ', finishReason: "length" },
      { text: "4}\n```", finishReason: "stop" },
      answer(5),
    ]);
    expect(await t.author.ask(asking)).toMatchObject({ state: "read", value: 5 });
    const [, second, third] = t.model.requests.map(contents);
    expect(second).toHaveLength(2); // the half reply is not in the conversation
    expect(second?.[1]?.[1]).toContain("Pick.\n\n[Reply check] Your last reply ended before its JSON object was complete");
    expect(third).toHaveLength(4);
    expect(third?.[3]?.[1]).toContain("it holds no JSON object");
  });

  it("takes a complete object from a reply that ran into the limit afterwards", async () => {
    await using t = await scripted([{ text: `${answer(3)}\nAs you can see, th`, finishReason: "length" }]);
    expect(await t.author.ask(asking)).toMatchObject({ state: "read", value: 3 });
  });

  it("counts prose cut by the limit as cut", async () => {
    await using t = await scripted([{ text: "Let me think about this", finishReason: "length" }, answer(1)]);
    await t.author.ask(asking);
    expect(contents(t.model.requests[1])?.[1]?.[1]).toContain("ended before its JSON object was complete");
  });

  it("answers an empty reply without an empty assistant message", async () => {
    await using t = await scripted(["", "<think>only this</think>", answer(1)]);
    expect(await t.author.ask(asking)).toMatchObject({ state: "read", value: 1 });
    for (const request of t.model.requests) expect(request.messages.map(({ role }) => role)).toEqual(["system", "user"]);
    expect(contents(t.model.requests[2])?.[1]?.[1]).toMatch(
      /Pick\.\n\n\[Reply check\] Your last reply held no answer.*\n\n\[Reply check\]/,
    );
  });

  it("sends form problems back word for word and gives up after all rounds, keeping every reply", async () => {
    await using t = await scripted([answer(10), answer(11), answer(12)]);
    const got = await t.author.ask(asking);
    expect(got).toMatchObject({ state: "unreadable", problem: "n is 12; at most 9 is allowed.", usage: { calls: 3 } });
    expect(t.model.requests).toHaveLength(3);
    expect(contents(t.model.requests[2])?.map(([, text]) => text)).toEqual([
      "You pick a number.",
      "Pick.",
      answer(10),
      expect.stringContaining("cannot be used as it stands:\n\nn is 10; at most 9 is allowed.\n\n"),
      answer(11),
      expect.stringContaining("n is 11; at most 9 is allowed."),
    ]);
    const result = callResultSchema.parse((await t.store.units.get(got.key))?.result);
    const { replies } = result;
    expect(replies.map(({ text, problem }) => [text, problem])).toEqual([
      [answer(10), "n is 10; at most 9 is allowed."],
      [answer(11), "n is 11; at most 9 is allowed."],
      [answer(12), "n is 12; at most 9 is allowed."],
    ]);
  });

  it("stops after the first reply when that is all it may have", async () => {
    await using t = await scripted([answer(10)], { rounds: 1 });
    expect(await t.author.ask(asking)).toMatchObject({ state: "unreadable" });
  });
});

describe("what the endpoint says", () => {
  it("turns overflow into too-long and refusal into unreadable, stored like any result", async () => {
    const overflow = new ModelError("The prompt does not fit.", "overflow");
    await using t = await scripted([overflow]);
    const got = await t.author.ask(asking);
    expect(got).toMatchObject({ state: "too-long", problem: "The prompt does not fit.", usage: { calls: 0 }, costUsd: 0 });
    expect(await t.author.ask(asking)).toEqual(got);
    expect(t.model.requests).toHaveLength(1);
    await using r = await scripted([answer(10), new ModelError("Not about this.", "refused")]);
    expect(await r.author.ask(asking)).toMatchObject({ state: "unreadable", problem: "Not about this.", usage: { calls: 1 } });
  });

  it("lets earlier replies go when they made the conversation too long", async () => {
    const overflow = new ModelError("The prompt does not fit.", "overflow");
    await using t = await scripted([answer(10), overflow, answer(5)]);
    expect(await t.author.ask(asking)).toMatchObject({ state: "read", value: 5, usage: { calls: 2 } });
    expect(contents(t.model.requests[2])?.[1]?.[1]).toMatch(/^Pick\.\n\n\[Reply check\][\s\S]*n is 10; at most 9/);
    await using u = await scripted([answer(10), overflow, overflow]);
    expect(await u.author.ask(asking)).toMatchObject({ state: "too-long", usage: { calls: 1 } });
  });

  it("reports infrastructure as errored with what was spent, without storing a result", async () => {
    const call = { ms: 1, attempts: 1, endpoint: "e", costUsd: 0.5 };
    const down = new ModelError("HTTP 500", "server");
    const once: ScriptedReply[] = [{ text: answer(10), call }, down];
    await using t = await scripted([...once, ...once, ...once]);
    const got = await t.author.ask(asking);
    expect(got).toMatchObject({ state: "errored", problem: "HTTP 500" });
    expect(await t.store.units.get(got.key)).toBeUndefined();
    const errors = await t.store.errors.of(got.key);
    expect(errors.map(({ state, costUsd }) => [state, costUsd])).toEqual([
      ["retried", 0.5],
      ["retried", 0.5],
      ["final", 0.5],
    ]);
  });

  it("starts over after a hiccup", async () => {
    await using t = await scripted([answer(10), new ModelError("HTTP 500", "server"), answer(4)]);
    expect(await t.author.ask(asking)).toMatchObject({ state: "read", value: 4, usage: { calls: 1 } });
  });

  it("stops the run for what would hit every call", async () => {
    await using t = await scripted([new ModelError("wrong key", "auth")]);
    await expect(t.author.ask(asking)).rejects.toThrow("wrong key");
    await expect(t.author.ask({ ...asking, user: "Pick another." })).rejects.toThrow(/wrong key/);
    expect(t.model.requests).toHaveLength(1);
  });
});

describe("keys", () => {
  it("never asks the same twice, and asks anew when anything of the question changes", async () => {
    await using t = await scripted(Array.from({ length: 9 }, (_, i) => answer(i)));
    const first = await t.author.ask(asking);
    expect(await t.author.ask(asking)).toEqual(first);
    const changed: Asking<number>[] = [
      { ...asking, context: { limit: 10 } },
      { ...asking, user: "Pick well." },
      { ...asking, system: "You choose a number." },
      { ...asking, role: "validator" },
    ];
    const keys = [first.key];
    for (const other of changed) keys.push((await t.author.ask(other)).key);
    expect(new Set(keys).size).toBe(5);
    expect(t.model.requests).toHaveLength(5);
    expect((await t.author.ask(asking)).key).toBe(first.key);
  });

  it("differ by seed, sampling, rounds and form revision", async () => {
    const keys = new Set<string>();
    for (const options of [{}, { seed: 42 }, { sampling: { temperature: 0 } }, { rounds: 2 }]) {
      await using t = await scripted([answer(1)], options);
      keys.add((await t.author.ask(asking)).key);
    }
    const form = { ...number, rev: 2 };
    await using t = await scripted([answer(1)], { forms: { number: form } });
    keys.add((await t.author.ask({ ...asking, form })).key);
    expect(keys.size).toBe(5);
  });

  it("are not served by a program with another form revision or another model", async () => {
    await using t = await scripted([answer(1)]);
    await expect(t.author.ask({ ...asking, form: { ...number, rev: 2 } })).rejects.toThrow("form number revision 2 is not registered");
    await using u = await scripted([answer(1)], { identity: { name: "scripted", revision: "other" } });
    await expect(u.author.ask(asking)).rejects.toThrow("model scripted is configured differently here");
    expect([...t.model.requests, ...u.model.requests]).toEqual([]);
  });
});
