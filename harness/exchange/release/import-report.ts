/** What rows and lock files of such experiments say of themselves. */
export const importedFrom = "release";

/** What one import found, as it is kept in `imports/` of the experiment. */
export interface ImportReport {
  readonly v: 1;
  readonly from: string;
  /** Last part of the folder's name. */
  readonly folder: string;
  readonly arm: string;
  readonly model: string;
  readonly seed: number;
  readonly split: string;
  readonly planned: number;
  readonly graded: number;
  readonly passed: number;
  readonly withLog: number;
  /** Stored verdicts that could be held against ours, and those that differ. */
  readonly compared: number;
  readonly differences: readonly VerdictDifference[];
  /** What is missing or could not be read, task by task. */
  readonly tasks: readonly TaskNote[];
  /** The same of files that belong to no task. */
  readonly problems: readonly string[];
  /** Whether the ledger had exactly these rows before. */
  readonly unchanged: boolean;
}

export interface VerdictDifference {
  readonly task: string;
  readonly theirs: boolean;
  readonly theirMessage: string;
  readonly ours: boolean;
  readonly ourMessage: string;
}

export interface TaskNote {
  readonly task: string;
  readonly note: string;
}
