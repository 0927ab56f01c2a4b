import { describe, expect, it } from "vitest";
import { gradeStream } from "./grade-stream.ts";
import { MAX_TEXT } from "./limits.ts";

async function* feed(lines: readonly string[]): AsyncGenerator<string> {
  yield* lines;
}

async function grade(scorer: string, ...rows: readonly unknown[]): Promise<unknown[]> {
  const results: unknown[] = [];
  const lines = rows.map((row) => (typeof row === "string" ? row : JSON.stringify(row)));
  for await (const line of gradeStream(feed(lines), { scorer })) results.push(JSON.parse(line));
  return results;
}

describe("gradeStream", () => {
  it("grades bare answers, responses and full texts, in order", async () => {
    const results = await grade(
      "parity",
      { id: "a", gold: "\\frac12", pred: "0.5" },
      { id: 2, gold: "204", response: "The answer is \\boxed{204}." },
      "",
      {
        id: "c",
        gold: "$28\\%$",
        pred: "28 pct",
        match_types: ["latex", "expr"],
        precision: 6,
        strict: true,
        allow_set_relation_comp: false,
      },
      { gold: "5", pred: "6", match_types: null },
    );
    expect(results).toEqual([
      { id: "a", verdict: true, message: "" },
      { id: 2, verdict: true, message: "" },
      { id: "c", verdict: true, message: "" },
      { id: null, verdict: false, message: "" },
    ]);
  });

  it("says what is wrong with a line that is no row", async () => {
    const results = await grade(
      "strict",
      "{",
      '"x"',
      { id: 1 },
      { id: 2, gold: "5" },
      { id: 3, gold: "5", pred: "5", precision: -1 },
      "\ufffd\ufffd",
    );
    expect(results).toEqual([
      { id: null, verdict: false, message: expect.stringContaining("not JSON") },
      { id: null, verdict: false, message: expect.stringContaining("not a row") },
      { id: 1, verdict: false, message: expect.stringContaining("gold") },
      { id: 2, verdict: false, message: expect.stringContaining("neither pred nor response") },
      { id: 3, verdict: false, message: expect.stringContaining("precision") },
      { id: null, verdict: false, message: expect.stringContaining("not JSON") },
    ]);
  });

  it("refuses texts and lines above the caps", async () => {
    const [text, line] = await grade("parity", { id: 1, gold: "5", pred: "5".repeat(MAX_TEXT + 1) }, "x".repeat(14 * MAX_TEXT + 1));
    expect(text).toMatchObject({ id: 1, verdict: false, message: expect.stringContaining("refused") });
    expect(line).toMatchObject({ verdict: false, message: expect.stringContaining("refused") });
  });

  it("takes a box for the string comparison of a response, and a value as it is", async () => {
    expect(await grade("is_equiv", { id: 1, gold: "5", response: "So \\boxed{5}" }, { id: 2, gold: "5", pred: "\\boxed{5}" })).toEqual([
      { id: 1, verdict: true, message: "" },
      { id: 2, verdict: false, message: "" },
    ]);
  });

  it("gives each verdict before it asks for the next line", async () => {
    const seen: string[] = [];
    async function* slow(): AsyncGenerator<string> {
      for (const id of ["a", "b"]) {
        seen.push(`line ${id}`);
        yield JSON.stringify({ id, gold: "1", pred: "1" });
      }
    }
    for await (const line of gradeStream(slow(), { scorer: "parity" })) seen.push(`verdict ${JSON.parse(line).id}`);
    expect(seen).toEqual(["line a", "verdict a", "line b", "verdict b"]);
  });

  it("knows its scorers", async () => {
    await expect(grade("best", { gold: "1", pred: "1" })).rejects.toThrow('no mathematics scorer "best"');
  });
});
