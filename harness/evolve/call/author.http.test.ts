import { describe, expect, it } from "vitest";
import { z } from "zod";
import { createModel } from "../../model/create-model.ts";
import { canned, quick, simulated } from "../../model/test-calls.ts";
import { answerWith, completion, specFor } from "../../model/test-endpoint.ts";
import type { Brain } from "../../simulation/contract.ts";
import { recoverableFaults } from "../../simulation/faults.ts";
import { seededRandom } from "../../stats/random.ts";
import type { Asking, ReplyForm } from "../author.ts";
import { testAuthor } from "./author.fixture.ts";

const double: ReplyForm<number> = {
  id: "double",
  rev: 1,
  check(reply, context) {
    const read = z.object({ twice: z.number() }).safeParse(reply);
    const { n } = z.object({ n: z.number() }).parse(context);
    if (!read.success) return { ok: false, problem: "twice is missing; expected a number." };
    return read.data.twice === 2 * n ? { ok: true, value: read.data.twice } : { ok: false, problem: `twice must be twice ${n}.` };
  },
};
const ask = (n: number): Asking<number> => ({ role: "merger", form: double, system: "You double.", user: `n = ${n}`, context: { n } });
const forms = { double };

/** Doubles; by n mod 5 it first breaks its JSON, errs, thinks aloud or says nothing, and mends that once it is told. */
const doubler: Brain = {
  models: ["m"],
  reply({ messages }) {
    const text = messages.map((message) => message.text).join("\n");
    const n = Number(/^n = (\d+)/.exec(text)?.[1]);
    const good = `\`\`\`json\n{"twice": ${2 * n}}\n\`\`\``;
    const told = text.includes("[Reply check]");
    const first = [`{"twice": ${2 * n},}`, `{"twice": ${n + 1}}`, `<think>hm</think>${good}`, "I would say a lot.", good][n % 5] ?? good;
    return { text: told ? good : first, finishReason: "stop" };
  },
};

describe("an author over HTTP", () => {
  it("gives the same answers under 30 % faults, in any order, to many questions at once", async () => {
    const count = 60;
    const answers = [];
    for (const faults of [undefined, { ...recoverableFaults(3, 0.3), retryAfterS: 0 }]) {
      const server = await simulated({ brain: doubler, faults });
      const model = createModel(specFor([server.url], { timeout_s: 0.5, max_attempts: 20 }, { concurrency: 32 }), {
        env: {},
        backoff: { baseMs: 1, capMs: 5 },
      });
      await using t = await testAuthor(model, { forms, shuffle: seededRandom(faults === undefined ? 1 : 2).uniform });
      // Every question twice: the second asker joins the first.
      const got = await Promise.all(Array.from({ length: 2 * count }, (_, i) => t.author.ask(ask(i % count))));
      expect(t.events.filter(({ type }) => type === "finished")).toHaveLength(count);
      if (faults !== undefined) expect(Object.keys(server.stats().faultsInjected).length).toBeGreaterThan(5);
      answers.push(got);
    }
    const [calm, stormy] = answers;
    expect(stormy).toEqual(calm);
    expect(calm?.map((answer) => answer.state === "read" && answer.value)).toEqual(
      Array.from({ length: 2 * count }, (_, i) => 2 * (i % count)),
    );
  });

  it("sees overflow, refusal, cut and empty replies as servers really send them", async () => {
    const open = async (answer: Parameters<typeof canned>[0], max_attempts = 3) => {
      const server = await canned(answer);
      return { server, ...(await testAuthor(createModel(specFor([server.url], { max_attempts }), quick()), { forms })) };
    };
    const tooLong = { error: { message: "This model's maximum context length is 4096 tokens.", code: "context_length_exceeded" } };
    await using overflow = await open(answerWith(400, tooLong));
    expect(await overflow.author.ask(ask(1))).toMatchObject({
      state: "too-long",
      problem: expect.stringContaining("maximum context length"),
    });

    const filtered = { error: { message: "The response was filtered due to the content policy.", code: "content_filter" } };
    await using refused = await open(answerWith(400, filtered));
    expect(await refused.author.ask(ask(1))).toMatchObject({ state: "unreadable" });

    const cut = { choices: [{ index: 0, message: { role: "assistant", content: '```json\n{"twi' }, finish_reason: "length" }] };
    await using short = await open((res, n) =>
      answerWith(200, n === 0 ? { ...completion({}), ...cut } : completion({ content: '{"twice": 2}' }))(res),
    );
    expect(await short.author.ask(ask(1))).toMatchObject({ state: "read", value: 2, usage: { calls: 2, promptTokens: 20 } });
    expect(JSON.stringify(short.server.requests[1]?.body)).toContain("do not continue it");

    await using silent = await open(answerWith(200, completion({ content: "" })));
    expect(await silent.author.ask(ask(1))).toMatchObject({ state: "unreadable", problem: "the reply is empty" });
    expect(silent.server.requests).toHaveLength(9); // three rounds, each believed after three empty messages

    const reasoning = { reasoning_content: 'perhaps {"twice": 9}', content: '{"twice": 2}' };
    await using thinking = await open(answerWith(200, completion(reasoning)));
    expect(await thinking.author.ask(ask(1))).toMatchObject({ state: "read", value: 2 });
  });
});
