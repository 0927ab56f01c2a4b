import { join } from "node:path";
import { UsageError } from "../core/errors.ts";
import type { Json } from "../core/json.ts";
import type { LedgerEpisode } from "../core/record.ts";
import type { Engine } from "../engine/engine.ts";
import { type StopOrder, Stopped } from "../engine/stop.ts";
import { forEachInWindow } from "../engine/window.ts";
import { appendLedger, compactLedger, slotName } from "../store/ledger.ts";
import { lockExperiment, shareStore } from "../store/store.ts";
import { evaluateSlot } from "./evaluate-slot.ts";
import { indexLedger, type LedgerIndex } from "./ledger-index.ts";
import { makeLockFile, writeLockFile } from "./lock-file.ts";
import type { Parts } from "./parts.ts";
import type { Resolved } from "./resolve-experiment.ts";
import { nameOfSlot, planSlots, type Slot } from "./slots.ts";

export type RunEvent =
  | { readonly type: "planned"; readonly slots: number; readonly current: number }
  | { readonly type: "row"; readonly row: LedgerEpisode };

export interface RunOptions {
  readonly engine: Engine;
  readonly stop: StopOrder;
  /** Slots under way at once. */
  readonly width: number;
  readonly acceptDrift?: boolean;
  readonly design: Json;
  readonly onEvent?: (event: RunEvent) => void;
}

/** What a run did: `made` episodes were rolled out now, `reused` ones came from the ledger or the store. `stopped` names the reason when not everything planned was done; running again goes on from there. */
export interface RunSummary {
  readonly slots: number;
  readonly reused: number;
  readonly made: number;
  readonly errored: number;
  /** Rows of an earlier plan of the same name that left the ledger. */
  readonly dropped: number;
  readonly stopped?: string;
}

export const experimentDir = (parts: Pick<Parts, "resultsDir">, name: string): string => join(parts.resultsDir, name);
export const ledgerPath = (dir: string): string => join(dir, "ledger.jsonl");

/**
 * Fills every slot of a resolved experiment and leaves the ledger complete. One process per experiment folder; the store is shared.
 * Throws the error that stopped the run (wrong key, full disk …); an ordered stop is reported in the summary instead.
 */
export async function runExperiment(resolved: Resolved, parts: Parts, options: RunOptions): Promise<RunSummary> {
  const dir = experimentDir(parts, resolved.spec.name);
  await using _folder = await lockExperiment(dir);
  await using _store = await shareStore(parts.store);
  await writeLockFile(dir, makeLockFile(resolved, parts, options.design));
  const path = ledgerPath(dir);
  const index = await indexLedger(path);
  const drift = watchDrift(index.fingerprints, options);
  const count = { reused: 0, made: 0, errored: 0, dropped: 0 };
  for (const slot of planSlots(resolved.spec, resolved.arms)) if (index.isCurrent(slot)) count.reused += 1;
  const missing = resolved.slotCount - count.reused;
  // Rows that the plan no longer holds, or that stand for other scores, leave first: whatever happens next, tables show what the lock file says.
  if (index.rows > count.reused) count.dropped = await keepRows(path, resolved, index);
  options.onEvent?.({ type: "planned", slots: resolved.slotCount, current: count.reused });
  {
    await using ledger = await appendLedger(path);
    const fill = async (slot: Slot): Promise<void> => {
      try {
        options.stop.check();
        const { row, fresh } = await evaluateSlot(slot, options.engine, parts.store.blobs);
        await ledger.append(row);
        count[row.state === "errored" ? "errored" : fresh ? "made" : "reused"] += 1;
        options.onEvent?.({ type: "row", row });
        drift(row);
      } catch (error) {
        if (!(error instanceof Stopped)) throw error;
      }
    };
    if (missing > 0) await forEachInWindow(missingSlots(resolved, index), options.width, fill);
  }
  return { slots: resolved.slotCount, ...count, stopped: options.stop.reason };
}

function* missingSlots(resolved: Resolved, index: LedgerIndex): Iterable<Slot> {
  for (const slot of planSlots(resolved.spec, resolved.arms)) if (!index.isCurrent(slot)) yield slot;
}

async function keepRows(path: string, resolved: Resolved, index: LedgerIndex): Promise<number> {
  const current = new Set<string>();
  const planned = new Set<string>();
  for (const slot of planSlots(resolved.spec, resolved.arms)) {
    planned.add(nameOfSlot(slot));
    if (index.isCurrent(slot)) current.add(nameOfSlot(slot));
  }
  const foreign = new Set<string>();
  await compactLedger(path, (row) => {
    if (!planned.has(slotName(row))) foreign.add(slotName(row));
    return current.has(slotName(row));
  });
  return foreign.size;
}

/** A served model that changes its fingerprint is another model: mixing both within an arm needs the user's word. */
function watchDrift(earlier: ReadonlyMap<string, ReadonlySet<string>>, options: RunOptions): (row: LedgerEpisode) => void {
  const mixed = [...earlier].find(([, prints]) => prints.size > 1);
  if (mixed !== undefined && options.acceptDrift !== true)
    throw new UsageError(
      `results of ${mixed[0]} already come from servers with different fingerprints (${[...mixed[1]].join(", ")}); continue knowingly with --accept-drift, or start anew under another name`,
    );
  const seen = new Map([...earlier].map(([solver, prints]) => [solver, new Set(prints)]));
  return (row) => {
    for (const print of row.volatile?.fingerprints ?? []) {
      const known = seen.get(row.solver) ?? new Set<string>();
      if (known.size > 0 && !known.has(print) && options.acceptDrift !== true) {
        const error = new UsageError(
          `the endpoint of ${row.solver} changed its fingerprint from ${[...known].join(", ")} to ${print}; results would mix two servers: restore the old one, or continue knowingly with --accept-drift`,
        );
        options.stop.drain(error.message);
        throw error;
      }
      seen.set(row.solver, known.add(print));
    }
  };
}
