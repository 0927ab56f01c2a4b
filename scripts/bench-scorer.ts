/**
 * Throughput of the SpreadsheetBench scorers: `node --import tsx scripts/bench-scorer.ts [folder with dataset.json]` (default: the generated sample).
 * Every reference file against itself, several times over; one and two reader processes, first pass and repeated passes. Ratios are to one process, first pass.
 */
import { readdir, readFile } from "node:fs/promises";
import { join, resolve } from "node:path";
import { openGrader } from "../benchmarks/spreadsheetbench/score/open-grader.ts";

const folder = resolve(process.argv[2] ?? "benchmarks/spreadsheetbench/data/sample");
const entries: { id: string | number; spreadsheet_path: string; answer_position: string }[] = JSON.parse(
  await readFile(join(folder, "dataset.json"), "utf8"),
);
const cases: { goldPath: string; candidatePath: string; answerPosition: string; id: string }[] = [];
for (const entry of entries) {
  for (const name of await readdir(join(folder, entry.spreadsheet_path))) {
    if (!/(_answer|golden)\.xlsx$/.test(name)) continue;
    const path = join(folder, entry.spreadsheet_path, name);
    cases.push({ goldPath: path, candidatePath: path, answerPosition: entry.answer_position, id: String(entry.id) });
  }
}
console.log(`${cases.length} reference files of ${folder}`);
let first: number | undefined;
console.log("processes  pass   files/s  ratio");
for (const workers of [1, 2]) {
  await using grader = openGrader({ workers });
  for (const pass of ["first", "again"]) {
    const begun = performance.now();
    const rounds = pass === "first" ? 1 : 3;
    for (let round = 0; round < rounds; round += 1)
      await Promise.all(
        cases.map(({ goldPath, candidatePath, answerPosition, id }) =>
          grader.grade({ gold: { path: goldPath }, candidate: { path: candidatePath }, answerPosition, scorer: "trace2skill", id }),
        ),
      );
    const rate = (cases.length * rounds * 1000) / (performance.now() - begun);
    first ??= rate;
    console.log(`${String(workers).padStart(9)}  ${pass}  ${rate.toFixed(0).padStart(7)}  ${(rate / first).toFixed(2)}`);
  }
}
process.exit();
