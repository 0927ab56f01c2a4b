/** Cells of an answer position in two workbooks, compared as the published scorers compare them. */
import type { CellValue } from "../score/cell-value.ts";
import { ComparisonError, cellsEqual } from "../score/compare-values.ts";
import type { CellBlock } from "../score/published-positions.ts";
import { DEFAULT_LIMITS, readWorkbook, type Workbook } from "../score/read-workbook.ts";
import type { SheetCells } from "../score/sheet-cells.ts";
import { WorkbookError } from "../score/zip-archive.ts";

/** A workbook, or in a clause why it cannot be read. */
export function tryWorkbook(bytes: Uint8Array): Workbook | { readonly fault: string } {
  try {
    return readWorkbook(bytes, DEFAULT_LIMITS);
  } catch (error) {
    if (error instanceof WorkbookError) return { fault: error.message };
    throw error;
  }
}

/** Places inside a block with a value on one of the sheets, column by column as the scorers walk. */
export function placesIn(sheets: readonly SheetCells[], block: CellBlock): { row: number; column: number }[] {
  if (block.firstRow > block.lastRow || block.firstColumn > block.lastColumn) return [];
  const area = { minRow: block.firstRow, maxRow: block.lastRow, minColumn: block.firstColumn, maxColumn: block.lastColumn };
  const places = new Map<string, { row: number; column: number }>();
  for (const sheet of sheets) for (const at of sheet.positions(area)) places.set(`${at.row} ${at.column}`, at);
  return [...places.values()].sort((a, b) => a.column - b.column || a.row - b.row);
}

/** Whether a scorer takes both for the same; values that it cannot compare are different. */
export function equal(expected: CellValue, got: CellValue): boolean {
  try {
    return cellsEqual(expected, got);
  } catch (error) {
    if (error instanceof ComparisonError) return false;
    throw error;
  }
}
