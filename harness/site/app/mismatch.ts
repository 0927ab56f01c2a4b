import type { AnswerCell, AnswerGrid } from "../../core/contract.ts";
import type { LedgerEpisode } from "../../core/record.ts";
import { type Column, dataTable } from "./data-table.ts";
import { type Child, h } from "./element.ts";

/** A cell of a workbook that is not as it should be. */
export interface Mismatch {
  readonly sheet: string;
  readonly cell: string;
  readonly expected: string;
  readonly got: string;
}

const cellMismatch = /^([A-Z]{1,3}\d{1,7}) of sheet (.*?): expected (.*), got (.*)$/s;

/** Reads the message a workbook scorer leaves about the first cell that differs; undefined for any other message. */
export function readMismatch(message: string): Mismatch | undefined {
  const [, cell, sheet, expected, got] = cellMismatch.exec(message) ?? [];
  if (cell === undefined || sheet === undefined || expected === undefined || got === undefined) return undefined;
  return { sheet, cell, expected, got };
}

/** The cells that scorers name in their messages, expected beside actual; null when none does. */
export function mismatchGrid(outcomes: LedgerEpisode["outcomes"]): Child {
  const all = outcomes.flatMap(({ outcome }) => {
    const found = outcome.state === "graded" ? readMismatch(outcome.score.message ?? "") : undefined;
    return found === undefined ? [] : [found];
  });
  const different = [...new Map(all.map((one) => [JSON.stringify(one), one])).values()];
  if (different.length === 0) return null;
  return dataTable<Mismatch>(
    "First cells that differ",
    [
      { head: "Sheet", heading: true, cell: (one) => one.sheet },
      { head: "Cell", cell: (one) => h("code", {}, one.cell) },
      { head: "Expected", cell: (one) => h("code", { class: "expected" }, one.expected) },
      { head: "Actual", cell: (one) => h("code", { class: "actual" }, one.got) },
    ],
    different,
  );
}

/** Cells of the sheet as it was expected, and below a cell that is wrong what stands there instead. */
export function answerGrid({ title, wrong, compared, columns, rows }: AnswerGrid): HTMLElement {
  const column = (name: string, at: number): Column<AnswerGrid["rows"][number]> => ({
    head: name,
    cell: ({ cells }) => expectedAndActual(cells[at]),
  });
  const shown =
    rows.length * columns.length > 1 ? "; the first of them with its neighbours, expected above actual" : "; expected above actual";
  return dataTable(
    `Sheet "${title}": ${wrong} of ${compared} cells differ${shown}`,
    [{ head: "Row", heading: true, cell: ({ name }) => name }, ...columns.map(column)],
    rows,
  );
}

function expectedAndActual(cell: AnswerCell | undefined): Child {
  if (cell === undefined) return null;
  if (cell.got === undefined) return h("span", { class: "as-expected" }, cell.expected);
  return [
    h("div", {}, h("span", { class: "said" }, "expected "), h("code", { class: "expected" }, cell.expected)),
    h("div", {}, "≠ ", h("span", { class: "said" }, "actual "), h("code", { class: "actual" }, cell.got)),
  ];
}
