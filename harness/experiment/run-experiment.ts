import { join } from "node:path";
import { StoreError, UsageError } from "../core/errors.ts";
import type { Json } from "../core/json.ts";
import { canonicalJson } from "../core/json.ts";
import type { LedgerRow } from "../core/ledger-rows.ts";
import type { LedgerEpisode } from "../core/record.ts";
import type { Engine } from "../engine/engine.ts";
import { Elsewhere } from "../engine/shard.ts";
import { type StopOrder, Stopped } from "../engine/stop.ts";
import { forEachInWindow } from "../engine/window.ts";
import {
  appendLedger,
  compactLedger,
  comparableRow,
  isMeasured,
  readLedgerBatches,
  rowName,
  shortened,
  slotName,
} from "../store/ledger.ts";
import { lockExperiment, shareStore } from "../store/store.ts";
import { evaluateSlot } from "./evaluate-slot.ts";
import { learnArms, type Unlearned } from "./evolution/learn-arms.ts";
import { indexLedger, type LedgerIndex } from "./ledger-index.ts";
import { readLockFile, writeLockFile } from "./lock-file.ts";
import { makeLockFile } from "./make-lock-file.ts";
import { makeProtocolCard } from "./make-protocol-card.ts";
import type { Parts } from "./parts.ts";
import { type Resolved, withLearned } from "./resolve-experiment.ts";
import { nameOfSlot, planSlots, type Slot } from "./slots.ts";

export type RunEvent =
  | { readonly type: "planned"; readonly slots: number; readonly current: number }
  | { readonly type: "row"; readonly row: LedgerEpisode }
  /** A slot falls to another shard. */
  | { readonly type: "elsewhere" }
  /** Something a skill is learned from or with was settled, or learning said something. */
  | { readonly type: "learning"; readonly row: LedgerRow }
  | { readonly type: "note"; readonly text: string };

export interface RunOptions {
  readonly engine: Engine;
  readonly stop: StopOrder;
  /** Slots under way at once. */
  readonly width: number;
  readonly acceptDrift?: boolean;
  /** What the tables are built from, once every arm is known. */
  readonly design: (resolved: Resolved) => Json;
  /** Folder of ledger, lock file and evolutions; default: `experimentDir`. A part of an experiment is kept apart from the whole. */
  readonly dir?: string;
  /** Join anew what a skill was already made from (`--refreeze`). */
  readonly refreeze?: boolean;
  readonly onEvent?: (event: RunEvent) => void;
}

/** What a run did: `made` episodes were rolled out now, `reused` ones came from the ledger or the store. `stopped` names the reason when not everything planned was done; running again goes on from there. */
export interface RunSummary {
  readonly slots: number;
  readonly reused: number;
  readonly made: number;
  readonly errored: number;
  /** Arms whose guidance could not be learned, and why; their slots are not among `slots`. */
  readonly unlearned: readonly Unlearned[];
  /** Slots that fall to other shards and are not in the store yet. */
  readonly elsewhere: number;
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
export async function runExperiment(plan: Resolved, parts: Parts, options: RunOptions): Promise<RunSummary> {
  const dir = options.dir ?? experimentDir(parts, plan.spec.name);
  await using _folder = await lockExperiment(dir);
  await using _store = await shareStore(parts.store);
  await refuseImported(dir);
  const path = ledgerPath(dir);
  const index = await indexLedger(path);
  const drift = watchDrift(index.fingerprints, options);
  const learned = await learn(plan, parts, { ...options, dir, drift });
  if ("stopped" in learned) return { reused: 0, made: 0, errored: 0, dropped: 0, elsewhere: 0, ...learned };
  const { resolved, unlearned } = learned;
  await writeLockFile(dir, makeLockFile(resolved, parts, options.design(resolved), await makeProtocolCard(resolved, parts)));
  await replaceLearningRows(path, learned.rows);
  const count = { reused: 0, made: 0, errored: 0, dropped: 0, elsewhere: 0 };
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
        if (error instanceof Elsewhere) {
          count.elsewhere += 1;
          options.onEvent?.({ type: "elsewhere" });
        } else if (!(error instanceof Stopped)) throw error;
      }
    };
    if (missing > 0) await forEachInWindow(missingSlots(resolved, index, options.stop), options.width, fill);
  }
  return { slots: resolved.slotCount, ...count, unlearned, stopped: options.stop.reason };
}

/** Rows that were taken in are never mixed with our own. A damaged lock file is written anew. */
async function refuseImported(dir: string): Promise<void> {
  const lock = await readLockFile(dir).catch((error: unknown) => {
    if (error instanceof StoreError) return undefined;
    throw error;
  });
  if (lock?.imported !== undefined)
    throw new UsageError(
      `${dir} holds results imported from the ${lock.imported}; choose another name for the config, or another folder with --results`,
    );
}

/** Learns what the arms need. Everything that was learned is in the store: a stopped run goes on from there. */
async function learn(
  plan: Resolved,
  parts: Parts,
  options: RunOptions & { readonly dir: string; readonly drift: (row: LedgerEpisode) => void },
): Promise<
  | { resolved: Resolved; rows: ReadonlyMap<string, LedgerRow>; unlearned: RunSummary["unlearned"] }
  | { stopped: string; slots: number; unlearned: RunSummary["unlearned"] }
> {
  const rows = new Map<string, LedgerRow>();
  if (plan.learning.length === 0) return { resolved: plan, rows, unlearned: [] };
  const note = (row: LedgerRow): void => {
    rows.set(rowName(row), row);
    options.onEvent?.({ type: "learning", row });
    if (row.type === "episode") options.drift(row);
  };
  const { dir, engine, refreeze = false } = options;
  const say = (text: string): void => options.onEvent?.({ type: "note", text });
  const { arms, unlearned, stopped } = await learnArms(plan, parts, { dir, engine, refreeze, note, say });
  const resolved = await withLearned(plan, arms, parts);
  // What is in ledger and lock file stays as it is: it belongs together, and half of what is learned belongs to neither.
  if (stopped) return { stopped: options.stop.reason ?? "stopped while learning", slots: resolved.slotCount, unlearned };
  return { resolved, rows, unlearned };
}

/** Makes the ledger's rows about learning exactly `rows`. Rows that are there already stay where they are. */
async function replaceLearningRows(path: string, rows: ReadonlyMap<string, LedgerRow>): Promise<void> {
  const current = new Set<string>();
  let stale = false;
  for await (const batch of readLedgerBatches(path, { validate: false }))
    for (const row of batch) {
      if (isMeasured(row)) continue;
      const wanted = rows.get(rowName(row));
      if (wanted !== undefined && comparableRow(wanted) === comparableRow(row)) current.add(canonicalJson(row));
      else stale = true;
    }
  if (stale) await compactLedger(path, (row) => isMeasured(row) || current.has(canonicalJson(row)));
  const kept = new Set<string>();
  if (current.size > 0)
    for await (const batch of readLedgerBatches(path, { validate: false }))
      for (const row of batch) if (!isMeasured(row)) kept.add(rowName(row));
  const missing = [...rows].filter(([name]) => !kept.has(name));
  if (missing.length === 0) return;
  await using ledger = await appendLedger(path);
  for (const [, row] of missing) await ledger.append(row);
}

/** Slots without a current row, until a stop is ordered. */
function* missingSlots(resolved: Resolved, index: LedgerIndex, stop: StopOrder): Iterable<Slot> {
  for (const slot of planSlots(resolved.spec, resolved.arms)) {
    if (stop.reason !== undefined) return;
    if (!index.isCurrent(slot)) yield slot;
  }
}

async function keepRows(path: string, resolved: Resolved, index: LedgerIndex): Promise<number> {
  /** Whether a planned slot's row is current. */
  const planned = new Map<string, boolean>();
  for (const slot of planSlots(resolved.spec, resolved.arms)) planned.set(shortened(nameOfSlot(slot)), index.isCurrent(slot));
  const foreign = new Set<string>();
  await compactLedger(path, (row) => {
    if (!isMeasured(row)) return true;
    const name = shortened(slotName(row));
    if (!planned.has(name)) foreign.add(name);
    return planned.get(name) === true;
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
