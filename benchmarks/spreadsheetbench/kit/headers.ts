/** Which rows of a sheet are headings, by their look: they name things, so lessons may say them and changed inputs leave them alone. */
import type { SheetCells } from "../score/sheet-cells.ts";

const searchedRows = 20;

/**
 * Number of the heading row: the first one with at least two texts that make up most of its filled cells; 0 when there is none among the first twenty filled rows.
 * Rows above it (titles, notes) count as headings with it.
 */
export function headingRow(sheet: SheetCells): number {
  const rows = new Map<number, { filled: number; texts: number }>();
  for (const { row, column } of sheet.positions({
    minRow: 1,
    maxRow: Math.min(sheet.maxRow, 200),
    minColumn: 1,
    maxColumn: sheet.maxColumn,
  })) {
    const value = sheet.value(row, column);
    const seen = rows.get(row) ?? { filled: 0, texts: 0 };
    rows.set(row, { filled: seen.filled + 1, texts: seen.texts + (typeof value === "string" && /\p{L}/u.test(value) ? 1 : 0) });
  }
  const candidates = [...rows].sort(([a], [b]) => a - b).slice(0, searchedRows);
  return candidates.find(([, { filled, texts }]) => texts >= 2 && texts >= 0.6 * filled)?.[0] ?? 0;
}

/** The texts of the heading row and of the rows above it. */
export function headingTexts(sheet: SheetCells): readonly string[] {
  const last = headingRow(sheet);
  const texts = new Set<string>();
  for (const { row, column } of sheet.positions({ minRow: 1, maxRow: last, minColumn: 1, maxColumn: sheet.maxColumn })) {
    const value = sheet.value(row, column);
    if (typeof value === "string") texts.add(value);
  }
  return [...texts];
}
