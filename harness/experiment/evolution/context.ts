import type { LedgerRow } from "../../core/ledger-rows.ts";
import type { ExperimentSpec } from "../../core/spec.ts";
import type { Engine } from "../../engine/engine.ts";
import type { Parts } from "../parts.ts";
import type { ResolvedBenchmark } from "../resolve-tasks.ts";
import type { RecheckInputs } from "./recheck-inputs.ts";

/** What every step of learning has at hand. */
export interface LearnContext {
  readonly experiment: ExperimentSpec;
  readonly parts: Parts;
  readonly engine: Engine;
  /** A benchmark's split with its tasks loaded; loaded once. */
  readonly tasksOf: (benchmark: string, split: string, limit: number | undefined) => Promise<ResolvedBenchmark>;
  /** Splits that are measured: notes are looked up for their tasks. */
  readonly measured: readonly ResolvedBenchmark[];
  readonly rechecks: RecheckInputs;
  /** Tells the user something in one sentence. */
  readonly say: (text: string) => void;
  /** Keeps one row for the ledger; a later row of the same name replaces it. */
  readonly note: (row: LedgerRow) => void;
  /** Folder of the experiment; evolutions go below it. */
  readonly dir: string;
  /** Join what is there now, although a skill was already made from an earlier joining. */
  readonly refreeze: boolean;
  /** Bounds the analyses under way at once, over all evolutions and by kind of analyst. */
  readonly analysing: <T>(analyst: "agentic" | "single-call", work: () => Promise<T>) => Promise<T>;
}
