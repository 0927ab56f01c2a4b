/** Generates SpreadsheetBench's sample tasks: `node --import tsx scripts/generate-sample.ts [--seed N] [--count N] [--out DIR]`. */
import { parseArgs } from "node:util";
import { defaultSample, generateSample } from "../benchmarks/spreadsheetbench/sample/generate.ts";
import { messageOf, UsageError } from "../harness/core/errors.ts";

const usage = "Usage: node --import tsx scripts/generate-sample.ts [--seed N] [--count N] [--out DIR]";

function wholeNumber(name: string, text: string | undefined, fallback: number): number {
  if (text === undefined) return fallback;
  if (!/^\d{1,9}$/.test(text)) throw new UsageError(`--${name} ${text} is not a whole number: give one such as ${fallback}.`);
  return Number(text);
}

function options() {
  try {
    return parseArgs({
      options: { seed: { type: "string" }, count: { type: "string" }, out: { type: "string" }, help: { type: "boolean" } },
    }).values;
  } catch (error) {
    throw new UsageError(`${messageOf(error)}. ${usage}`);
  }
}

try {
  const { seed, count, out, help } = options();
  if (help === true) console.log(usage);
  else {
    const made = await generateSample({
      seed: wholeNumber("seed", seed, defaultSample.seed),
      count: wholeNumber("count", count, defaultSample.count),
      dir: out ?? new URL("../benchmarks/spreadsheetbench/data/sample", import.meta.url).pathname,
    });
    console.log(`${made.instances} tasks with ${made.cases} test cases in ${made.dir}`);
  }
} catch (error) {
  if (!(error instanceof UsageError)) throw error;
  console.error(error.message);
  process.exitCode = 2;
}
