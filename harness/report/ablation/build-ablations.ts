import type { LedgerEvolution } from "../../core/ledger-rows.ts";
import type { LedgerEpisode } from "../../core/record.ts";
import { drawsOf } from "../../stats/choose-interval.ts";
import { collectRows } from "../collect-cells.ts";
import type { ResultTable } from "../result-table.ts";
import type { TableDesign } from "../table-design.ts";
import type { Ablations } from "./ablations.ts";
import { buildFactorials } from "./build-factorial.ts";
import { type AblationOptions, buildSweeps } from "./build-sweeps.ts";

/** Sweeps and factorials of an experiment under the scorers of its tables; undefined when it has none. */
export function buildAblations(
  rows: Iterable<LedgerEpisode>,
  design: TableDesign,
  tables: readonly ResultTable[],
  learned: readonly LedgerEvolution[],
): Ablations | undefined {
  const { sweeps = [], factorials = [] } = design;
  if (sweeps.length + factorials.length === 0) return undefined;
  const { of } = collectRows(rows, design);
  const interval = { shared: drawsOf({}) };
  const all = tables.flatMap(({ experiment, benchmark, split, scorer, metrics }): AblationOptions[] => {
    const measured = design.benchmarks.find((one) => one.id === benchmark && one.split === split);
    if (measured === undefined) return [];
    const place = { experiment, benchmark, split, scorer };
    return [{ place, collected: of(measured), metrics, learned, baseline: design.baseline, interval }];
  });
  return {
    sweeps: all.flatMap((options) => sweeps.flatMap((sweep) => buildSweeps(sweep, options))),
    factorials: all.flatMap((options) => factorials.flatMap((one) => buildFactorials(one, options))),
  };
}
