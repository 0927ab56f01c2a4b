/**
 * A tolerant reading of `answer_position` for the strict scorer. The gold workbook's own sheet titles decide what is a sheet name, so
 * commas, "!" and quotes inside names do no harm; stray quotes, "$", lower case, odd blanks, full-width marks, open, reversed and
 * half-written ranges are all understood. What still makes no sense is a reason not to grade, never a pass.
 */
import { columnNumber, MAX_ROW } from "./cell-reference.ts";
import type { CellValue } from "./cell-value.ts";
import { ComparisonError, cellsEqual } from "./compare-values.ts";
import type { CellBlock, SheetSize } from "./published-positions.ts";

/** Excel's last column, XFD. */
const MAX_EXCEL_COLUMN = 16_384;

export interface RangeEnd {
  readonly column: number | undefined;
  readonly row: number | undefined;
}
export interface StrictRange {
  /** Title of a sheet of the gold workbook. */
  readonly sheet: string;
  readonly start: RangeEnd;
  /** undefined: a single cell, row or column. */
  readonly end: RangeEnd | undefined;
}

/** The position cannot be read; the message says what was not understood. */
export class UnreadablePosition extends Error {
  override readonly name = "UnreadablePosition";
}

/** One character for one, so that places in the text stay what they are. */
function fold(text: string): string {
  return text
    .replace(/[\s\u200b\ufeff]/g, " ")
    .replace(/[‘’‛´`“”"]/g, "'")
    .replace(/：/g, ":")
    .replace(/！/g, "!")
    .replace(/[，；;]/g, ",");
}

const loose = (title: string) => fold(title).normalize("NFC").toLowerCase().replace(/[ ']/g, "");

const RANGE = /\$?([A-Za-z]{1,3})?\$?(\d{1,7})? *(?:(:) *\$?([A-Za-z]{1,3})?\$?(\d{1,7})?)?/y;
const AFTER_RANGE = /[ ']*(?:,|$)/y;
const AFTER_TITLE = /[ ']*![ ']*/y;

function matchAt(pattern: RegExp, text: string, at: number): RegExpExecArray | null {
  pattern.lastIndex = at;
  return pattern.exec(text);
}

/** A sheet prefix at `at`: the title and where the range begins; undefined when there is none. Throws UnreadablePosition for an unknown sheet. */
function sheetPrefix(text: string, at: number, titles: readonly string[]): { title: string; next: number } | undefined {
  const exact = titles
    .filter((title) => text.startsWith(fold(title), at) && matchAt(AFTER_TITLE, text, at + title.length) !== null)
    .sort((a, b) => b.length - a.length)[0];
  if (exact !== undefined) {
    const next = at + exact.length + (matchAt(AFTER_TITLE, text, at + exact.length)?.[0].length ?? 0);
    return { title: exact, next };
  }
  const range = matchAt(RANGE, text, at);
  if (range !== null && range[0] !== "" && matchAt(AFTER_RANGE, text, at + range[0].length) !== null) return undefined;
  const bang = text.indexOf("!", at);
  if (bang < 0) return undefined;
  const written = text.slice(at, bang);
  const alike = titles.filter((title) => loose(title) === loose(written));
  const only = alike[0];
  if (only === undefined)
    throw new UnreadablePosition(
      `it names the sheet ${JSON.stringify(written.replace(/^[ ']+|[ ']+$/g, ""))}, which the gold workbook does not have`,
    );
  if (alike.length > 1) throw new UnreadablePosition(`the sheet name ${JSON.stringify(written)} fits several sheets of the gold workbook`);
  return { title: only, next: bang + (matchAt(/[ ']*/y, text, bang + 1)?.[0].length ?? 0) + 1 };
}

function rangeEnd(letters: string | undefined, digits: string | undefined): RangeEnd {
  const column = letters === undefined ? undefined : columnNumber(letters);
  const row = digits === undefined ? undefined : Number(digits);
  if (column !== undefined && column > MAX_EXCEL_COLUMN) throw new UnreadablePosition(`there is no column ${letters}`);
  if (row !== undefined && (row < 1 || row > MAX_ROW)) throw new UnreadablePosition(`there is no row ${digits}`);
  return { column, row };
}

/**
 * The ranges of a position. A range without a sheet belongs to the sheet of the range before it, at the beginning to the first sheet.
 * Throws UnreadablePosition.
 */
export function readStrictPosition(position: string, titles: readonly string[]): readonly StrictRange[] {
  const text = fold(position);
  const ranges: StrictRange[] = [];
  let sheet = titles[0];
  for (let at = 0; at < text.length; ) {
    const opening = matchAt(/[ ,]*/y, text, at)?.[0].length ?? 0;
    const quotes = matchAt(/'*/y, text, at + opening)?.[0].length ?? 0;
    const blanks = matchAt(/ */y, text, at + opening + quotes)?.[0].length ?? 0;
    at += opening + quotes;
    if (at + blanks >= text.length) break;
    const prefix = sheetPrefix(text, at, titles) ?? sheetPrefix(text, at + blanks, titles);
    if (prefix !== undefined) sheet = prefix.title;
    at = prefix?.next ?? at + blanks;
    const match = matchAt(RANGE, text, at);
    const length = match?.[0].length ?? 0;
    const closing = matchAt(AFTER_RANGE, text, at + length);
    const [, letters, digits, colon, endLetters, endDigits] = match ?? [];
    if ((letters ?? digits ?? endLetters ?? endDigits) === undefined || closing === null) {
      throw new UnreadablePosition(`${JSON.stringify(text.slice(at, at + 30))} is no range of cells`);
    }
    if (sheet === undefined) throw new UnreadablePosition("the gold workbook has no sheet");
    ranges.push({ sheet, start: rangeEnd(letters, digits), end: colon === undefined ? undefined : rangeEnd(endLetters, endDigits) });
    at += length + closing[0].length;
  }
  if (ranges.length === 0) throw new UnreadablePosition("it names no cell");
  return ranges;
}

/**
 * The cells of a range on a sheet of a given size. "BD2:308" is BD2:BD308, "A:C3" is A1:C3; other missing ends reach to the last row or
 * column, reversed ends are swapped; never empty.
 */
export function strictBlock({ start, end }: StrictRange, size: SheetSize): CellBlock {
  const last = end ?? start;
  const noRow = start.row === undefined && last.row === undefined;
  const noColumn = start.column === undefined && last.column === undefined;
  const open = end !== undefined && end.column === undefined && end.row === undefined; // "A1:"
  const rows = noRow ? [1, size.maxRow] : [start.row ?? 1, last.row ?? size.maxRow];
  const columns = noColumn
    ? [1, size.maxColumn]
    : [start.column ?? last.column ?? 1, open ? size.maxColumn : (last.column ?? start.column ?? 1)];
  return {
    firstRow: Math.min(...rows),
    lastRow: Math.max(...rows),
    firstColumn: Math.min(...columns),
    lastColumn: Math.max(...columns),
  };
}

/** The published rule, plus: a value always equals itself (NaN text, integers beyond any float), so that a gold passes against itself. */
export function strictlyEqual(gold: CellValue, candidate: CellValue): boolean {
  if (gold === candidate) return true;
  if (typeof gold === "object" && typeof candidate === "object" && JSON.stringify(gold) === JSON.stringify(candidate)) return true;
  try {
    return cellsEqual(gold, candidate);
  } catch (error) {
    if (error instanceof ComparisonError) return false;
    throw error;
  }
}
