import { csvFile } from "../csv.ts";
import { harmlessJson } from "../plain-text.ts";
import type { PaperTable } from "./paper-table.ts";

const columns = [
  "table",
  "kind",
  "row",
  "arm",
  "reference",
  "model",
  "solver",
  "column",
  "published",
  "ours",
  "difference",
  "low",
  "high",
  "prediction_low",
  "prediction_high",
  "detectable",
  "tasks",
  "slots_graded",
  "slots_expected",
  "p_holm",
  "verdict",
  "conclusion",
  "simulated",
] as const;

/** Numbers beside published tables, one a row, as RFC 4180: fractions with full precision; `kind` is cell, gain (against the row's baseline) or average. */
export function renderPaperCsv(tables: readonly PaperTable[]): string {
  return csvFile(
    columns,
    tables.flatMap((table) => {
      const solverOf = (model: string) => table.models.find(({ published }) => published === model)?.solver;
      return table.rows.flatMap((row) => {
        const head = { table: table.table, row: row.published };
        return [
          ...row.cells.map((cell) => ({
            ...head,
            kind: "cell",
            arm: cell.arm,
            model: cell.model,
            solver: solverOf(cell.model),
            column: cell.column,
            published: cell.published,
            ours: cell.ours,
            difference: cell.difference,
            low: cell.interval?.low,
            high: cell.interval?.high,
            prediction_low: cell.prediction?.low,
            prediction_high: cell.prediction?.high,
            detectable: cell.detectable,
            tasks: cell.tasks,
            slots_graded: cell.graded,
            slots_expected: cell.expected,
            verdict: cell.verdict,
            conclusion: cell.conclusion,
            simulated: cell.simulated,
          })),
          ...row.gains.map((gain) => ({
            ...head,
            kind: "gain",
            arm: gain.arm,
            reference: gain.reference,
            model: gain.model,
            solver: solverOf(gain.model),
            column: gain.column,
            published: gain.published,
            ours: gain.ours,
            low: gain.interval?.low,
            high: gain.interval?.high,
            tasks: gain.pairs,
            p_holm: gain.pAdjusted,
            conclusion: gain.conclusion,
            simulated: gain.simulated,
          })),
          ...(row.average === null
            ? []
            : [
                {
                  ...head,
                  kind: "average",
                  arm: row.arm,
                  column: table.average,
                  published: row.average.published,
                  ours: row.average.ours,
                  low: row.average.interval?.low,
                  high: row.average.interval?.high,
                },
              ]),
        ];
      });
    }),
  );
}

/** `{"format": "t2s-paper-tables", "v": 1, "tables": [PaperTable, …]}`: fractions, null = nothing to say, protocol cards included. */
export function renderPaperJson(tables: readonly PaperTable[]): string {
  return `${harmlessJson({ format: "t2s-paper-tables", v: 1, tables })}\n`;
}
