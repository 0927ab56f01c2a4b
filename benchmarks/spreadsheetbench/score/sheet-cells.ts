/** The cells of one sheet as openpyxl would hold them: values, and how far the sheet reaches. */
import type { Rectangle } from "./cell-reference.ts";
import type { CellValue } from "./cell-value.ts";

const COLUMN_SPAN = 32_768; // above openpyxl's last column, so that row and column share one number
/** Rows beyond this would lose digits in the shared number. */
const MAX_STORED_ROW = 2 ** 36;

/** A worksheet that was read. Cells without a value are not stored but count for `maxRow` and `maxColumn`. */
export interface SheetCells {
  readonly kind: "worksheet";
  readonly title: string;
  readonly maxRow: number;
  readonly maxColumn: number;
  readonly size: number;
  value(row: number, column: number): CellValue;
  /** Positions with a value inside the rectangle, in no particular order. */
  positions(area: Rectangle): Iterable<{ row: number; column: number }>;
}

/** A chart sheet: it has a name and no cells. */
export interface ChartSheet {
  readonly kind: "chartsheet";
  readonly title: string;
}
export type Sheet = SheetCells | ChartSheet;

/** Collects cells while a sheet is read. */
export class SheetBuilder implements SheetCells {
  readonly kind = "worksheet";
  #values = new Map<number, CellValue>();
  /** Cells that exist in openpyxl; only kept apart from the values because merged ranges and links ask for them. */
  #maxRow = 0;
  #maxColumn = 0;
  #merged: Rectangle[] = [];

  constructor(readonly title: string) {}

  get maxRow(): number {
    return Math.max(this.#maxRow, 1);
  }
  get maxColumn(): number {
    return Math.max(this.#maxColumn, 1);
  }
  get size(): number {
    return this.#values.size;
  }
  value(row: number, column: number): CellValue {
    return this.#values.get(row * COLUMN_SPAN + column) ?? null;
  }
  set(row: number, column: number, value: CellValue): void {
    if (Math.abs(row) > MAX_STORED_ROW) throw new RangeError(`row ${row} is too far out`);
    this.reach(row, column);
    const key = row * COLUMN_SPAN + column;
    if (value === null)
      this.#values.delete(key); // a repeated cell replaces the one before
    else this.#values.set(key, value);
  }
  /** The cell exists, with or without a value. */
  reach(row: number, column: number): void {
    if (row > this.#maxRow) this.#maxRow = row;
    if (column > this.#maxColumn) this.#maxColumn = column;
  }
  /** Only the top left cell of a merged range keeps its value; the range counts for the size of the sheet. */
  merge(area: Rectangle): void {
    this.reach(area.maxRow, area.maxColumn);
    for (const { row, column } of [...this.positions(area)]) {
      if (row !== area.minRow || column !== area.minColumn) this.#values.delete(row * COLUMN_SPAN + column);
    }
    this.#merged.push(area);
  }
  /** The merged range that covers a cell other than its top left one; the last one where ranges overlap. */
  coveredBy(row: number, column: number): Rectangle | undefined {
    return this.#merged.findLast(
      (area) =>
        row >= area.minRow &&
        row <= area.maxRow &&
        column >= area.minColumn &&
        column <= area.maxColumn &&
        (row !== area.minRow || column !== area.minColumn),
    );
  }
  *positions(area: Rectangle): Iterable<{ row: number; column: number }> {
    const cells = (area.maxRow - area.minRow + 1) * (area.maxColumn - area.minColumn + 1);
    if (cells <= this.#values.size) {
      for (let column = area.minColumn; column <= area.maxColumn; column += 1) {
        for (let row = area.minRow; row <= area.maxRow; row += 1) {
          if (this.#values.has(row * COLUMN_SPAN + column)) yield { row, column };
        }
      }
      return;
    }
    for (const key of this.#values.keys()) {
      const row = Math.floor(key / COLUMN_SPAN);
      const column = key - row * COLUMN_SPAN;
      if (row >= area.minRow && row <= area.maxRow && column >= area.minColumn && column <= area.maxColumn) yield { row, column };
    }
  }
}
