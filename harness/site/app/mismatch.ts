import type { LedgerEpisode } from "../../core/record.ts";
import { dataTable } from "./data-table.ts";
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
