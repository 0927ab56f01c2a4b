import { realpath } from "node:fs/promises";
import { basename, dirname, resolve } from "node:path";
import { UsageError } from "../core/errors.ts";
import { type Merged, mergeStore } from "../store/merge-stores.ts";
import { openStore, shareStore } from "../store/store.ts";
import type { CliContext } from "./context.ts";
import { exitCodes } from "./exit-codes.ts";

/**
 * `t2s store merge FOLDER …`: brings the stores of results folders into the one of `results`, in the order given: of two that say different things under one key, the first is kept
 * and the other reported. Exit code 1 when there was a conflict or a damaged file.
 */
export async function mergeStoresCommand(folders: readonly string[], results: string, context: CliContext): Promise<number> {
  const target = openStore(results);
  const sources = await Promise.all(folders.map(async (folder) => ({ folder, path: await placeOf(folder, context) })));
  const own = await realpath(results).catch(() => results);
  for (const { folder, path } of sources)
    if (path === own) throw new UsageError(`${folder} is the folder to merge into; name another one with --results`);
  await using _held = await shareStore(target);
  let amiss = false;
  for (const { folder, path } of sources) {
    const merged = await mergeStore(openStore(path), target);
    context.out(describeMerged(folder, merged));
    amiss ||= merged.conflicts.length + merged.damaged.length > 0;
  }
  context.out(`everything is in ${results}; run the config again to go on, nothing that is there is made again\n`);
  return amiss ? exitCodes.incomplete : exitCodes.ok;
}

/** A results folder; its `.store` may be named as well. */
async function placeOf(folder: string, context: CliContext): Promise<string> {
  const given = resolve(context.cwd, folder);
  const path = basename(given) === ".store" ? dirname(given) : given;
  return await realpath(path).catch(() => path);
}

const shownAtMost = 20;

function describeMerged(folder: string, { units, blobs, errors, fanIns, shared, conflicts, damaged }: Merged): string {
  const lines = [
    `${folder}: ${units} units, ${blobs} blobs, ${fanIns} joinings and ${errors} failed attempts taken; ${shared} units were there already`,
    ...listed(conflicts, ({ what, key, kind }) => `  conflict: ${what} ${key} (${kind}) has another result here; the one here is kept`),
    ...listed(damaged, ({ path, why }) => `  not taken: ${path}: ${why}`),
  ];
  return lines.map((line) => `${line}\n`).join("");
}

function listed<T>(all: readonly T[], text: (one: T) => string): string[] {
  const more = all.length - shownAtMost;
  return [...all.slice(0, shownAtMost).map(text), ...(more > 0 ? [`  … and ${more} more of this kind`] : [])];
}
