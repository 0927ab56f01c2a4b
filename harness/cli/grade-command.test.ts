import { join } from "node:path";
import { Readable } from "node:stream";
import { expect, it } from "vitest";
import { boundedLines } from "./grade-command.ts";
import { projectRoot, t2s } from "./run-t2s.fixture.ts";

const fixtures = join(projectRoot, "benchmarks/spreadsheetbench/fixtures");
const cases = Array.from({ length: 60 }, (_, n) => ({
  id: `case ${n}`,
  answer_position: "A1:C5",
  gold_file: "gold.xlsx",
  candidate_file: n % 3 === 0 ? "same.xlsx" : n % 3 === 1 ? "B2_changed_everywhere.xlsx" : "no-such-file.xlsx",
  more: "ignored",
}));

it("answers every line in order, with separate folders for golds and candidates", async () => {
  const folder = join(fixtures, "positions");
  const graded = await t2s(
    ["grade", "spreadsheetbench", "--root", fixtures, "--gold-root", folder, "--candidate-root", folder, "--scorer", "upstream"],
    {
      input: cases.map((one) => JSON.stringify(one)).join("\n"),
    },
  );
  expect(graded.code, graded.err).toBe(0);
  const rows = graded.out
    .trim()
    .split("\n")
    .map((line) => JSON.parse(line));
  expect(rows.map((row) => row.id)).toEqual(cases.map((one) => one.id));
  expect(rows.slice(0, 3).map((row) => row.verdict)).toEqual([true, false, false]);
  expect(rows[2].message).toMatch(/not exist|missing|no such/i);
});

it("answers a line that is no case and goes on", async () => {
  const good = JSON.stringify({ ...cases[0], gold_file: "positions/gold.xlsx", candidate_file: "positions/same.xlsx" });
  const graded = await t2s(["grade", "spreadsheetbench", "--root", fixtures], { input: `{"id": 7}\nnot json\n${good}\n` });
  const rows = graded.out
    .trim()
    .split("\n")
    .map((line) => JSON.parse(line));
  expect(rows.map((row) => [row.id, row.verdict])).toEqual([
    [7, false],
    [null, false],
    ["case 0", true],
  ]);
});

it("keeps a line above 16 MiB out of memory and answers it like any other that is no case", async () => {
  const good = JSON.stringify({ ...cases[0], gold_file: "positions/gold.xlsx", candidate_file: "positions/same.xlsx" });
  const input = Readable.from(
    (function* () {
      yield `{"id": "${"x".repeat(1000)}`;
      for (let i = 0; i < 20; i++) yield "x".repeat(2 ** 20);
      yield `"}\n${good}\n`;
      for (let i = 0; i < 20; i++) yield "y".repeat(2 ** 20);
    })(),
    { objectMode: false },
  );
  const lines: string[] = [];
  for await (const line of boundedLines(input)) lines.push(line);
  expect(lines.map((line) => line.length <= 1024)).toEqual([true, true, true]);
  expect(lines[1]).toBe(good);
  expect(() => JSON.parse(lines[0] ?? "")).toThrow();
});
