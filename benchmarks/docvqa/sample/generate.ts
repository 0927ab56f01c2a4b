/** Writes a sample set in the layout in which DocVQA is published: val_v1.0.json and documents/<document>_<page>.png. */
import { mkdir, readdir, rename, rm, writeFile } from "node:fs/promises";
import { join, resolve } from "node:path";
import { messageOf, UsageError } from "../../../harness/core/errors.ts";
import { drawPage } from "../page/draw-page.ts";
import { planSample } from "./plan.ts";

/** Fewest questions: below it a half no longer holds two pages of every kind. */
const leastCount = 40;
export const defaultSample = { seed: 7, count: 80 } as const;

const indexName = "val_v1.0.json";

/**
 * Generates `count` questions into `dir`, replacing a sample that is there; equal options give equal bytes.
 * A folder that holds anything else is left alone and named in a UsageError. A run that is cut off leaves the old sample in place.
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
    await mkdir(join(draft, "documents"), { recursive: true });
    const data = [];
    for (const [number, planned] of planSample(seed, count).entries()) {
      const { documentId, pageNumber } = planned;
      const image = `documents/${documentId}_${pageNumber}.png`;
      await writeFile(join(draft, image), drawPage(planned.page));
      for (const [i, { question, answer, types }] of planned.questions.entries())
        data.push({
          questionId: planned.questionIds[i],
          question,
          question_types: types,
          image,
          docId: number + 1,
          ucsf_document_id: documentId,
          ucsf_document_page_no: String(pageNumber),
          answers: [answer],
          data_split: "val",
        });
    }
    const index = { dataset_name: "docvqa", dataset_version: "1.0", dataset_split: "val", data };
    await writeFile(join(draft, indexName), `${JSON.stringify(index, null, 2)}\n`);
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
    if (error instanceof Error && "code" in error && error.code === "ENOENT") return;
    throw new UsageError(`The folder ${dir} cannot be written to (${messageOf(error)}): give another one with --out.`, { cause: error });
  }
  const foreign = names.find((name) => name !== indexName && name !== "documents");
  if (foreign !== undefined)
    throw new UsageError(`The folder ${dir} holds "${foreign}", which is no part of a sample: give an empty or new folder with --out.`);
}
