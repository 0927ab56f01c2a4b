/** What a reader of logs gives: the runs of agents that one file holds, in our own words. */
import type { TrajectoryRecord } from "../../core/record.ts";

/** Kinds of logs that are read, as `--format` names them. */
export const logFormats = ["atif", "claude-code", "messages", "t2s"] as const;
export type LogFormat = (typeof logFormats)[number];

/** What a log says of how its run ended, and where it says so. */
export interface LoggedOutcome {
  readonly passed: boolean;
  readonly from: string;
}

/** One run of an agent. */
export interface LogRun {
  readonly trajectory: TrajectoryRecord;
  /** Where in the file, when it holds several: "line 3". */
  readonly place?: string;
  /** Name the log has for what was to be done; runs of one name are one task. */
  readonly task?: string;
  readonly session?: string;
  readonly outcome?: LoggedOutcome;
  /** What of the log is not in the trajectory, as clauses: "4 events of sub-agents". */
  readonly notes: readonly string[];
}

/** A file's runs, or the clause of a sentence that says why there are none. `notes` are about the file as a whole. */
export type LogFile =
  | { readonly format: LogFormat; readonly runs: readonly LogRun[]; readonly notes: readonly string[] }
  | { readonly problem: string };
