/**
 * How the two published evaluators expand `answer_position`, faults included: split at every comma and "!", ranges expanded by hand
 * (letters are columns, digits rows, nothing is checked), then openpyxl asked for each cell by name.
 */
import { columnName, MAX_ROW, rangeBounds } from "./cell-reference.ts";
import { pythonInt } from "./python-number.ts";

/** What Python would have raised: "ValueError: …". The published drivers turn any exception into false. */
export class PositionError extends Error {
  override readonly name = "PositionError";
}

/** Cells to be compared, column by column; nothing when `lastColumn` or `lastRow` comes before the first. */
export interface CellBlock {
  readonly firstColumn: number;
  readonly lastColumn: number;
  readonly firstRow: number;
  readonly lastRow: number;
}

export interface SheetSize {
  readonly maxRow: number;
  readonly maxColumn: number;
}

/** Characters Python's str.isdigit accepts besides the decimal digits: superscripts, circled digits … (Unicode Numeric_Type=Digit). */
const OTHER_DIGITS =
  /[\u00b2\u00b3\u00b9\u1369-\u1371\u19da\u2070\u2074-\u2079\u2080-\u2089\u2460-\u2468\u2474-\u247c\u2488-\u2490\u24ea\u24f5-\u24fd\u24ff\u2776-\u277e\u2780-\u2788\u278a-\u2792\u{10a40}-\u{10a43}\u{10e60}-\u{10e68}\u{11052}-\u{1105a}\u{1f100}-\u{1f10a}]/u;
const DECIMAL = /\p{Nd}/u;

const stripQuotes = (text: string) => text.replace(/^'+|'+$/g, "");

export interface RangePart {
  /** undefined: the first sheet of the gold workbook. */
  readonly sheet: string | undefined;
  readonly cells: string;
}

/** One comma-separated part as sheet and cells. Throws PositionError for more than one "!". */
export function splitSheet(part: string): RangePart {
  if (!part.includes("!")) return { sheet: undefined, cells: stripQuotes(part) };
  const [sheet = "", cells = "", ...more] = part.split("!");
  if (more.length > 0) throw new PositionError("ValueError: too many values to unpack (expected 2)");
  return { sheet: stripQuotes(sheet), cells: stripQuotes(cells) };
}

/** The block of a single cell name, as `worksheet[name]` finds it. Throws PositionError where that is no cell. */
function singleCell(name: string): CellBlock {
  const bounds = rangeBounds(name);
  if (bounds === undefined) throw new PositionError(`ValueError: ${name} is not a valid coordinate or range`);
  const { minColumn: column, minRow: row } = bounds;
  if (!column && !row) throw new PositionError(`IndexError: ${name} is not a valid coordinate or range`);
  if (column === undefined || row === undefined || name.includes(":")) {
    throw new PositionError("AttributeError: 'tuple' object has no attribute 'value'");
  }
  if (row < 1 || row > MAX_ROW) {
    throw new PositionError(`ValueError: Row numbers must be between 1 and ${MAX_ROW}. Row number supplied was ${row}`);
  }
  return { firstColumn: column, lastColumn: column, firstRow: row, lastRow: row };
}

function splitEnd(end: string): { column: string; row: string } {
  let [column, row] = ["", ""];
  for (const character of end) {
    if (DECIMAL.test(character) || OTHER_DIGITS.test(character)) row += character;
    else column += character;
  }
  return { column, row };
}

/** Base 26 with A = 1, by character code and without any check: "a" is 33, "$" −28. */
function rawColumnNumber(letters: string): number {
  let number = 0;
  for (const letter of letters) number = number * 26 + (letter.codePointAt(0) ?? 0) - 64;
  return number;
}

function rowOf(digits: string): number {
  const row = pythonInt(digits);
  if (row === undefined) throw new PositionError(`ValueError: invalid literal for int() with base 10: '${digits}'`);
  return row;
}

/**
 * The cells a range text stands for. `open` completes missing ends with the gold sheet's size (the Trace2Skill compare); without it a
 * missing row is an error and a missing column makes an empty block (SpreadsheetBench's). Throws PositionError as Python would raise.
 */
export function expandRange(cells: string, open?: SheetSize): CellBlock {
  if (!cells.includes(":")) return singleCell(cells);
  const ends = cells.split(":");
  if (ends.length !== 2) throw new PositionError("ValueError: too many values to unpack (expected 2)");
  const [start, end] = [splitEnd(ends[0] ?? ""), splitEnd(ends[1] ?? "")];
  const block = {
    firstRow: open !== undefined && start.row === "" ? 1 : rowOf(start.row),
    lastRow: open !== undefined && end.row === "" ? open.maxRow : rowOf(end.row),
    firstColumn: open !== undefined && start.column === "" ? 1 : rawColumnNumber(start.column),
    lastColumn: open !== undefined && end.column === "" ? open.maxColumn : rawColumnNumber(end.column),
  };
  if (block.firstColumn > block.lastColumn || block.firstRow > block.lastRow) return block;
  // The first cell is asked for first; if a name in the block is no cell, the case fails there or at a mismatch before it: false either way.
  for (const column of [block.firstColumn, block.lastColumn]) {
    for (const row of [block.firstRow, block.lastRow]) singleCell(`${columnName(column)}${row}`);
  }
  return block;
}
