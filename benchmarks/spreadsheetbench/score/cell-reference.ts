/** A1 references as openpyxl 3.1.3 reads them (`utils/cell.py`): what is a cell, what is a range, what is an error. */
import { pythonInt } from "./python-number.ts";

export const MAX_ROW = 1_048_576;

export interface Rectangle {
  readonly minRow: number;
  readonly minColumn: number;
  readonly maxRow: number;
  readonly maxColumn: number;
}

/** 1-based number of a column name of one to three ASCII letters; undefined for anything else. */
export function columnNumber(letters: string): number | undefined {
  if (!/^[A-Za-z]{1,3}$/.test(letters)) return undefined;
  let number = 0;
  for (const letter of letters.toUpperCase()) number = number * 26 + letter.charCodeAt(0) - 64;
  return number;
}

/** "A" for 1, "AA" for 27; "" for zero and less. */
export function columnName(number: number): string {
  let name = "";
  for (let rest = number; rest > 0; rest = Math.floor((rest - 1) / 26)) name = String.fromCharCode(65 + ((rest - 1) % 26)) + name;
  return name;
}

/** "AP2" of a row and a column. */
export function cellName(row: number, column: number): string {
  return `${columnName(column)}${row}`;
}

/** Row and column of a cell's `r` attribute; undefined where openpyxl raises ("$A$1", "A", "1"). */
export function cellPosition(reference: string): { row: number; column: number } | undefined {
  const digit = reference.search(/[0-9]/);
  const cut = digit < 0 ? reference.length - 1 : digit;
  const column = columnNumber(reference.slice(0, cut));
  const row = pythonInt(reference.slice(cut));
  return column === undefined || row === undefined ? undefined : { row, column };
}

const RANGE = /^\$?([A-Za-z]{1,3})?\$?(\p{Nd}+)?(:\$?([A-Za-z]{1,3})?\$?(\p{Nd}+)?)?\n?$/u;

export interface Bounds {
  readonly minColumn?: number;
  readonly minRow?: number;
  readonly maxColumn?: number;
  readonly maxRow?: number;
}

/** Bounds of a cell, range, row or column reference; absent ends are undefined. Undefined as a whole where openpyxl raises ValueError. */
export function rangeBounds(reference: string): Bounds | undefined {
  const match = RANGE.exec(reference);
  if (match === null) return undefined;
  const [, minLetters, minDigits, colon, maxLetters, maxDigits] = match;
  if (colon !== undefined) {
    const given = [minLetters, maxLetters, minDigits, maxDigits].map((part) => part !== undefined);
    const [c1, c2, r1, r2] = given;
    const whole = given.every(Boolean) || (c1 && c2 && !r1 && !r2) || (r1 && r2 && !c1 && !c2);
    if (!whole) return undefined;
  }
  const column = (letters: string | undefined) => (letters === undefined ? undefined : columnNumber(letters));
  const row = (digits: string | undefined) => (digits === undefined ? undefined : pythonInt(digits));
  const [minColumn, minRow] = [column(minLetters), row(minDigits)];
  return { minColumn, minRow, maxColumn: column(maxLetters) ?? minColumn, maxRow: row(maxDigits) ?? minRow };
}

/** A rectangle of cells such as "A1:C3" or "B2"; undefined for whole rows or columns and for what is no reference. */
export function rectangleOf(reference: string): Rectangle | undefined {
  const { minColumn, minRow, maxColumn, maxRow } = rangeBounds(reference) ?? {};
  if (minColumn === undefined || minRow === undefined || maxColumn === undefined || maxRow === undefined) return undefined;
  return { minRow, minColumn, maxRow, maxColumn };
}
