import type { LedgerEvolution } from "../core/ledger-rows.ts";
import type { ProtocolCard } from "../core/protocol-card.ts";
import type { LedgerEpisode } from "../core/record.ts";
import type { Ablations } from "./ablation/ablations.ts";
import { buildAblations } from "./ablation/build-ablations.ts";
import { buildTables } from "./build-tables.ts";
import { cellColumns } from "./cell-columns.ts";
import { buildEvolutionTable, type EvolutionTable } from "./evolution-table.ts";
import { buildPaperTable } from "./paper/build-paper-table.ts";
import type { PaperTable } from "./paper/paper-table.ts";
import type { ResultTable } from "./result-table.ts";
import type { TableDesign } from "./table-design.ts";

/** Everything an experiment's ledger and lock file say, as `t2s report` shows it. */
export interface Report {
  readonly tables: readonly ResultTable[];
  /** Absent when the experiment has neither sweep nor factorial. */
  readonly ablations?: Ablations;
  /** Absent when nothing was learned. */
  readonly evolution?: EvolutionTable;
  /** Absent when there is no published table, or another scorer than the default one was asked for. */
  readonly paper?: PaperTable;
  /** How the numbers were made; absent for lock files of versions that wrote none. */
  readonly protocol?: ProtocolCard;
}

/** Builds it from the measured rows and the rows of evolutions of one ledger. Pure: equal rows give an equal report, in whatever order they come. */
export function buildReport(
  experiment: string,
  design: TableDesign,
  rows: readonly LedgerEpisode[],
  learned: readonly LedgerEvolution[],
  options: { readonly scorer?: string; readonly protocol?: ProtocolCard } = {},
): Report {
  const tables = buildTables(rows, design, { scorer: options.scorer });
  const primary = tables.filter((table) => table.primary);
  const evolution = buildEvolutionTable(experiment, learned, primary);
  const ablations = buildAblations(rows, design, tables, learned);
  const { protocol } = options;
  const cards = protocol === undefined ? [] : [protocol];
  const paper =
    design.paper === undefined || options.scorer !== undefined
      ? undefined
      : buildPaperTable(design.paper, tables, { cards, columnOf: cellColumns(rows, design) });
  return {
    tables,
    ...(ablations === undefined ? {} : { ablations }),
    ...(evolution === undefined ? {} : { evolution }),
    ...(paper === undefined ? {} : { paper }),
    ...(protocol === undefined ? {} : { protocol }),
  };
}
