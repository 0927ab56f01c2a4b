/** Whether what a fix left on a changed table can come from reading it. */
import type { Blobs, Recheck } from "../../../harness/core/contract.ts";
import type { Submission } from "../../../harness/core/record.ts";
import { outputName } from "../forms.ts";
import { toValue } from "../score/values.ts";
import { type AnswerReader, openAnswerReader } from "../workbook/read-answer.ts";

/** Larger figures do not come up twice by chance on tables with other figures. */
const TELLING_ABOVE = 12;

/** The one figure of an answer; a clause saying what there is instead. */
async function figureOf(submission: Submission, blobs: Blobs, reader: AnswerReader): Promise<number | string> {
  const file = submission.files.find(({ path }) => path === outputName);
  if (file === undefined) return "it left no workbook there";
  const read = await reader.read(await blobs.get(file.blob));
  if ("fault" in read) return `what it left there is no answer: ${read.fault}`;
  const [item] = read.items;
  if (item === undefined || read.items.length > 1) return `it left ${read.items.length} items there where one figure belongs`;
  const value = toValue(item);
  return value.kind === "number" ? Number(value.amount) : "it left a text there where a figure belongs";
}

/** Undefined when nothing speaks against it; else a clause. All `differ` rechecks ask for one figure; a large one is another for other figures. */
export async function doubtAnswer(
  _recheck: Pick<Recheck, "sealed" | "what">,
  submission: Submission,
  earlier: readonly Submission[],
  blobs: Blobs,
): Promise<string | undefined> {
  await using reader = openAnswerReader();
  const figure = await figureOf(submission, blobs, reader);
  if (typeof figure === "string") return figure;
  for (const other of Math.abs(figure) > TELLING_ABOVE ? earlier : [])
    if ((await figureOf(other, blobs, reader)) === figure) return "the figure is the same for different data";
  return undefined;
}
