/** Workbooks and tasks before they become files. Rows and columns count from 0. */
import type { Random } from "./random.ts";
import type { Domain } from "./vocabulary.ts";

/** A cell: text, number, number with its format, date as a serial, or an error. */
export type CellDraft = string | number | null | { readonly n: number; readonly format: string } | { readonly error: "#N/A" | "#VALUE!" };

export interface SheetDraft {
  readonly name: string;
  readonly rows: CellDraft[][];
  /** Row of the headers, printed bold. */
  readonly header: number;
}

export interface BookDraft {
  readonly sheets: readonly SheetDraft[];
}

export interface CaseDraft {
  readonly input: BookDraft;
  readonly answer: BookDraft;
}

/** One instance: its text and position hold for every case drawn from it. */
export interface TaskDraft {
  readonly instruction: string;
  readonly type: "Cell-Level Manipulation" | "Sheet-Level Manipulation";
  readonly position: string;
  draw(values: Random): CaseDraft;
}

/** What a family makes an instance from: `shape` decides words and layout, `hazards` what is wrong with the data. */
export interface Order {
  readonly shape: Random;
  readonly domain: Domain;
  readonly hazards: ReadonlySet<string>;
  /** Which of the family's wordings and modes comes up. */
  readonly turn: number;
}

export function letterOf(column: number): string {
  return column < 26 ? String.fromCharCode(65 + column) : letterOf(Math.floor(column / 26) - 1) + letterOf(column % 26);
}
export function cellName(row: number, column: number): string {
  return `${letterOf(column)}${row + 1}`;
}
export function rangeName(top: number, left: number, bottom: number, right: number): string {
  return `${cellName(top, left)}:${cellName(bottom, right)}`;
}

export function put(sheet: SheetDraft, row: number, column: number, cell: CellDraft): void {
  while (sheet.rows.length <= row) sheet.rows.push([]);
  const cells = sheet.rows[row];
  if (cells === undefined) throw new RangeError(`row ${row} is missing`);
  while (cells.length <= column) cells.push(null);
  cells[column] = cell;
}

export function copyOf(book: BookDraft): BookDraft {
  return { sheets: book.sheets.map((s) => ({ ...s, rows: s.rows.map((r) => [...r]) })) };
}

/** The sheet of that name; a generator asking for one it did not make is a bug, so it throws. */
export function sheetOf(book: BookDraft, name: string): SheetDraft {
  const sheet = book.sheets.find((s) => s.name === name);
  if (sheet === undefined) throw new RangeError(`no sheet ${name}`);
  return sheet;
}

export interface Column {
  readonly header: string;
  /** Cell of the i-th record. */
  readonly cell: (i: number) => CellDraft;
}

/** Where a table stands. */
export interface Layout {
  readonly top: number;
  readonly left: number;
  readonly columns: readonly string[];
  readonly count: number;
}

/** Writes a header row and records; returns nothing, the sheet is filled. */
export function layTable(sheet: SheetDraft, layout: Pick<Layout, "top" | "left" | "count">, columns: readonly Column[]): void {
  columns.forEach((column, c) => {
    put(sheet, layout.top, layout.left + c, column.header);
    for (let i = 0; i < layout.count; i++) put(sheet, layout.top + 1 + i, layout.left + c, column.cell(i));
  });
}

/** How this task writes the names of columns and sheets. */
export function quotingOf(shape: Random): (name: string) => string {
  const mode = shape.int(0, 3);
  return (name) => (mode === 0 ? `"${name}"` : mode === 1 ? `'${name}'` : name);
}

/** The answer position's spelling: quoted or not as names demand, without the sheet when it is the first and the coin says so. */
export function positionOf(shape: Random, book: readonly string[], sheet: string, range: string): string {
  if (book[0] === sheet && shape.chance(0.3)) return range;
  return /^[A-Za-z]\w*$/.test(sheet) && shape.chance(0.5) ? `${sheet}!${range}` : `'${sheet}'!${range}`;
}

/** Days since 1899-12-30 of a calendar date. */
export function serialOf(year: number, month: number, day: number): number {
  return Date.UTC(year, month - 1, day) / 86_400_000 + 25_569;
}

const monthNames = "January February March April May June July August September October November December".split(" ");

/** A date written out as text, in one of three unambiguous spellings. */
export function dateText(serial: number, spelling: number): string {
  const d = new Date((serial - 25_569) * 86_400_000);
  const month = (monthNames[d.getUTCMonth()] ?? "").slice(0, 3);
  if (spelling === 0) return d.toISOString().slice(0, 10);
  return spelling === 1 ? `${d.getUTCDate()} ${month} ${d.getUTCFullYear()}` : `${month} ${d.getUTCDate()}, ${d.getUTCFullYear()}`;
}

/** The same label as somebody else typed it: other capitals or stray blanks, never equal to the clean form. */
export function untidy(values: Random, label: string): string {
  const forms = [` ${label}`, `${label} `, label.toUpperCase(), label.toLowerCase(), label.replace(" ", "  "), `${label.toLowerCase()} `];
  return values.pick(forms.filter((f) => f !== label));
}

export function money(values: Random, low: number, high: number): number {
  return values.int(low * 100, high * 100) / 100;
}
