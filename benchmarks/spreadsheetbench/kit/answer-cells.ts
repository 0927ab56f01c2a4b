/** Which cells an answer position stands for, read as the default scorer reads it, and tolerantly where that scorer would give up. */
import type { CellValue } from "../score/cell-value.ts";
import { type CellBlock, expandRange, PositionError, splitSheet } from "../score/published-positions.ts";
import type { Workbook } from "../score/read-workbook.ts";
import type { SheetCells } from "../score/sheet-cells.ts";
import { readStrictPosition, strictBlock, UnreadablePosition } from "../score/strict-positions.ts";

export interface AnswerBlock {
  readonly sheet: SheetCells;
  readonly block: CellBlock;
}

export interface AnswerCell {
  readonly sheet: string;
  /** Counted from 1. */
  readonly row: number;
  readonly column: number;
  readonly value: CellValue;
}

/** The worksheet of that title; undefined for a chart sheet and for none. */
export function worksheetNamed(book: Workbook, title: string): SheetCells | undefined {
  const sheet = book.sheets.find((s) => s.title === title);
  return sheet?.kind === "worksheet" ? sheet : undefined;
}

function published(position: string, gold: Workbook): readonly AnswerBlock[] {
  return position.split(",").map((part) => {
    const { sheet: named, cells } = splitSheet(part.trim());
    const sheet = worksheetNamed(gold, named ?? gold.sheets[0]?.title ?? "");
    if (sheet === undefined) throw new PositionError(`KeyError: Worksheet ${named} does not exist.`);
    return { sheet, block: expandRange(cells, sheet) };
  });
}

function tolerant(position: string, gold: Workbook): readonly AnswerBlock[] {
  const titles = gold.sheets.filter((sheet) => sheet.kind === "worksheet").map((sheet) => sheet.title);
  return readStrictPosition(position, titles).flatMap((range) => {
    const sheet = worksheetNamed(gold, range.sheet);
    return sheet === undefined ? [] : [{ sheet, block: strictBlock(range, sheet) }];
  });
}

/** The blocks of a position on the sheets of the reference; none when it cannot be understood at all. */
export function answerBlocks(position: string, gold: Workbook): readonly AnswerBlock[] {
  try {
    return published(position, gold);
  } catch (error) {
    if (!(error instanceof PositionError)) throw error;
  }
  try {
    return tolerant(position, gold);
  } catch (error) {
    if (error instanceof UnreadablePosition) return [];
    throw error;
  }
}

/** Cells with a value inside a block of a sheet, row by row. */
export function cellsOf(sheet: SheetCells, block: CellBlock): readonly AnswerCell[] {
  if (block.firstRow > block.lastRow || block.firstColumn > block.lastColumn) return [];
  const area = { minRow: block.firstRow, maxRow: block.lastRow, minColumn: block.firstColumn, maxColumn: block.lastColumn };
  return [...sheet.positions(area)]
    .map(({ row, column }) => ({ sheet: sheet.title, row, column, value: sheet.value(row, column) }))
    .sort((a, b) => a.row - b.row || a.column - b.column);
}
