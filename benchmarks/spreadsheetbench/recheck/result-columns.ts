/** Columns of a start workbook that hold results instead of data: nothing follows from an answer's values standing there. */

import type { AnswerCell } from "../kit/answer-cells.ts";
import { answerBlocks } from "../kit/answer-cells.ts";
import { headingRow } from "../kit/headers.ts";
import type { CellValue } from "../score/cell-value.ts";
import type { Workbook } from "../score/read-workbook.ts";
import type { SheetCells } from "../score/sheet-cells.ts";
import { strictlyEqual } from "../score/strict-positions.ts";
import type { InputBook, StoredCell } from "./input-book.ts";

/** Askers like to show what they want to get. */
const WANTED =
  /\b(?:expect(?:ed|ing|ation)?|desired?|result(?:s|ing)?|outputs?|answers?|solutions?|should|want(?:ed)?|samples?|examples?|after|needed|required|manual(?:ly)?)\b/i;
const LONGEST_HEADING = 60;

const keyOf = (sheet: string, column: number): string => `${sheet}\n${column}`;

/** Columns whose heading, or whose first text where the sheet has none, says that they show what is wanted. */
function wantedColumns(book: InputBook): readonly string[] {
  const last = book.sheets.map((sheet) => headingRow(sheet.values));
  const begun = new Set<string>();
  const found: string[] = [];
  for (const { sheet, row, column, value } of book.cells) {
    if (typeof value !== "string" || value.length > LONGEST_HEADING) continue;
    const key = keyOf(book.sheets[sheet]?.title ?? "", column);
    const heads = row <= (last[sheet] ?? 0) || !begun.has(key);
    begun.add(key);
    if (heads && WANTED.test(value)) found.push(key);
  }
  return found;
}

/** Whether the answer's values stand in a column as they do in the answer, moved by `shift` rows: half of them at least, and nothing else in between. */
function repeats(answers: readonly AnswerCell[], sheet: SheetCells, column: number, shift: number): boolean {
  let equal = 0;
  for (const { row, value } of answers) {
    const other = sheet.value(row + shift, column);
    if (other === null || other === "") continue;
    if (!strictlyEqual(value, other)) return false;
    equal += 1;
  }
  return equal >= 2 && equal >= answers.length / 2;
}

const spelled = (value: CellValue): string => (typeof value === "object" ? JSON.stringify(value) : String(value));
const MOST_PLACES = 100;

/** Columns other than the answer's own that repeat a column of it line by line, perhaps only its beginning. */
function repeatingColumns(book: InputBook, changes: readonly AnswerCell[]): readonly string[] {
  const answers = new Map<string, AnswerCell[]>();
  for (const cell of changes) {
    if (cell.value === null) continue;
    const column = answers.get(keyOf(cell.sheet, cell.column));
    if (column === undefined) answers.set(keyOf(cell.sheet, cell.column), [cell]);
    else column.push(cell);
  }
  const places = new Map<string, StoredCell[]>();
  for (const cell of book.cells) {
    const same = places.get(spelled(cell.value));
    if (same === undefined) places.set(spelled(cell.value), [cell]);
    else same.push(cell);
  }
  const found = new Set<string>();
  for (const [own, cells] of answers) {
    // The value that is rarest in the workbook shows where a repetition can be; one that is everywhere shows nothing.
    const [anchor] = cells
      .map((cell) => ({ cell, at: places.get(spelled(cell.value)) ?? [] }))
      .filter(({ at }) => at.length > 0 && at.length <= MOST_PLACES)
      .sort((one, other) => one.at.length - other.at.length);
    for (const start of anchor?.at ?? []) {
      const sheet = book.sheets[start.sheet];
      if (anchor === undefined || sheet === undefined) continue;
      const key = keyOf(sheet.title, start.column);
      if (key !== own && repeats(cells, sheet.values, start.column, start.row - anchor.cell.row)) found.add(key);
    }
  }
  return [...found];
}

/**
 * Tells whether a cell stands in such a column: one headed as a result, one that repeats a column of the answer line by line, or the only column of its sheet that the answer changes (what is there are earlier
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
  for (const key of wantedColumns(book)) results.add(key);
  for (const key of repeatingColumns(book, changes)) results.add(key);
  return ({ sheet, column }) => results.has(keyOf(book.sheets[sheet]?.title ?? "", column));
}
