/**
 * The `spreadsheet_content` field of a task: what the published runner shows of a workbook, which is `str()` of openpyxl's cached values
 * in the first rows of the active sheet, a Python tuple of strings per row, and how many rows follow.
 */
import { type CellValue, MICROS_PER_DAY, timeText } from "./score/cell-value.ts";
import { readManifest } from "./score/package-parts.ts";
import { readWorkbook } from "./score/read-workbook.ts";
import type { SheetCells } from "./score/sheet-cells.ts";
import { lastChild, readXmlTree } from "./score/xml-tree.ts";
import { openZip, WorkbookError, type ZipLimits } from "./score/zip-archive.ts";

/** Bump when a preview may change: previews are part of the prompt and so of every rollout key. */
export const previewRev = 1;

const shownRows = 5;
/** Sheets formatted out to column XFD would give up to 330,000 characters; the release sends them whole, we leave out empty columns first. */
const maxChars = 60_000;
const limits: ZipLimits = { partBytes: 256 * 2 ** 20, totalBytes: 512 * 2 ** 20 };

/** Preview text of a workbook. A workbook that cannot be read gives a notice in brackets instead, never an exception for what is in the file. */
export function previewOf(bytes: Uint8Array): string {
  try {
    const { sheets } = readWorkbook(bytes, limits);
    const index = activeTab(bytes);
    const sheet = sheets[index];
    if (sheet === undefined) return `[No preview: the workbook's active sheet, number ${index + 1}, does not exist]`;
    if (sheet.kind === "chartsheet") return "[No preview: the workbook's active sheet is a chart sheet]";
    return tableText(sheet);
  } catch (error) {
    if (error instanceof WorkbookError) return `[No preview: the workbook cannot be read (${error.message})]`;
    throw error;
  }
}

/** Index of the tab that is in front: the first workbook view that names one, else the first. */
function activeTab(bytes: Uint8Array): number {
  const zip = openZip(bytes, limits);
  const views = lastChild(readXmlTree(zip.read(readManifest(zip).workbook)), "bookViews");
  for (const view of views?.children ?? []) {
    const tab = view.attributes.get("activeTab");
    if (tab !== undefined && /^\s*\d+\s*$/.test(tab)) return Number(tab);
  }
  return 0;
}

function tableText(sheet: SheetCells): string {
  const rows = Array.from({ length: Math.min(shownRows, sheet.maxRow) }, (_, i) => i + 1);
  const texts = rows.map((row) => Array.from({ length: sheet.maxColumn }, (_, i) => pythonStr(sheet.value(row, i + 1))));
  const whole = texts.map((cells) => pythonTuple(cells)).join("\n");
  const more = sheet.maxRow - shownRows;
  const tail = more > 0 ? `\n... (${more} more rows)` : "";
  if (whole.length <= maxChars) return whole + tail;
  // Formatted to the last column of the sheet, with values in a few: nothing is lost by leaving out what is empty in every shown row.
  const used = Math.max(1, ...texts.map((cells) => cells.findLastIndex((text) => text !== "") + 1));
  const trimmed = texts.map((cells) => pythonTuple(cells.slice(0, used)));
  const note = used === sheet.maxColumn ? "" : `\n[columns ${used + 1} to ${sheet.maxColumn} are empty in these rows and not shown]`;
  const share = Math.floor(maxChars / trimmed.length);
  const cut = trimmed.map((line) =>
    line.length <= share ? line : `${line.slice(0, share)} [${line.length - share} more characters not shown]`,
  );
  return cut.join("\n") + note + tail;
}

function pythonTuple(cells: readonly string[]): string {
  const items = cells.map(pythonRepr);
  return items.length === 1 ? `(${items[0]},)` : `(${items.join(", ")})`;
}

/** Python's `str()` of a cell value, "" for an empty cell. */
export function pythonStr(value: CellValue): string {
  if (value === null) return "";
  if (typeof value === "string") return value;
  if (typeof value === "boolean") return value ? "True" : "False";
  if (typeof value === "number") return numberText(value);
  switch (value.kind) {
    case "datetime":
      return `${dateText(value.days)} ${timeText(value.micros)}`;
    case "date":
      return dateText(value.days);
    case "time":
      return timeText(value.micros);
    case "duration": {
      const time = timeText(value.micros % MICROS_PER_DAY).replace(/^0/, "");
      return value.days === 0 ? time : `${value.days} day${Math.abs(value.days) === 1 ? "" : "s"}, ${time}`;
    }
    case "huge-integer":
      return value.text;
  }
}

/** Integers as they are; floats in Python's shortest form, which turns to exponents at 1e16 and below 1e-4, with two exponent digits. */
function numberText(value: number): string {
  if (Number.isNaN(value)) return "nan";
  if (!Number.isFinite(value)) return value > 0 ? "inf" : "-inf";
  const size = Math.abs(value);
  if (size === 0 || (size >= 1e-4 && size < 1e16)) return Object.is(value, -0) ? "-0.0" : String(value);
  const [digits = "", exponent = ""] = value.toExponential().split("e");
  return `${digits}e${exponent.charAt(0)}${exponent.slice(1).padStart(2, "0")}`;
}

const dayMs = 86_400_000;

function dateText(days: number): string {
  const date = new Date(Date.UTC(1899, 11, 30) + days * dayMs);
  return `${String(date.getUTCFullYear()).padStart(4, "0")}-${String(date.getUTCMonth() + 1).padStart(2, "0")}-${String(date.getUTCDate()).padStart(2, "0")}`;
}

/** Python's `repr()` of a string: single quotes unless only those occur, escapes for what it calls not printable. */
export function pythonRepr(text: string): string {
  const quote = text.includes("'") && !text.includes('"') ? '"' : "'";
  let body = "";
  for (const char of text) {
    const code = char.codePointAt(0) ?? 0;
    if (char === quote || char === "\\") body += `\\${char}`;
    else if (char === "\n") body += "\\n";
    else if (char === "\r") body += "\\r";
    else if (char === "\t") body += "\\t";
    else if (char !== " " && /[\p{C}\p{Z}]/u.test(char)) {
      if (code < 0x100) body += `\\x${code.toString(16).padStart(2, "0")}`;
      else if (code < 0x10000) body += `\\u${code.toString(16).padStart(4, "0")}`;
      else body += `\\U${code.toString(16).padStart(8, "0")}`;
    } else body += char;
  }
  return quote + body + quote;
}
