/** The two published scorers: SpreadsheetBench's evaluator (`upstream`) and the one the Trace2Skill code runs (`trace2skill`). */
import { cellName } from "./cell-reference.ts";
import { describeValue } from "./cell-value.ts";
import { ComparisonError, cellsEqual } from "./compare-values.ts";
import { type CellBlock, expandRange, PositionError, type SheetSize, splitSheet } from "./published-positions.ts";
import { pythonStrip } from "./python-number.ts";
import type { Workbook } from "./read-workbook.ts";
import type { Sheet, SheetCells } from "./sheet-cells.ts";

export type ScorerId = "trace2skill" | "upstream" | "strict";

/** verdict null: nobody could be judged on this case (strict only). `message` is "" for a pass, else the reason. */
export interface Verdict {
  readonly verdict: boolean | null;
  readonly message: string;
}

export const passed: Verdict = { verdict: true, message: "" };
export const failed = (message: string): Verdict => ({ verdict: false, message });

export function sheetNamed(workbook: Workbook, title: string): Sheet | undefined {
  return workbook.sheets.find((sheet) => sheet.title === title);
}

function isEmpty(block: CellBlock): boolean {
  return block.firstColumn > block.lastColumn || block.firstRow > block.lastRow;
}

/** First cell of the block, column by column, in which the sheets differ by `equal`; only cells with a value on either side can. */
export function firstDifference(
  gold: SheetCells,
  candidate: SheetCells,
  block: CellBlock,
  equal: typeof cellsEqual,
): { row: number; column: number; text: string } | undefined {
  if (isEmpty(block)) return undefined;
  const area = { minRow: block.firstRow, maxRow: block.lastRow, minColumn: block.firstColumn, maxColumn: block.lastColumn };
  let first: { row: number; column: number } | undefined;
  for (const sheet of [gold, candidate]) {
    for (const at of sheet.positions(area)) {
      const earlier = first === undefined || at.column < first.column || (at.column === first.column && at.row < first.row);
      if (earlier && !equal(gold.value(at.row, at.column), candidate.value(at.row, at.column))) first = at;
    }
  }
  if (first === undefined) return undefined;
  const { row, column } = first;
  const [expected, got] = [gold.value(row, column), candidate.value(row, column)].map(describeValue);
  return { row, column, text: `${cellName(row, column)} of sheet ${gold.title}: expected ${expected}, got ${got}` };
}

/** Compares one part; undefined when all its cells are equal, else the reason. Throws PositionError and ComparisonError. */
function comparePart(gold: Workbook, candidate: Workbook, part: string, sizes: Map<string, SheetSize> | undefined): string | undefined {
  const { sheet, cells } = splitSheet(part);
  const title = sheet ?? gold.sheets[0]?.title;
  if (title === undefined) throw new PositionError("IndexError: list index out of range");
  const candidateSheet = sheetNamed(candidate, title);
  if (candidateSheet === undefined) return `the workbook has no sheet ${JSON.stringify(title)}`;
  const goldSheet = sheetNamed(gold, title);
  if (goldSheet === undefined) throw new PositionError(`KeyError: Worksheet ${title} does not exist.`);
  if (goldSheet.kind === "chartsheet" || candidateSheet.kind === "chartsheet") {
    // Nothing can be asked of a chart sheet; only a range without cells gets through.
    if (sizes === undefined && isEmpty(expandRange(cells))) return undefined;
    throw new PositionError("TypeError: 'Chartsheet' object is not subscriptable");
  }
  const block = expandRange(cells, sizes && (sizes.get(title) ?? goldSheet));
  if (isEmpty(block)) return undefined;
  const difference = firstDifference(goldSheet, candidateSheet, block, cellsEqual);
  // Asking openpyxl for a cell creates it, so that a later open range of the same case reaches further.
  const known = sizes?.get(title) ?? goldSheet;
  sizes?.set(title, { maxRow: Math.max(known.maxRow, block.lastRow), maxColumn: Math.max(known.maxColumn, block.lastColumn) });
  return difference?.text;
}

/**
 * Verdict of a published scorer on two workbooks that could be read. Every part of the position must be equal; anything Python would have
 * raised makes the case false, with its text as message. Differences between the two: `trace2skill` trims each part and completes open ends.
 */
export function comparePublished(scorer: "trace2skill" | "upstream", gold: Workbook, candidate: Workbook, answerPosition: string): Verdict {
  const sizes = scorer === "trace2skill" ? new Map<string, SheetSize>() : undefined;
  let reason: string | undefined;
  try {
    for (const part of answerPosition.split(",")) {
      const found = comparePart(gold, candidate, scorer === "trace2skill" ? pythonStrip(part) : part, sizes);
      reason ??= found;
      if (found !== undefined && scorer === "trace2skill") break;
    }
  } catch (error) {
    if (error instanceof PositionError || error instanceof ComparisonError) {
      return failed(`answer_position ${JSON.stringify(answerPosition)} cannot be compared (${error.message})`);
    }
    throw error;
  }
  return reason === undefined ? passed : failed(reason);
}
