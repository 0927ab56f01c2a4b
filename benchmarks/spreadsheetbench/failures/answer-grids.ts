import type { AnswerCell, AnswerGrid, Blobs, Submission, Task } from "../../../harness/core/contract.ts";
import type { Sealed } from "../../../harness/core/sealed.ts";
import { answerBlocks, worksheetNamed } from "../kit/answer-cells.ts";
import { columnName } from "../score/cell-reference.ts";
import { describeValue } from "../score/cell-value.ts";
import type { CellBlock } from "../score/published-positions.ts";
import type { SheetCells } from "../score/sheet-cells.ts";
import { equal, placesIn, tryWorkbook } from "./compare-blocks.ts";

/** What a reader takes in at a glance: blocks, and rows and columns of each. */
const most = { grids: 3, rows: 10, columns: 6 };

/** For every block of the answer position with a wrong cell the neighbourhood of the first one; none when a workbook cannot be read or lacks the sheet. */
export async function grids(_task: Task, sealed: Sealed, submission: Submission, blobs: Blobs): Promise<readonly AnswerGrid[]> {
  const [reference, output] = [sealed.files[0], submission.files.find(({ path }) => path === "output.xlsx")];
  const position = sealed.fields.answer_position;
  if (reference === undefined || output === undefined || typeof position !== "string") return [];
  const [gold, got] = [tryWorkbook(await blobs.get(reference.blob)), tryWorkbook(await blobs.get(output.blob))];
  if ("fault" in gold || "fault" in got) return [];
  return answerBlocks(position, gold)
    .flatMap(({ sheet, block }) => gridOf(sheet, worksheetNamed(got, sheet.title), block) ?? [])
    .slice(0, most.grids);
}

function gridOf(gold: SheetCells, got: SheetCells | undefined, block: CellBlock): AnswerGrid | undefined {
  if (got === undefined) return undefined;
  const isWrong = (row: number, column: number): boolean => !equal(gold.value(row, column), got.value(row, column));
  const places = placesIn([gold, got], block);
  const wrong = places.filter(({ row, column }) => isWrong(row, column));
  const [first] = wrong;
  if (first === undefined) return undefined;
  // One row and one column of what stands before it, so that a shift shows.
  const rows = span(
    Math.max(block.firstRow, first.row - 1),
    places.reduce((last, { row }) => Math.max(last, row), 0),
    most.rows,
  );
  const columns = span(
    Math.max(block.firstColumn, first.column - 1),
    places.reduce((last, { column }) => Math.max(last, column), 0),
    most.columns,
  );
  const cellAt = (row: number, column: number): AnswerCell => {
    const expected = describeValue(gold.value(row, column));
    return isWrong(row, column) ? { expected, got: describeValue(got.value(row, column)) } : { expected };
  };
  return {
    title: gold.title,
    wrong: wrong.length,
    compared: places.length,
    columns: columns.map(columnName),
    rows: rows.map((row) => ({ name: String(row), cells: columns.map((column) => cellAt(row, column)) })),
  };
}

const span = (from: number, to: number, most: number): number[] =>
  Array.from({ length: Math.min(most, to - from + 1) }, (_, i) => from + i);
