import type { Benchmark } from "../../core/contract.ts";
import type { Hash } from "../../core/json.ts";
import type { LedgerEpisode } from "../../core/record.ts";
import type { Engine } from "../../engine/engine.ts";
import type { Store } from "../../store/store.ts";
import type { ChosenSplit } from "./choose-split.ts";
import type { ReleaseFiles } from "./find-files.ts";
import type { TaskNote, VerdictDifference } from "./import-report.ts";
import type { StoredRun, StoredVerdicts } from "./read-verdicts.ts";

export interface ImportOptions {
  readonly dir: string;
  /** Further folder with chat logs. */
  readonly logs?: string;
  readonly experiment: string;
  readonly arm: string;
  readonly label?: string;
  readonly model?: string;
  readonly seed?: number;
  readonly split?: string;
  readonly baseline?: string;
  readonly benchmark: Benchmark;
  readonly dataDir: string;
  readonly resultsDir: string;
  readonly store: Store;
  readonly engine: Engine;
  readonly made: { readonly version: string; readonly commit?: string; readonly node: string };
}

/** One run of the release, as it lies in a folder. */
export interface SeedInput {
  readonly options: ImportOptions;
  readonly files: ReleaseFiles;
  readonly split: ChosenSplit;
  readonly folderSeed: number | undefined;
  readonly rep: LedgerEpisode["rep"];
  readonly model: string;
  readonly run: StoredRun | undefined;
  readonly verdicts: StoredVerdicts | undefined;
}

/** What became of it here. */
export interface TakenSeed {
  readonly rows: readonly LedgerEpisode[];
  readonly scorers: readonly { readonly id: string; readonly rev: number; readonly toolchain: Hash }[];
  readonly tasks: readonly TaskNote[];
  readonly differences: readonly VerdictDifference[];
  readonly compared: number;
  readonly problems: readonly string[];
}
