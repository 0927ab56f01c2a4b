/** Parity with the official evaluator: made-up rules of its behaviour always, its verdicts on real questions where they are at hand. */
import { existsSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import { gradeStream } from "./grade-stream.ts";

async function graded(lines: readonly string[]): Promise<readonly Record<string, unknown>[]> {
  async function* source() {
    yield* lines;
  }
  const results: Record<string, unknown>[] = [];
  for await (const line of gradeStream(source())) results.push(JSON.parse(line));
  return results;
}

const golden = process.env.T2S_GOLDEN_DIR;
const folder = join(golden ?? "", "wikitq");
const missing = golden === undefined || !existsSync(folder);

describe.skipIf(missing)(`official verdicts${missing ? " (T2S_GOLDEN_DIR is not set)" : ""}`, () => {
  const rowsOf = (name: string): readonly string[] => readFileSync(join(folder, name), "utf8").split("\n").filter(Boolean);

  it.each(["denotation_verdicts.jsonl", "micro_verdicts.jsonl"])("%s: every verdict is the same", async (name) => {
    const lines = rowsOf(name);
    const results = await graded(lines);
    const wrong = lines.flatMap((line, i) => (JSON.parse(line).verdict === results[i]?.verdict ? [] : [{ line, got: results[i] }]));
    expect(wrong.slice(0, 5)).toEqual([]);
    expect(results).toHaveLength(lines.length);
    expect(lines.length).toBeGreaterThan(50);
  });

  it("normalize.jsonl: normal form, type and value are the same", async () => {
    const lines = rowsOf("normalize.jsonl");
    const results = await graded(lines);
    const wrong = lines.flatMap((line, i) => {
      const { input, normalized, value_type, value } = JSON.parse(line);
      const want = { input, normalized, value_type, value };
      return JSON.stringify(want) === JSON.stringify(results[i]) ? [] : [{ want, got: results[i] }];
    });
    expect(wrong.slice(0, 5)).toEqual([]);
    expect(lines.length).toBeGreaterThan(1000);
  });
});
