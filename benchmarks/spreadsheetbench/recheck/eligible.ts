/** Which values of a start workbook may be changed: data, and nothing the instruction speaks of. */
import { datesIn } from "../kit/dates-in.ts";
import { headingRow, headingTexts } from "../kit/headers.ts";
import { numbersIn, plain } from "../kit/plain-text.ts";
import { pythonFloat } from "../score/python-number.ts";
import type { InputBook, StoredCell } from "./input-book.ts";

/**
 * `key` is equal for cells that are changed alike, whatever their spelling: equal values stay equal, so that keys still match across sheets.
 * `figure`: a number written as text; `day-text`: a date written as text.
 */
export interface Eligible {
  readonly cell: StoredCell;
  readonly kind: "number" | "day" | "label" | "figure" | "day-text";
  readonly key: string;
}

const FIGURE = /^\s*[-+(]?\s*\p{Sc}?\s*(?:[1-9]\d{0,2}(?:[, ]\d{3})+|[1-9]\d*|0(?=\.))(?:\.\d+)?\s*%?\)?-?\s*$/u;
/** Whole numbers from 1900 to 2100 are years more often than amounts, and 0 and 1 are flags. */
const isSpecial = (n: number): boolean => Number.isInteger(n) && ((n >= 1900 && n <= 2100) || n === 0 || n === 1);

interface Asked {
  readonly text: string;
  readonly numbers: ReadonlySet<number>;
  readonly days: ReadonlySet<number>;
  readonly names: ReadonlySet<string>;
}

function classify(cell: StoredCell, asked: Asked): Omit<Eligible, "cell"> | undefined {
  const { value, type, raw, formula } = cell;
  if (typeof value === "number") {
    if (type !== "n" || pythonFloat(raw) === undefined || isSpecial(value) || asked.numbers.has(value)) return undefined;
    return { kind: "number", key: `n:${value}` };
  }
  if (typeof value === "object") {
    if (type !== "n" || value.kind !== "datetime" || value.days < 61 || asked.days.has(value.days)) return undefined;
    return { kind: "day", key: `d:${value.days}` };
  }
  if (typeof value !== "string" || !["s", "str", "inlineStr"].includes(type) || (formula && type !== "str")) return undefined;
  const text = plain(value);
  if (text === "" || text.startsWith("#") || asked.text.includes(text) || asked.names.has(text)) return undefined;
  if (FIGURE.test(value)) return { kind: "figure", key: `f:${text}` };
  const [date] = datesIn(value);
  if (date !== undefined && date.found.length >= text.length - 1) return { kind: "day-text", key: `t:${text}` };
  return /[\p{L}\p{N}]/u.test(text) ? { kind: "label", key: `l:${text}` } : undefined;
}

/** Whether the instruction names two numbers above 31, or fractions, that stand in the workbook: enough to compute something from them alone. */
export function namesNumbers(book: InputBook, instruction: string): boolean {
  const numbers = new Set(numbersIn(instruction).flatMap(({ value }) => (Number.isInteger(value) && value <= 31 ? [] : [value])));
  if (numbers.size < 2) return false;
  return new Set(book.cells.flatMap(({ value }) => (typeof value === "number" && numbers.has(value) ? [value] : []))).size >= 2;
}

/** The cells of the workbook below their sheets' headings that may be changed, in the order of the workbook. */
export function eligibleCells(book: InputBook, instruction: string): readonly Eligible[] {
  const asked: Asked = {
    text: plain(instruction),
    numbers: new Set(numbersIn(instruction).map((n) => n.value)),
    days: new Set(datesIn(instruction).flatMap((date) => date.days)),
    names: new Set(book.sheets.flatMap((sheet) => [sheet.title, ...headingTexts(sheet.values)]).map(plain)),
  };
  const headings = book.sheets.map((sheet) => headingRow(sheet.values));
  return book.cells.flatMap((cell) => {
    const found = cell.row <= (headings[cell.sheet] ?? 0) ? undefined : classify(cell, asked);
    return found === undefined ? [] : [{ cell, ...found }];
  });
}
