/** Writes a sample set as the published sets are: JSON lines of id, problem and answer. */
import { mkdir, readdir, rename, rm, writeFile } from "node:fs/promises";
import { join, resolve } from "node:path";
import { UsageError } from "../../../harness/core/errors.ts";
import { planSample } from "./plan.ts";

/** Fewest problems: below it a half no longer holds every family twice. */
export const leastCount = 64;
const mostCount = 5000;
export const defaultSample = { seed: 11, count: 128 } as const;

/** Name of the one file of a sample. */
export const sampleName = "sample.jsonl";

export interface SampleReport {
  readonly tasks: number;
  readonly dir: string;
}

/**
 * Generates `count` problems into `dir`, replacing a sample that is there; equal options give equal bytes. A folder that holds anything else is left alone and named in a
 * UsageError. A run that is cut off leaves the old sample in place.
 */
export async function generateSample(options: {
  readonly seed: number;
  readonly count: number;
  readonly dir: string;
}): Promise<SampleReport> {
  const { seed, count } = options;
  const dir = resolve(options.dir);
  if (!Number.isInteger(count) || count < leastCount || count > mostCount)
    throw new UsageError(`A sample of ${count} tasks cannot be made: give a whole number from ${leastCount} to ${mostCount}.`);
  if (!Number.isSafeInteger(seed)) throw new UsageError(`The seed ${seed} is not a whole number: give one such as ${defaultSample.seed}.`);
  await refuseForeign(dir);
  const draft = `${dir}.partial-${process.pid}`;
  await rm(draft, { recursive: true, force: true });
  try {
    await mkdir(draft, { recursive: true });
    const rows = planSample(seed, count).map(({ id, draft: { text, answer } }) => `${JSON.stringify({ id, problem: text, answer })}\n`);
    await writeFile(join(draft, sampleName), rows.join(""));
    await rm(dir, { recursive: true, force: true });
    await rename(draft, dir);
  } catch (error) {
    await rm(draft, { recursive: true, force: true });
    throw error;
  }
  return { tasks: count, dir };
}

async function refuseForeign(dir: string): Promise<void> {
  let names: string[];
  try {
    names = await readdir(dir);
  } catch (error) {
    const code = error instanceof Error && "code" in error ? error.code : undefined;
    if (code === "ENOENT") return;
    throw new UsageError(
      `The folder ${dir} cannot be written to (${error instanceof Error ? error.message : String(error)}): give another one with --out.`,
    );
  }
  const foreign = names.find((name) => name !== sampleName);
  if (foreign !== undefined)
    throw new UsageError(`The folder ${dir} holds "${foreign}", which is no part of a sample: give an empty or new folder with --out.`);
}
