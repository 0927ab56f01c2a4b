import { rm } from "node:fs/promises";
import { join } from "node:path";
import type { Hash } from "../core/json.ts";
import { readLockFile } from "../experiment/lock-file.ts";
import { collectGarbage, inspectStore } from "../store/clean.ts";
import { readLedgerBatches } from "../store/ledger.ts";
import { holdStore, openStore } from "../store/store.ts";
import type { CliContext } from "./context.ts";
import { exitCodes } from "./exit-codes.ts";
import { experimentNames } from "./find-episode.ts";

/** `t2s store gc`: deletes what no unit, ledger or lock file refers to. Units are kept. */
export async function gcCommand(options: { readonly results: string; readonly dryRun?: boolean }, context: CliContext): Promise<number> {
  const store = openStore(options.results);
  await using _alone = await holdStore(store);
  const roots = new Set<Hash>();
  for (const name of await experimentNames(options.results)) {
    for await (const rows of readLedgerBatches(join(options.results, name, "ledger.jsonl")))
      for (const row of rows) for (const hash of [row.trajectory, row.submission]) if (hash != null) roots.add(hash);
    const lock = await readLockFile(join(options.results, name));
    for (const arm of lock?.card.arms ?? []) if (arm.key !== undefined) roots.add(arm.key);
  }
  const removed = await collectGarbage(store, roots, { dryRun: options.dryRun === true });
  context.out(
    `${options.dryRun === true ? "would delete" : "deleted"} ${removed.blobs} blobs (${(removed.bytes / 1e6).toFixed(1)} MB), ${removed.claims} stale claims, ${removed.scratch} scratch files\n`,
  );
  return exitCodes.ok;
}

/** `t2s store reindex`: verifies every file, sets damaged ones aside, and drops ledgers so that the next run writes them anew from the store. */
export async function reindexCommand(options: { readonly results: string }, context: CliContext): Promise<number> {
  const store = openStore(options.results);
  await using _alone = await holdStore(store);
  const found = await inspectStore(store);
  for (const { path, why } of found.damaged) context.out(`set aside ${path}: ${why}\n`);
  const names = await experimentNames(options.results);
  for (const name of names) await rm(join(options.results, name, "ledger.jsonl"), { force: true });
  context.out(
    `${found.units} units and ${found.blobs} blobs are whole; ${found.damaged.length} damaged files are in ${join(store.root, "damaged")}\n`,
  );
  if (names.length > 0)
    context.out(
      `ledgers dropped: ${names.join(", ")}; running an experiment's config again writes its ledger from the store and makes only what is missing\n`,
    );
  return found.damaged.length > 0 ? exitCodes.incomplete : exitCodes.ok;
}
