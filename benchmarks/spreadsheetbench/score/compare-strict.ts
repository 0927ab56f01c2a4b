/** The strict scorer: the published rule for values, a tolerant reading of positions, and no verdict where nothing can be judged. */
import { readFileSync } from "node:fs";
import { z } from "zod";
import { failed, firstDifference, passed, sheetNamed, type Verdict } from "./compare-workbooks.ts";
import type { CellBlock } from "./published-positions.ts";
import type { Workbook } from "./read-workbook.ts";
import type { SheetCells } from "./sheet-cells.ts";
import { readStrictPosition, strictBlock, strictlyEqual, UnreadablePosition } from "./strict-positions.ts";

const knownBrokenSchema = z.array(z.strictObject({ id: z.string(), set: z.string().optional(), reason: z.string() }));
export type KnownBroken = z.infer<typeof knownBrokenSchema>[number];

/** Tasks no one can be judged on for reasons the workbooks don't show, with where that is written. */
export const knownBroken: readonly KnownBroken[] = knownBrokenSchema.parse(
  JSON.parse(readFileSync(new URL("./known-broken.json", import.meta.url), "utf8")),
);

export const ungraded = (reason: string): Verdict => ({ verdict: null, message: reason });

/** Why an instance is not graded at all; undefined when it is. Without a set name an entry for one set does not apply. */
export function brokenReason(id: string | undefined, set: string | undefined): string | undefined {
  return knownBroken.find((entry) => entry.id === id && (entry.set === undefined || entry.set === set))?.reason;
}

function hasValue(sheet: SheetCells, block: CellBlock): boolean {
  const area = { minRow: block.firstRow, maxRow: block.lastRow, minColumn: block.firstColumn, maxColumn: block.lastColumn };
  for (const { row, column } of sheet.positions(area)) {
    if (sheet.value(row, column) !== "") return true;
  }
  return false;
}

/** Verdict of the strict scorer on two workbooks that could be read; null with the reason when the gold region says nothing. */
export function compareStrict(gold: Workbook, candidate: Workbook, answerPosition: string): Verdict {
  const titles = gold.sheets.filter((sheet) => sheet.kind === "worksheet").map((sheet) => sheet.title);
  let anyValue = false;
  let reason: string | undefined;
  try {
    for (const range of readStrictPosition(answerPosition, titles)) {
      const goldSheet = sheetNamed(gold, range.sheet);
      if (goldSheet?.kind !== "worksheet") throw new UnreadablePosition(`${range.sheet} is no worksheet of the gold workbook`);
      const other = sheetNamed(candidate, range.sheet);
      const size = (sheet: typeof other, key: "maxRow" | "maxColumn") => (sheet?.kind === "worksheet" ? sheet[key] : 1);
      const block = strictBlock(range, {
        maxRow: Math.max(goldSheet.maxRow, size(other, "maxRow")),
        maxColumn: Math.max(goldSheet.maxColumn, size(other, "maxColumn")),
      });
      anyValue ||= hasValue(goldSheet, block);
      if (other?.kind !== "worksheet") reason ??= `the workbook has no worksheet ${JSON.stringify(range.sheet)}`;
      else reason ??= firstDifference(goldSheet, other, block, strictlyEqual)?.text;
    }
  } catch (error) {
    if (!(error instanceof UnreadablePosition)) throw error;
    return ungraded(`answer_position ${JSON.stringify(answerPosition)} cannot be read: ${error.message}`);
  }
  if (!anyValue) return ungraded(`the region ${JSON.stringify(answerPosition)} of the gold workbook holds no value to compare`);
  return reason === undefined ? passed : failed(reason);
}
