import type { LedgerEpisode, Rep, Score } from "../../core/record.ts";
import type { TableMetric } from "../../report/table-design.ts";

/** One measured task in one repetition, from whatever kind of file. */
export interface ResultRow {
  readonly task: string;
  /** null: the file says nothing of clusters. */
  readonly cluster: string | null;
  /** As the file writes it; "" where it has none. */
  readonly seed: string;
  /** null: not graded, or errored. */
  readonly score: Pick<Score, "value" | "passed" | "metrics"> | null;
  readonly state: LedgerEpisode["state"];
  /** Where it stands, for messages: "line 7". */
  readonly where: string;
  /** Of ledger rows: what they are beyond a score. */
  readonly ledger?: Pick<LedgerEpisode, "key" | "rep" | "simulated" | "imported" | "flags">;
}

/** A file of results as it was read. */
export interface ResultFile {
  /** As the user named it. */
  readonly name: string;
  /** "CSV", "JSONL", "Inspect log", "release results", "ledger". */
  readonly format: string;
  /** What was taken for the score, in words: `column score`. */
  readonly took: string;
  /** Metrics its scores have; empty: just one score a row. */
  readonly metrics: readonly TableMetric[];
  readonly rows: readonly ResultRow[];
}

/** Which columns or fields to take; what is absent is found by its usual name. */
export interface TakeOptions {
  readonly task?: string;
  readonly score?: string;
  readonly seed?: string;
  readonly cluster?: string;
}

/** Seeds as integers: those that are, and the others numbered in code-unit order. */
export function repsOf(rows: readonly ResultRow[]): ReadonlyMap<string, Rep> {
  const names = [...new Set(rows.map((row) => row.seed))].sort();
  const whole = names.every((name) => /^-?\d{1,15}$/.test(name));
  return new Map(names.map((name, i) => [name, { seed: whole ? Number(name) : i, attempt: 0, replica: 0 }]));
}
