import type { AnswerGrid } from "../core/contract.ts";
import type { ProtocolCard } from "../core/protocol-card.ts";
import type { LedgerEpisode } from "../core/record.ts";
import type { Ablations } from "../report/ablation/ablations.ts";
import type { EvolutionTable } from "../report/evolution-table.ts";
import type { PaperTable } from "../report/paper/paper-table.ts";
import type { ResultTable } from "../report/result-table.ts";
import type { Store } from "../store/store.ts";

/** What the web report is made from. The caller has read the results; nothing is run here. */
export interface SiteInput {
  /** Version of the program. */
  readonly version: string;
  readonly experiments: readonly ExperimentInput[];
  readonly store: Store;
  /** Where what a failed episode handed in differs from what was expected. Absent: no page shows it. */
  readonly gridsOf?: (row: LedgerEpisode) => Promise<readonly AnswerGrid[]>;
}

export interface ExperimentInput {
  readonly name: string;
  readonly title: string;
  /** Folder of its results: ledger, lock file, evolutions. */
  readonly dir: string;
  /** All episodes of the ledger, also those that skills were learned from; later rows of a slot replace earlier ones. */
  readonly rows: readonly LedgerEpisode[];
  readonly tables: readonly ResultTable[];
  readonly paper?: PaperTable;
  readonly evolution?: EvolutionTable;
  readonly ablations?: Ablations;
  /** Absent for lock files of versions that wrote none. */
  readonly protocol?: ProtocolCard;
}

/** How much of the trajectories goes into the report. */
export interface TrajectoryChoice {
  readonly which: "all" | "failed" | "none";
  /** Bytes of trajectories and pictures of one experiment; what does not fit is counted and named. */
  readonly limitBytes: number;
}
