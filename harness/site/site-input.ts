import type { LedgerEpisode } from "../core/record.ts";
import type { EvolutionTable } from "../report/evolution-table.ts";
import type { PaperTable } from "../report/paper/build-paper-table.ts";
import type { ResultTable } from "../report/result-table.ts";
import type { Store } from "../store/store.ts";

/** What the web report is made from. The caller has read the results; nothing is run here. */
export interface SiteInput {
  /** Version of the program. */
  readonly version: string;
  readonly experiments: readonly ExperimentInput[];
  readonly store: Store;
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
  readonly card: ProtocolCard;
}

/** The parts of a lock file's card that pages show and compare. */
export interface ProtocolCard {
  readonly benchmarks: readonly {
    readonly id: string;
    readonly rev: number;
    readonly split: string;
    readonly splitLabel: string;
    readonly synthetic: boolean;
    readonly form: string;
    readonly tasks: number;
    readonly subset?: string;
    readonly attempts?: number;
    readonly clusters: number;
    readonly dataDigest: string;
    readonly primary: string;
    readonly scorers: readonly { readonly id: string; readonly rev: number; readonly toolchain: string }[];
    readonly recalculate: string | null;
  }[];
  readonly arms: readonly {
    readonly name: string;
    readonly label: string;
    readonly guidance: string;
    readonly solver: string;
    readonly simulated: boolean;
    readonly skill?: string;
    readonly record?: unknown;
  }[];
  readonly seeds: readonly number[];
  readonly attempts: number;
  readonly replicas: number;
  readonly sandbox: string;
  readonly made: { readonly version: string; readonly commit?: string; readonly node: string };
}

/** How much of the trajectories goes into the report. */
export interface TrajectoryChoice {
  readonly which: "all" | "failed" | "none";
  /** Bytes of trajectories and pictures of one experiment; what does not fit is counted and named. */
  readonly limitBytes: number;
}
