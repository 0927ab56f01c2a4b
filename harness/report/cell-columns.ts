import type { LedgerEpisode } from "../core/record.ts";
import type { ClusterColumn } from "../stats/cluster-column.ts";
import { armColumn } from "../stats/slot-columns.ts";
import { collectRows, slotOf } from "./collect-cells.ts";
import type { TableDesign } from "./table-design.ts";

/** Names a cell of an experiment's tables. */
export interface CellName {
  readonly benchmark: string;
  readonly split: string;
  readonly arm: string;
  readonly solver: string;
  readonly metric: string;
}

/** The clusters behind a cell of the primary scorer's table, for what combines several cells; undefined where there is no such cell or nothing in it is graded. */
export type ColumnOf = (cell: CellName) => ClusterColumn | undefined;

/** Columns are made when they are asked for. */
export function cellColumns(rows: readonly LedgerEpisode[], design: TableDesign): ColumnOf {
  let collected: ReturnType<typeof collectRows> | undefined;
  return ({ benchmark: id, split, arm, solver, metric: name }) => {
    const benchmark = design.benchmarks.find((one) => one.id === id && one.split === split);
    const own = benchmark?.metricsByScorer?.[benchmark.scorer] ?? [];
    const metric = (own.length > 0 ? own : (benchmark?.metrics ?? [])).find((one) => one.name === name);
    if (benchmark === undefined || metric === undefined) return undefined;
    collected ??= collectRows(rows, design);
    const found = collected.of(benchmark).arms.find((one) => one.arm === arm && one.solver === solver);
    const slots = (found?.rows ?? []).flatMap((row) => slotOf(row, benchmark.scorer, metric) ?? []);
    const column = armColumn(slots, metric.over);
    return column.clusters.length === 0 ? undefined : column;
  };
}
