import { describe, expect, it } from "vitest";
import { docvqa } from "../index.ts";
import type { ScorerId } from "./anls.ts";

async function grade(lines: readonly string[], scorer: ScorerId | string = "anls"): Promise<unknown[]> {
  const results: unknown[] = [];
  const stream = (async function* () {
    yield* lines;
  })();
  for await (const line of docvqa.grade(stream, { root: "/", scorer })) results.push(JSON.parse(line));
  return results;
}

describe("t2s grade docvqa", () => {
  it("gives one result a line, in order, for either scorer", async () => {
    const lines = [
      JSON.stringify({ id: "a", golds: ["abcd"], prediction: "ab" }),
      "",
      JSON.stringify({ id: 7, golds: ["March 2, 1951"], prediction: "march 2,  1951", more: true }),
      JSON.stringify({ golds: [], prediction: "" }),
    ];
    expect(await grade(lines)).toEqual([
      { id: "a", score: 0, passed: false },
      { id: 7, score: 1, passed: true },
      { id: null, score: 0, passed: false },
    ]);
    expect((await grade(lines, "rrc"))[0]).toEqual({ id: "a", score: 0.5, passed: true });
  });

  it("takes the prediction as it is", async () => {
    expect(await grade([JSON.stringify({ id: 1, golds: ["5"], prediction: "Answer: 5" })])).toEqual([{ id: 1, score: 0, passed: false }]);
  });

  it.each([
    ["{", /not JSON/],
    ["null", /not a case/],
    ["[1]", /not a case/],
    ['{"id":1,"prediction":"x"}', /golds/],
    ['{"id":1,"golds":"x","prediction":"x"}', /golds/],
    ['{"id":1,"golds":[1],"prediction":"x"}', /golds\.0/],
    ['{"id":1,"golds":["x"],"prediction":null}', /prediction/],
    ['{"id":1,"golds":["x"]}', /prediction/],
    [JSON.stringify({ id: 1, golds: ["y".repeat(1_000_000)], prediction: "x".repeat(1_000_000) }), /too long/],
  ])("says what is wrong with a line and goes on (%#)", async (line, message) => {
    const results = await grade([line, '{"id":2,"golds":["x"],"prediction":"x"}']);
    expect(results).toHaveLength(2);
    expect(results[0]).toMatchObject({ score: null, passed: false, message: expect.stringMatching(message) });
    expect(results[1]).toEqual({ id: 2, score: 1, passed: true });
  });

  it("reads a line only when its result is taken", async () => {
    let read = 0;
    const endless = (async function* () {
      for (;;) {
        read++;
        yield '{"id":1,"golds":["x"],"prediction":"x"}';
      }
    })();
    const results = docvqa.grade(endless, { root: "/", scorer: "anls" })[Symbol.asyncIterator]();
    for (let i = 0; i < 5; i++) expect((await results.next()).done).toBe(false);
    expect(read).toBeLessThanOrEqual(6);
  });

  it("names the scorers there are", async () => {
    await expect(grade([], "exact")).rejects.toThrow(/anls, rrc/);
  });
});
