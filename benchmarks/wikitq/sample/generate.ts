/** Writes a sample in the packed layout: sample.jsonl and csv/sample-csv/<n>.csv. */
import { mkdir, readdir, rename, rm, writeFile } from "node:fs/promises";
import { join, resolve } from "node:path";
import { messageOf, UsageError } from "../../../harness/core/errors.ts";
import { deriveCanon } from "../source/derive-canon.ts";
import { planSample } from "./plan.ts";

/** Fewest tasks: below it a half no longer holds every family twice. */
export const leastCount = 40;
export const defaultSample = { seed: 7, count: 80 } as const;

const quoted = (text: string): string => `"${text.replace(/[\\"]/g, "\\$&")}"`;

/**
 * Generates `count` tasks into `dir`, replacing a sample that is there; equal options give equal bytes. A folder that holds anything else is left alone and named in
 * a UsageError. A run that is cut off leaves the old sample in place.
 */
export async function generateSample(options: {
  readonly seed: number;
  readonly count: number;
  readonly dir: string;
}): Promise<{ readonly tasks: number; readonly dir: string }> {
  const { seed, count } = options;
  const dir = resolve(options.dir);
  if (!Number.isInteger(count) || count < leastCount || count > 5000)
    throw new UsageError(`A sample of ${count} tasks cannot be made: give a whole number from ${leastCount} to 5000.`);
  if (!Number.isSafeInteger(seed)) throw new UsageError(`The seed ${seed} is not a whole number: give one such as ${defaultSample.seed}.`);
  await refuseForeign(dir);
  const draft = `${dir}.partial-${process.pid}`;
  await rm(draft, { recursive: true, force: true });
  try {
    await mkdir(join(draft, "csv", "sample-csv"), { recursive: true });
    const lines: string[] = [];
    for (const [n, task] of planSample(seed, count).entries()) {
      const context = `csv/sample-csv/${n}.csv`;
      await writeFile(join(draft, context), task.rows.map((row) => `${row.map(quoted).join(",")}\n`).join(""));
      const targetCanon = task.answer.map(deriveCanon);
      lines.push(JSON.stringify({ id: task.id, utterance: task.question, context, targetValue: task.answer, targetCanon }));
    }
    await writeFile(join(draft, "sample.jsonl"), `${lines.join("\n")}\n`);
    await rm(dir, { recursive: true, force: true });
    await rename(draft, dir);
  } catch (error) {
    await rm(draft, { recursive: true, force: true });
    throw error;
  }
  return { tasks: count, dir };
}

async function refuseForeign(dir: string): Promise<void> {
  let names: readonly string[];
  try {
    names = await readdir(dir);
  } catch (error) {
    if (error instanceof Error && "code" in error && error.code === "ENOENT") return;
    throw new UsageError(`The folder ${dir} cannot be written to (${messageOf(error)}): give another one.`, { cause: error });
  }
  const foreign = names.find((name) => name !== "sample.jsonl" && name !== "csv");
  if (foreign !== undefined)
    throw new UsageError(`The folder ${dir} holds "${foreign}", which is no part of a sample: give an empty or new folder.`);
}
