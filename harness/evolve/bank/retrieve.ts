import { UsageError } from "../../core/errors.ts";
import type { Bank, BankEntry } from "./bank.ts";
import { cosine, roundVector, type Vector } from "./vector.ts";

export interface BankQuery {
  /** The task that is to be solved: its own entry is never found. */
  readonly task: string;
  /** Where given, entries of the same cluster are not found either: other cases of one instance would give its solution away. */
  readonly cluster?: string;
  readonly vector: Vector;
}

export interface Retrieved {
  readonly entry: BankEntry;
  /** Cosine of the two tasks' vectors. */
  readonly similarity: number;
}

/** The `k` entries whose tasks are most like the query's, best first; equal ones by id. Fewer when the bank holds fewer that may be found. */
export function retrieve(bank: Bank, query: BankQuery, k: number): readonly Retrieved[] {
  if (!Number.isInteger(k) || k < 1) throw new UsageError(`top_k must be 1 or more, not ${k}`);
  const vector = roundVector(query.vector);
  return bank.entries
    .filter((entry) => entry.task !== query.task && (query.cluster === undefined || entry.cluster !== query.cluster))
    .map((entry): Retrieved => ({ entry, similarity: cosine(bank.vectors.get(entry.id) ?? [], vector) }))
    .sort((a, b) => b.similarity - a.similarity || a.entry.id.length - b.entry.id.length || (a.entry.id < b.entry.id ? -1 : 1))
    .slice(0, k);
}
