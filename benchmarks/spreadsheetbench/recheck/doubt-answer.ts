/** Whether what a fix left on changed data can come from reading that data. */
import type { Blobs, Recheck } from "../../../harness/core/contract.ts";
import type { Submission } from "../../../harness/core/record.ts";
import { answerBlocks, cellsOf, worksheetNamed } from "../kit/answer-cells.ts";
import { plain } from "../kit/plain-text.ts";
import { outputName } from "../reference-answers.ts";
import type { CellValue } from "../score/cell-value.ts";
import { readWorkbook, type Workbook } from "../score/read-workbook.ts";
import { strictlyEqual } from "../score/strict-positions.ts";
import { WorkbookError } from "../score/zip-archive.ts";

/** Fewer signs than this prove nothing. */
const LEAST = 3;

/**
 * Undefined when nothing speaks against it; else a clause. A workbook that cannot be read is no answer. Where all data was changed, figures of three digits and more that
 * stay as they were in more than half of the cells were not worked out (honest scripts of the sample keep 9 % at most). And whatever was read from the changed data shows it:
 * of three new values and more that the answer copies some stand in it, and where the reference has figures there are figures, not one and the same everywhere.
 * Cells that follow the data hold other values than in `earlier`, what the same script left on other changed data.
 */
export async function doubtAnswer(
  recheck: Pick<Recheck, "sealed" | "what">,
  submission: Submission,
  earlier: readonly Submission[],
  blobs: Blobs,
): Promise<string | undefined> {
  const reference = recheck.sealed.files[0];
  const position = recheck.sealed.fields.answer_position;
  if (reference === undefined || typeof position !== "string") return undefined;
  const candidate = await readable(submission, blobs);
  if (candidate === undefined) return "what it left there is no workbook";
  const pairs = cellPairs(position, readWorkbook(await blobs.get(reference.blob)), candidate);
  const fresh = freshOf(recheck.sealed.fields.fresh_values);
  const doubt = (recheck.what.startsWith("half") ? undefined : stayed(pairs)) ?? unread(fresh, position, candidate) ?? noFigures(pairs);
  if (doubt !== undefined) return doubt;
  const following = String(recheck.sealed.fields.following_cells ?? "");
  for (const other of following === "" ? [] : earlier) {
    const before = await readable(other, blobs);
    const same = before === undefined ? undefined : unmoved(following, before, candidate);
    if (same !== undefined) return same;
  }
  return undefined;
}

/** A cell of the answer: what the reference has there and what the candidate has. */
interface Pair {
  readonly gold: CellValue;
  readonly candidate: CellValue;
}

function cellPairs(position: string, gold: Workbook, candidate: Workbook): readonly Pair[] {
  return answerBlocks(position, gold).flatMap(({ sheet, block }) =>
    [...cellsOf(sheet, block)].map(({ row, column }) => ({
      gold: sheet.value(row, column),
      candidate: worksheetNamed(candidate, sheet.title)?.value(row, column) ?? null,
    })),
  );
}

function stayed(pairs: readonly Pair[]): string | undefined {
  const figures = pairs.filter(({ gold }) => typeof gold === "number" && String(Math.abs(gold)).replace(/\D|^0+|0+$/g, "").length >= 3);
  const kept = figures.filter(({ gold, candidate }) => candidate === gold).length;
  return figures.length >= LEAST && kept > figures.length / 2
    ? `${kept} of ${figures.length} figures are those for the data before the change`
    : undefined;
}

function freshOf(field: unknown): readonly (string | number)[] {
  return Array.isArray(field)
    ? field.filter((value): value is string | number => typeof value === "string" || typeof value === "number")
    : [];
}

function unread(fresh: readonly (string | number)[], position: string, candidate: Workbook): string | undefined {
  if (fresh.length < LEAST) return undefined;
  const numbers = new Set<number>();
  const texts: string[] = [];
  for (const { sheet, block } of answerBlocks(position, candidate))
    for (const { row, column } of cellsOf(sheet, block)) {
      const value = sheet.value(row, column);
      if (typeof value === "number") numbers.add(value);
      else if (typeof value === "string") texts.push(plain(value));
      else if (value !== null && typeof value === "object" && "days" in value) numbers.add(Math.floor(value.days));
    }
  const all = texts.join("\n");
  const found = fresh.filter((value) =>
    typeof value === "number" ? numbers.has(value) || all.includes(String(value)) : all.includes(value),
  );
  return found.length === 0 ? `none of ${fresh.length} changed values that the answer shows stands in it` : undefined;
}

function noFigures(pairs: readonly Pair[]): string | undefined {
  const wanted = pairs.filter(({ gold }) => typeof gold === "number");
  const distinct = new Set(wanted.map(({ gold }) => gold)).size;
  if (distinct < LEAST) return undefined;
  const figures = wanted.flatMap(({ candidate }) => (typeof candidate === "number" ? [candidate] : []));
  if (figures.length === 0) return `none of ${wanted.length} cells for figures holds one`;
  return new Set(figures).size === 1 ? `one and the same figure stands where ${distinct} different ones belong` : undefined;
}

/** Values that follow the data are other ones for other data. */
function unmoved(following: string, before: Workbook, candidate: Workbook): string | undefined {
  const pairs = cellPairs(following, before, candidate).filter(({ gold }) => gold !== null);
  const same = pairs.filter((pair) => strictlyEqual(pair.gold, pair.candidate)).length;
  const many = pairs.length >= LEAST ? same > pairs.length / 2 : same > 0 && same === pairs.length;
  return many ? `${same} of ${pairs.length} values are the same for different data` : undefined;
}

async function readable({ files }: Submission, blobs: Blobs): Promise<Workbook | undefined> {
  const file = files.find(({ path }) => path === outputName);
  if (file === undefined) return undefined;
  try {
    return readWorkbook(await blobs.get(file.blob));
  } catch (error) {
    if (error instanceof WorkbookError) return undefined;
    throw error;
  }
}
