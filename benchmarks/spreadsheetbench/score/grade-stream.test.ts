import { mkdirSync, mkdtempSync, rmSync, symlinkSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, expect, it } from "vitest";
import type { ScorerId } from "./compare-workbooks.ts";
import { type GradeStreamOptions, gradeStream } from "./grade-stream.ts";
import { column } from "./pack-workbook.fixture.ts";

const root = mkdtempSync(join(tmpdir(), "t2s-stream-"));
beforeAll(() => {
  mkdirSync(join(root, "gold"));
  mkdirSync(join(root, "out"));
  writeFileSync(join(root, "gold", "g.xlsx"), column(1, 2));
  writeFileSync(join(root, "out", "right.xlsx"), column(1, 2));
  writeFileSync(join(root, "out", "wrong.xlsx"), column(1, 3));
  writeFileSync(join(root, "out", "text.xlsx"), "hello");
  symlinkSync("right.xlsx", join(root, "out", "link.xlsx"));
  symlinkSync("nowhere.xlsx", join(root, "out", "dangling.xlsx"));
});
afterAll(() => rmSync(root, { recursive: true, force: true }));

async function grade(lines: Iterable<string>, scorer: ScorerId, options: Partial<GradeStreamOptions> = {}) {
  const results: { id: unknown; verdict: boolean | null; message: string }[] = [];
  const feed = async function* () {
    yield* lines;
  };
  for await (const line of gradeStream(feed(), { root, scorer, ...options })) results.push(JSON.parse(line));
  return results;
}
const row = (id: unknown, candidate: unknown, more: object = {}) =>
  JSON.stringify({ id, answer_position: "A1:A2", gold_file: "gold/g.xlsx", candidate_file: candidate, ...more });

it("answers each case line with one line, in order, whatever is wrong with it", { timeout: 120_000 }, async () => {
  const lines = [
    row("a", "out/right.xlsx", { dataset: "x", verdict: false }),
    row(7, "out/wrong.xlsx"),
    "",
    "{not json",
    row("abs", join(root, "out", "right.xlsx")),
    row("link", "out/link.xlsx"),
    row("dangling", "out/dangling.xlsx"),
    row("none", "out/none.xlsx"),
    row("unnamed", null),
    row("text", "out/text.xlsx"),
    row("folder", "out"),
    row("gold", "out/right.xlsx", { gold_file: "gold/none.xlsx" }),
    row("position", "out/right.xlsx", { answer_position: 5 }),
    "[1]",
    "null",
    row("last", "out/right.xlsx"),
  ];
  const results = await grade(lines, "upstream");
  expect(results.map((r) => [r.id, r.verdict])).toEqual([
    ["a", true],
    [7, false],
    [null, false],
    ["abs", true],
    ["link", true],
    ["dangling", false],
    ["none", false],
    ["unnamed", false],
    ["text", false],
    ["folder", false],
    ["gold", false],
    ["position", false],
    [null, false],
    [null, false],
    ["last", true],
  ]);
  expect(results.filter((r) => r.verdict === true).map((r) => r.message)).toEqual(["", "", "", ""]);
  const message = (id: unknown) => results.find((r) => r.id === id)?.message;
  expect(message(7)).toBe("A2 of sheet S: expected 2, got 3");
  expect(results[2]?.message).toMatch(/not JSON/);
  expect(message("none")).toBe("File not exist");
  expect(message("gold")).toBe("gold workbook: File not exist");
  expect(message("position")).toMatch(/answer_position/);
  expect(results.every((r) => r.verdict === true || r.message !== "")).toBe(true);
});

it("takes gold and candidate files from folders of their own and answers null under strict only", { timeout: 120_000 }, async () => {
  const roots = { goldRoot: join(root, "gold"), candidateRoot: join(root, "out"), root: "/nonexistent" };
  const lines = [
    row("right", "right.xlsx", { gold_file: "g.xlsx" }),
    row("empty", "right.xlsx", { gold_file: "g.xlsx", answer_position: "C1:C5" }),
    row("gold", "right.xlsx", { gold_file: "none.xlsx" }),
    row("missing", "none.xlsx", { gold_file: "g.xlsx" }),
    row("13-1", "right.xlsx", { gold_file: "g.xlsx" }),
    "nonsense",
  ];
  expect((await grade(lines, "strict", roots)).map((r) => r.verdict)).toEqual([true, null, null, false, null, null]);
  expect((await grade(lines, "trace2skill", roots)).map((r) => r.verdict)).toEqual([true, true, false, false, true, false]);
});

it("reads no further ahead than its window and stops when the reader of its lines does", { timeout: 120_000 }, async () => {
  let taken = 0;
  let closed = false;
  async function* endless() {
    try {
      for (;;) {
        taken += 1;
        yield row(taken, "out/right.xlsx");
      }
    } finally {
      closed = true;
    }
  }
  const seen: unknown[] = [];
  for await (const line of gradeStream(endless(), { root, scorer: "upstream", concurrency: 1 })) {
    seen.push(JSON.parse(line).id);
    if (seen.length === 20) break;
  }
  expect(seen).toEqual(Array.from({ length: 20 }, (_, i) => i + 1));
  expect(taken).toBeLessThanOrEqual(20 + 16);
  expect(closed).toBe(true);
});
