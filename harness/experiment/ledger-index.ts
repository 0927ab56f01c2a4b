import { readMeasured, shortened, slotName } from "../store/ledger.ts";
import { nameOfSlot, type Slot } from "./slots.ts";

/** What a resume must know of the rows already there; some 100 bytes a slot, so that 650,000 fit easily. */
export interface LedgerIndex {
  /** Whether the slot's row stands for exactly what the plan asks for (same scorers, task and truth) and needs no work. */
  isCurrent(slot: Slot): boolean;
  readonly fingerprints: ReadonlyMap<string, ReadonlySet<string>>;
  readonly rows: number;
}

/** Reads a ledger into an index. Rows of errored slots are never current: the engine decides about them again. */
export async function indexLedger(path: string): Promise<LedgerIndex> {
  const scoringOf = new Map<string, string>();
  /** Each scoring once: there are as many as tasks, not as rows. */
  const known = new Map<string, string>();
  const fingerprints = new Map<string, Set<string>>();
  let rows = 0;
  for await (const batch of readMeasured(path, { validate: false })) {
    for (const row of batch) {
      rows += 1;
      const scoring = row.state === "errored" ? "" : (row.scoring ?? "");
      if (!known.has(scoring)) known.set(scoring, scoring);
      scoringOf.set(shortened(slotName(row)), known.get(scoring) ?? scoring);
      for (const print of row.volatile?.fingerprints ?? []) {
        const seen = fingerprints.get(row.solver) ?? new Set();
        fingerprints.set(row.solver, seen.add(print));
      }
    }
  }
  return {
    isCurrent: (slot) => scoringOf.get(shortened(nameOfSlot(slot))) === slot.task.scoring,
    fingerprints,
    rows,
  };
}
