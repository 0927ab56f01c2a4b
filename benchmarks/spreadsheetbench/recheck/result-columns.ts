/** Columns of a start workbook that hold results instead of data: nothing follows from an answer's values standing there. */

import type { AnswerCell } from "../kit/answer-cells.ts";
import { answerBlocks } from "../kit/answer-cells.ts";
import type { Workbook } from "../score/read-workbook.ts";
import type { InputBook, StoredCell } from "./input-book.ts";

/** Askers like to show what they want to get. */
const WANTED =
  /\b(?:expect(?:ed|ing|ation)?|desired?|result(?:s|ing)?|outputs?|answers?|solutions?|should|want(?:ed)?|samples?|examples?|after|needed|required|manual(?:ly)?)\b/i;
const LONGEST_HEADING = 60;

const keyOf = (sheet: string, column: number): string => `${sheet}\n${column}`;

/**
 * Tells whether a cell stands in such a column: one headed as a result, or the only column of its sheet that the answer changes (what is there are earlier
 * results). Where the answer changes several columns, rows of data are moved or removed in place, and what stands there is data.
 */
export function resultColumns(
  book: InputBook,
  gold: Workbook,
  position: string,
  changes: readonly AnswerCell[],
): (cell: StoredCell) => boolean {
  const results = new Set<string>();
  for (const sheet of book.sheets) {
    const changed = new Set(changes.filter((cell) => cell.sheet === sheet.title).map((cell) => cell.column));
    if (changed.size !== 1) continue;
    for (const { sheet: own, block } of answerBlocks(position, gold)) {
      if (own.title !== sheet.title) continue;
      for (const column of changed) if (column >= block.firstColumn && column <= block.lastColumn) results.add(keyOf(sheet.title, column));
    }
  }
  for (const { sheet, column, value } of book.cells) {
    if (typeof value === "string" && value.length <= LONGEST_HEADING && WANTED.test(value))
      results.add(keyOf(book.sheets[sheet]?.title ?? "", column));
  }
  return ({ sheet, column }) => results.has(keyOf(book.sheets[sheet]?.title ?? "", column));
}
