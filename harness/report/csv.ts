import { oneLine } from "./plain-text.ts";

export type CsvValue = string | number | boolean | null | undefined;

/** An RFC 4180 file (CRLF) with a head. Text that a spreadsheet would run as a formula gets a leading apostrophe; absent values are empty. */
export function csvFile<C extends string>(columns: readonly C[], rows: readonly Readonly<Partial<Record<C, CsvValue>>>[]): string {
  const lines = [columns.join(","), ...rows.map((row) => columns.map((column) => csvField(row[column])).join(","))];
  return lines.map((line) => `${line}\r\n`).join("");
}

/** One field of a line; line breaks and control characters are shown as escapes. */
export function csvField(value: CsvValue): string {
  if (value === undefined || value === null) return "";
  if (typeof value !== "string") return String(value);
  const text = oneLine(value);
  // A lone "-" (no solver) is no formula; full-width signs are read as signs in some locales.
  const guarded = /^\s*[=+\-@＝＋－＠]/.test(text) && text !== "-" ? `'${text}` : text;
  return /[",\r\n]/.test(guarded) || guarded !== guarded.trim() ? `"${guarded.replaceAll('"', '""')}"` : guarded;
}
