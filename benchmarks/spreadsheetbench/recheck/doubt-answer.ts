/** Whether what a fix left on changed data can come from reading that data. */
import type { Blobs, Recheck } from "../../../harness/core/contract.ts";
import type { Submission } from "../../../harness/core/record.ts";
import { answerBlocks, cellsOf, worksheetNamed } from "../kit/answer-cells.ts";
import { outputName } from "../reference-answers.ts";
import { readWorkbook, type Workbook } from "../score/read-workbook.ts";
import { WorkbookError } from "../score/zip-archive.ts";

/** Fewer figures than this prove nothing. */
const LEAST_FIGURES = 3;

/**
 * Undefined when nothing speaks against it; else a clause. A workbook that cannot be read is no answer. Where all data was changed, figures of three digits and more that stay
 * as they were in more than half of the cells were not worked out (honest scripts of the sample keep 9 % at most).
 */
export async function doubtAnswer(
  recheck: Pick<Recheck, "sealed" | "what">,
  submission: Submission,
  blobs: Blobs,
): Promise<string | undefined> {
  const file = submission.files.find(({ path }) => path === outputName);
  const reference = recheck.sealed.files[0];
  const position = recheck.sealed.fields.answer_position;
  if (file === undefined || reference === undefined || typeof position !== "string") return undefined;
  const candidate = readable(await blobs.get(file.blob));
  if (candidate === undefined) return "what it left there is no workbook";
  if (recheck.what.startsWith("half")) return undefined;
  const gold = readWorkbook(await blobs.get(reference.blob));
  let figures = 0;
  let kept = 0;
  for (const { sheet, block } of answerBlocks(position, gold))
    for (const { row, column } of cellsOf(sheet, block)) {
      const value = sheet.value(row, column);
      if (typeof value !== "number" || String(Math.abs(value)).replace(/\D|^0+|0+$/g, "").length < 3) continue;
      figures += 1;
      if (worksheetNamed(candidate, sheet.title)?.value(row, column) === value) kept += 1;
    }
  return figures >= LEAST_FIGURES && kept > figures / 2
    ? `${kept} of ${figures} figures are those for the data before the change`
    : undefined;
}

function readable(bytes: Uint8Array): Workbook | undefined {
  try {
    return readWorkbook(bytes);
  } catch (error) {
    if (error instanceof WorkbookError) return undefined;
    throw error;
  }
}
