import { basename, join } from "node:path";
import type { Hash } from "../core/json.ts";
import type { LedgerRow } from "../core/ledger-rows.ts";
import { experimentNames } from "../experiment/experiment-names.ts";
import { readLockFile } from "../experiment/lock-file.ts";
import { collectGarbage, inspectStore } from "../store/clean.ts";
import { readLedgerBatches, salvageLedger } from "../store/ledger.ts";
import { holdStore, openStore } from "../store/store.ts";
import type { CliContext } from "./context.ts";
import { exitCodes } from "./exit-codes.ts";

/** `t2s store gc`: deletes what no unit, ledger or lock file refers to. Units are kept. */
export async function gcCommand(options: { readonly results: string; readonly dryRun?: boolean }, context: CliContext): Promise<number> {
  const store = openStore(options.results);
  await using _alone = await holdStore(store);
  const roots = new Set<Hash>();
  for (const name of await experimentNames(options.results)) {
    for await (const rows of readLedgerBatches(join(options.results, name, "ledger.jsonl")))
      for (const row of rows) for (const hash of blobsOf(row)) roots.add(hash);
    const lock = await readLockFile(join(options.results, name));
    for (const arm of lock?.card.arms ?? []) if (arm.key !== undefined) roots.add(arm.key);
  }
  const removed = await collectGarbage(store, roots, { dryRun: options.dryRun === true });
  context.out(
    `${options.dryRun === true ? "would delete" : "deleted"} ${removed.blobs} blobs (${(removed.bytes / 1e6).toFixed(1)} MB), ${removed.claims} stale claims, ${removed.scratch} scratch files\n`,
  );
  return exitCodes.ok;
}

/** Blobs a row refers to beside those its units keep. */
function blobsOf(row: LedgerRow): Hash[] {
  if (row.type === "episode") return [row.trajectory, row.submission].filter((hash) => hash != null);
  if (row.type === "analysis") return row.trajectory === null ? [] : [row.trajectory];
  return row.type === "evolution" ? [row.result, ...(row.start === null ? [] : [row.start])] : [];
}

/** Keys of the units a row was made from. */
function unitsOf(row: LedgerRow): string[] {
  if (row.type === "episode") return [row.key, ...row.outcomes.map(({ key }) => key)];
  return row.type === "evolution" || row.key === null ? [] : [row.key];
}

/**
 * `t2s store reindex`: verifies every file of the store and sets damaged ones aside; rows of ledgers that cannot be read, or whose units were set aside, leave
 * their ledger (the old one is kept beside it). Running an experiment's config again makes exactly those anew.
 */
export async function reindexCommand(options: { readonly results: string }, context: CliContext): Promise<number> {
  const store = openStore(options.results);
  await using _alone = await holdStore(store);
  const found = await inspectStore(store);
  for (const { path, why } of found.damaged) context.out(`set aside ${path}: ${why}\n`);
  context.out(
    `${found.units} units and ${found.blobs} blobs are whole; ${found.damaged.length} damaged files are in ${join(store.root, "damaged")}\n`,
  );
  const lost = new Set([...found.orphaned, ...found.damaged.map(({ path }) => basename(path, ".json.gz"))]);
  let dropped = 0;
  for (const name of await experimentNames(options.results)) {
    const path = join(options.results, name, "ledger.jsonl");
    const ledger = await salvageLedger(path, (row) => !unitsOf(row).some((key) => lost.has(key)));
    if (ledger === undefined || ledger.dropped === 0) continue;
    dropped += ledger.dropped;
    context.out(
      `${name}: ${ledger.kept} rows kept, ${ledger.dropped} left out (before: ${path}.old); run its config again to make them anew\n`,
    );
  }
  return found.damaged.length + dropped > 0 ? exitCodes.incomplete : exitCodes.ok;
}
