/** What a workbook that failed got wrong: from its cells at the answer position, compared as the published scorers compare them. */
import type { Blobs, FailureKinds, Submission, Task } from "../../../harness/core/contract.ts";
import type { Sealed } from "../../../harness/core/sealed.ts";
import { answerBlocks, worksheetNamed } from "../kit/answer-cells.ts";
import { cellName } from "../score/cell-reference.ts";
import { type CellValue, describeValue } from "../score/cell-value.ts";
import type { CellBlock } from "../score/published-positions.ts";
import type { Workbook } from "../score/read-workbook.ts";
import type { SheetCells } from "../score/sheet-cells.ts";
import { grids } from "./answer-grids.ts";
import { equal, placesIn, tryWorkbook } from "./compare-blocks.ts";
import { formulaCells } from "./uncached-formulas.ts";

const kinds = {
  "unreadable-workbook": "the workbook cannot be read",
  "missing-sheet": "the answer's sheet is missing",
  untouched: "the answer's cells are as they were",
  "uncached-formula": "formulas without a stored value",
  "empty-cells": "cells left empty",
  "extra-cells": "cells filled that belong empty",
  "wrong-type": "values of another type",
  "wrong-format": "the same text or number but for blanks, case or zeros",
  "few-cells": "few cells wrong (up to a tenth)",
  "many-cells": "many cells wrong (over a tenth)",
} as const;
type Kind = keyof typeof kinds;

/** How one wrong cell is wrong, where its neighbours most often say the same. */
type Slip = Extract<Kind, "uncached-formula" | "empty-cells" | "extra-cells" | "wrong-type" | "wrong-format"> | "value";

interface Wrong {
  readonly at: string;
  readonly sheet: string;
  readonly expected: CellValue;
  readonly got: CellValue;
  readonly slip: Slip;
}

const few = 0.1;

export const failures: FailureKinds = { kinds, classify, grids };

async function classify(
  task: Task,
  sealed: Sealed,
  submission: Submission,
  blobs: Blobs,
): Promise<{ readonly kind: Kind; readonly detail: string } | undefined> {
  const [reference, output] = [sealed.files[0], submission.files.find(({ path }) => path === "output.xlsx")];
  const position = sealed.fields.answer_position;
  if (reference === undefined || output === undefined || typeof position !== "string") return undefined;
  const bytes = await blobs.get(output.blob);
  const [gold, got] = [tryWorkbook(await blobs.get(reference.blob)), tryWorkbook(bytes)];
  if ("fault" in gold) return undefined;
  if ("fault" in got) return { kind: "unreadable-workbook", detail: got.fault };
  const wrong: Wrong[] = [];
  let cells = 0;
  for (const { sheet, block } of answerBlocks(position, gold)) {
    const candidate = worksheetNamed(got, sheet.title);
    if (candidate === undefined) return { kind: "missing-sheet", detail: `no sheet ${JSON.stringify(sheet.title.slice(0, 60))}` };
    const found = compareBlock(sheet, candidate, block, () => formulaCells(bytes, sheet.title));
    cells += found.cells;
    wrong.push(...found.wrong);
  }
  const [first] = wrong;
  if (first === undefined) return undefined;
  const { at, expected, got: value } = first;
  const detail = `${wrong.length} of ${cells} cells wrong, first ${at} of sheet ${JSON.stringify(first.sheet.slice(0, 60))}: expected ${describeValue(expected)}, got ${describeValue(value)}`;
  const kind = kindOf(wrong, cells);
  // Formulas without a value read as if nothing had been written.
  if (kind !== "uncached-formula" && (await isUntouched(task, got, position, gold, blobs))) return { kind: "untouched", detail };
  return { kind, detail };
}

/** Cells with a value on either side, and those that differ, column by column as the scorers walk. */
function compareBlock(gold: SheetCells, candidate: SheetCells, block: CellBlock, formulas: () => ReadonlySet<string>) {
  const wrong: Wrong[] = [];
  const places = placesIn([gold, candidate], block);
  let known: ReadonlySet<string> | undefined;
  for (const { row, column } of places) {
    const [expected, got] = [gold.value(row, column), candidate.value(row, column)];
    if (equal(expected, got)) continue;
    const at = cellName(row, column);
    const isFormula = (): boolean => {
      known ??= formulas();
      return known.has(at);
    };
    wrong.push({ at, sheet: gold.title, expected, got, slip: slipOf(expected, got, isFormula) });
  }
  return { cells: places.length, wrong };
}

function slipOf(expected: CellValue, got: CellValue, isFormula: () => boolean): Slip {
  if (got === null || got === "") return isFormula() ? "uncached-formula" : "empty-cells";
  if (expected === null || expected === "") return "extra-cells";
  if (squeezed(expected) === squeezed(got)) return "wrong-format";
  return typeOf(expected) === typeOf(got) ? "value" : "wrong-type";
}

/** What is left of a value without blanks, case and zeros in front or behind. */
function squeezed(value: CellValue): string {
  if (value !== null && typeof value === "object") return `${value.kind} ${JSON.stringify(value)}`;
  return String(value)
    .toLowerCase()
    .replace(/[\s\u00a0]+/g, "")
    .replace(/(?<![\d.])0+(?=\d)/g, "")
    .replace(/(\.\d*?)0+$/, "$1")
    .replace(/\.$/, "");
}

function typeOf(value: CellValue): string {
  if (value === null || typeof value !== "object") return typeof value === "boolean" ? "number" : typeof value;
  return value.kind === "huge-integer" ? "number" : "time";
}

/** The slip that more than half of the wrong cells share, else how many there are. */
function kindOf(wrong: readonly Wrong[], cells: number): Kind {
  const counts = new Map<Slip, number>();
  for (const { slip } of wrong) counts.set(slip, (counts.get(slip) ?? 0) + 1);
  for (const [slip, n] of counts) if (slip !== "value" && n > wrong.length / 2) return slip;
  return wrong.length <= Math.max(1, few * cells) ? "few-cells" : "many-cells";
}

/** Whether every cell of the answer position is as in the file the agent was given. */
async function isUntouched(task: Task, got: Workbook, position: string, gold: Workbook, blobs: Blobs): Promise<boolean> {
  const given = task.files[0];
  const input = given === undefined ? { fault: "" } : tryWorkbook(await blobs.get(given.blob));
  if ("fault" in input) return false;
  return answerBlocks(position, gold).every(({ sheet, block }) => {
    const [before, after] = [worksheetNamed(input, sheet.title), worksheetNamed(got, sheet.title)];
    if (before === undefined || after === undefined) return false;
    return placesIn([before, after], block).every(({ row, column }) => equal(before.value(row, column), after.value(row, column)));
  });
}
