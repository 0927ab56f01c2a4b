/** Parity with an independent reference of the metric in Python, row by row, where its verdicts are at hand. */
import { existsSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import type { ScorerId } from "./anls.ts";
import { gradeStream } from "./grade-stream.ts";

const folder = process.env.T2S_GOLDEN_DIR;
const file = folder === undefined ? undefined : join(folder, "anls/anls.jsonl");

const columns: readonly (readonly [ScorerId, string])[] = [
  ["anls", "score"],
  ["rrc", "score_rrc_script"],
];

describe.skipIf(file === undefined || !existsSync(file))("verdicts of the reference (T2S_GOLDEN_DIR)", () => {
  it.each(columns)("%s gives column %s in every row", async (scorer, column) => {
    const lines = readFileSync(file ?? "", "utf8").split("\n");
    const rows = lines.filter((line) => line !== "").map((line): Record<string, unknown> => JSON.parse(line));
    const results: Record<string, unknown>[] = [];
    for await (const line of gradeStream(streamOf(lines), scorer)) results.push(JSON.parse(line));
    expect(rows.length).toBeGreaterThan(100);
    expect(results.map(({ id }) => id)).toEqual(rows.map(({ id }) => id));
    const off = rows.filter((row, i) => !(Math.abs(Number(row[column]) - Number(results[i]?.score)) <= 1e-9));
    expect(off).toEqual([]);
    expect(results.filter(({ score, passed }) => passed !== Number(score) >= 0.5)).toEqual([]);
  });
});

async function* streamOf(lines: readonly string[]): AsyncGenerator<string> {
  yield* lines;
}
