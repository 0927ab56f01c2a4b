import { readFile } from "node:fs/promises";
import { UsageError } from "../../core/errors.ts";
import { isEvalLog, readEvalLog } from "./read-eval-log.ts";
import { readArray, readCsv, readJsonl } from "./read-records.ts";
import { isReleaseResults, readReleaseResults } from "./read-release-results.ts";
import type { ResultFile, TakeOptions } from "./result-file.ts";

const expected =
  "expected CSV or JSONL with task and score, an Inspect log in JSON, an eval_official_results.json, or an experiment's name";

/** Reads a file of results, told by its content. `name` is what messages call it. Throws UsageError for what cannot be read as results. */
export async function readResultFile(path: string, name: string, options: TakeOptions): Promise<ResultFile> {
  const bytes = await readFile(path);
  if (bytes.subarray(0, 2).toString("latin1") === "PK")
    throw new UsageError(
      `${name} is a zip archive, as .eval logs are; convert it first: inspect log convert --to json --output-dir out ${name}`,
    );
  if (bytes.includes(0)) throw new UsageError(`${name} is a binary file; ${expected}`);
  const text = bytes.toString("utf8").replace(/^\ufeff/, "");
  const first = text.trimStart()[0];
  if (first === undefined) throw new UsageError(`${name} is empty; ${expected}`);
  if (first !== "{" && first !== "[") return readCsv(name, text, options);
  const whole = parseWhole(text);
  if (whole === undefined) return readJsonl(name, text, options);
  if (Array.isArray(whole)) return readArray(name, whole, options);
  if (isEvalLog(whole)) return readEvalLog(name, whole, options);
  if (isReleaseResults(whole)) return readReleaseResults(name, whole, options);
  if (!text.trim().includes("\n")) return readJsonl(name, text, options);
  throw new UsageError(`${name} is JSON of a kind that is not known; ${expected}`);
}

/** undefined for what is no single JSON value, as several lines of JSON are. */
function parseWhole(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}
