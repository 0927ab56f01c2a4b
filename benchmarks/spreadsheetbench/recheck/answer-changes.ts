/** The cells of the answer in which the reference differs from the start workbook: what a solver has to bring about. */
import { type AnswerCell, answerBlocks, cellsOf, worksheetNamed } from "../kit/answer-cells.ts";
import { columnName } from "../score/cell-reference.ts";
import type { Workbook } from "../score/read-workbook.ts";
import { strictlyEqual } from "../score/strict-positions.ts";

/** In the order of the position, each once; `value` is the reference's, null where it empties a cell. */
export function answerChanges(position: string, gold: Workbook, input: Workbook): readonly AnswerCell[] {
  const found = new Map<string, AnswerCell>();
  for (const { sheet, block } of answerBlocks(position, gold)) {
    const before = worksheetNamed(input, sheet.title);
    for (const at of [...cellsOf(sheet, block), ...(before === undefined ? [] : cellsOf(before, block))]) {
      const value = sheet.value(at.row, at.column);
      const changed = !strictlyEqual(value, before?.value(at.row, at.column) ?? null);
      if (changed) found.set(`${sheet.title}\n${at.row}\n${at.column}`, { ...at, value });
    }
  }
  return [...found.values()];
}

/** More ranges than this are not written out. */
const MOST_RANGES = 300;

/**
 * An answer position of exactly these cells; undefined when their sheets' names cannot be written in one or the cells are too scattered. Ranges are
 * runs down a column, joined sideways where neighbours run alike.
 */
export function positionOfCells(cells: readonly AnswerCell[]): string | undefined {
  const columns = new Map<string, { sheet: string; column: number; rows: number[] }>();
  for (const { sheet, row, column } of cells) {
    const key = `${sheet}\n${column}`;
    const entry = columns.get(key) ?? { sheet, column, rows: [] };
    entry.rows.push(row);
    columns.set(key, entry);
  }
  const runs: { sheet: string; from: number; to: number; first: number; last: number }[] = [];
  for (const { sheet, column, rows } of [...columns.values()].sort((a, b) =>
    a.sheet === b.sheet ? a.column - b.column : a.sheet < b.sheet ? -1 : 1,
  )) {
    if (/[,!':]/.test(sheet)) return undefined;
    let run: (typeof runs)[number] | undefined;
    for (const row of rows.sort((a, b) => a - b)) {
      if (run !== undefined && row === run.last + 1) run.last = row;
      else {
        run = { sheet, from: column, to: column, first: row, last: row };
        runs.push(run);
      }
    }
  }
  const joined: typeof runs = [];
  for (const run of runs) {
    const left = joined.find((r) => r.sheet === run.sheet && r.to === run.from - 1 && r.first === run.first && r.last === run.last);
    if (left === undefined) joined.push(run);
    else left.to = run.to;
    if (joined.length > MOST_RANGES) return undefined;
  }
  const name = (column: number, row: number) => `${columnName(column)}${row}`;
  return joined.map((r) => `'${r.sheet}'!${name(r.from, r.first)}:${name(r.to, r.last)}`).join(",");
}
