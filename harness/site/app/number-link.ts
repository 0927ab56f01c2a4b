import type { ResultTable, TableCell } from "../../report/result-table.ts";
import { routeHash } from "./route.ts";

/** Address of the episodes behind a number: the list, preset to its arm, solver, benchmark, split and scorer. */
export function episodesBehind(
  experiment: string,
  table: Pick<ResultTable, "benchmark" | "split" | "scorer">,
  which: { readonly arm: string; readonly solver: string; readonly versus?: string; readonly outcome?: string },
): string {
  return routeHash("episodes", {
    experiment,
    benchmark: table.benchmark,
    split: table.split,
    arm: which.arm,
    solver: which.solver,
    scorer: table.scorer,
    versus: which.versus,
    outcome: which.outcome,
  });
}

/** The cell of a table for an arm, a solver and a metric. */
export function cellOf(table: ResultTable, arm: string, solver: string, metric: string): TableCell | undefined {
  return table.cells.find((cell) => cell.arm === arm && cell.solver === solver && cell.metric === metric);
}
