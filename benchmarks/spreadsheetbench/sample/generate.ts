/** Writes a sample set in the layout in which SpreadsheetBench is published: dataset.json and spreadsheet/<id>/<k>_<id>_{input,answer}.xlsx. */
import { mkdir, readdir, rename, rm, writeFile } from "node:fs/promises";
import { join, resolve } from "node:path";
import { UsageError } from "../../../harness/core/errors.ts";
import { planSample } from "./plan.ts";
import { workbookBytes } from "./workbook-file.ts";

/** Fewest instances: below it a half no longer holds every family twice. */
export const leastCount = 48;
export const defaultSample = { seed: 7, count: 66 } as const;

export interface SampleReport {
  readonly instances: number;
  readonly cases: number;
  readonly dir: string;
}

/**
 * Generates `count` instances into `dir`, replacing a sample that is there; equal options give equal bytes.
 * A folder that holds anything else is left alone and named in a UsageError. A run that is cut off leaves the old sample in place.
 */
export async function generateSample(options: {
  readonly seed: number;
  readonly count: number;
  readonly dir: string;
}): Promise<SampleReport> {
  const { seed, count } = options;
  const dir = resolve(options.dir);
  if (!Number.isInteger(count) || count < leastCount || count > 5000)
    throw new UsageError(`A sample of ${count} tasks cannot be made: give a whole number from ${leastCount} to 5000.`);
  if (!Number.isSafeInteger(seed)) throw new UsageError(`The seed ${seed} is not a whole number: give one such as ${defaultSample.seed}.`);
  await refuseForeign(dir);
  const draft = `${dir}.partial-${process.pid}`;
  await rm(draft, { recursive: true, force: true });
  let cases = 0;
  try {
    const index = [];
    for (const task of planSample(seed, count)) {
      const folder = `spreadsheet/${task.id}`;
      await mkdir(join(draft, folder), { recursive: true });
      for (let k = 1; k <= task.cases; k++) {
        const { input, answer } = task.draft.draw(task.values.fork("case", k));
        await writeFile(join(draft, folder, `${k}_${task.id}_input.xlsx`), await workbookBytes(input));
        await writeFile(join(draft, folder, `${k}_${task.id}_answer.xlsx`), await workbookBytes(answer));
        cases++;
      }
      index.push({
        id: task.id,
        instruction: task.draft.instruction,
        spreadsheet_path: folder,
        instruction_type: task.draft.type,
        answer_position: task.draft.position,
      });
    }
    await writeFile(join(draft, "dataset.json"), `${JSON.stringify(index, null, 2)}\n`);
    await rm(dir, { recursive: true, force: true });
    await rename(draft, dir);
  } catch (error) {
    await rm(draft, { recursive: true, force: true });
    throw error;
  }
  return { instances: count, cases, dir };
}

async function refuseForeign(dir: string): Promise<void> {
  let names: string[];
  try {
    names = await readdir(dir);
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === "ENOENT") return;
    throw new UsageError(`The folder ${dir} cannot be written to (${(error as Error).message}): give another one with --out.`);
  }
  const foreign = names.find((name) => name !== "dataset.json" && name !== "spreadsheet");
  if (foreign !== undefined)
    throw new UsageError(`The folder ${dir} holds "${foreign}", which is no part of a sample: give an empty or new folder with --out.`);
}
