import type { LedgerEpisode } from "../core/record.ts";
import { readLedger, slotOf } from "../store/ledger.ts";
import { rowHead, type Slot } from "./slots.ts";

/** What a resume must know of the rows already there; a few bytes a slot, so that 650,000 fit easily. */
export interface LedgerIndex {
  /** Whether the slot's row stands for exactly what the plan asks for (same scorers, task and truth) and needs no work. */
  isCurrent(slot: Slot): boolean;
  readonly fingerprints: ReadonlyMap<string, ReadonlySet<string>>;
  readonly rows: number;
}

/** Reads a ledger into an index. Rows of errored slots are never current: the engine decides about them again. */
export async function indexLedger(path: string): Promise<LedgerIndex> {
  const scoringOf = new Map<string, string>();
  const fingerprints = new Map<string, Set<string>>();
  let rows = 0;
  for await (const row of readLedger(path, { validate: false })) {
    rows += 1;
    scoringOf.set(slotOf(row), row.state === "errored" ? "" : (row.scoring ?? ""));
    for (const print of row.volatile?.fingerprints ?? []) {
      const seen = fingerprints.get(row.solver) ?? new Set();
      fingerprints.set(row.solver, seen.add(print));
    }
  }
  return {
    isCurrent(slot) {
      const scoring = scoringOf.get(slotOf(rowHeadAsRow(slot)));
      return scoring === slot.task.scoring;
    },
    fingerprints,
    rows,
  };
}

/** A row with the slot's name and nothing else; only for comparing names. */
export function rowHeadAsRow(slot: Slot): LedgerEpisode {
  return { ...rowHead(slot), state: "ungraded", outcomes: [] };
}
