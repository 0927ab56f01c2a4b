import { mkdir, readdir, readFile, rename, rm, stat, unlink } from "node:fs/promises";
import { join } from "node:path";
import { messageOf } from "../core/errors.ts";
import type { Hash } from "../core/json.ts";
import { openBlobs } from "./blobs.ts";
import { isClaimAlive } from "./claims.ts";
import type { Store } from "./store.ts";
import { decodeUnit } from "./units.ts";

/** Files in the numbered folders of a part of the store, folder by folder. */
export async function* filesBelow(folder: string): AsyncIterable<{ readonly path: string; readonly name: string }> {
  const prefixes = await readdir(folder).catch((error: NodeJS.ErrnoException) => {
    if (error.code === "ENOENT") return [];
    throw error;
  });
  for (const prefix of prefixes.sort())
    for (const name of await readdir(join(folder, prefix))) yield { path: join(folder, prefix, name), name };
}

const blobName = (file: string): Hash => (file.endsWith(".gz") ? file.slice(0, -3) : file);

/** What an inspection of the whole store found. Damaged files are moved to `.store/damaged`, never deleted. */
export interface Inspection {
  readonly units: number;
  readonly blobs: number;
  readonly damaged: readonly { readonly path: string; readonly why: string }[];
  /** Units set aside because a blob they need is gone or damaged: they will be made again. */
  readonly orphaned: readonly Hash[];
}

/** Reads and verifies every blob and unit, sets damaged ones aside, and with them the units that need them. Hold the store alone while it runs. */
export async function inspectStore(store: Store, onProgress: (done: number) => void = () => undefined): Promise<Inspection> {
  const damaged: { path: string; why: string }[] = [];
  // One that remembers nothing: what is on the disk is looked at.
  const blobs = openBlobs(store.root);
  const good = new Set<Hash>();
  let done = 0;
  const setAside = async (path: string, name: string, why: string): Promise<void> => {
    const folder = join(store.root, "damaged");
    await mkdir(folder, { recursive: true });
    await rename(path, join(folder, name));
    damaged.push({ path, why });
  };
  for await (const { path, name } of filesBelow(join(store.root, "blobs"))) {
    onProgress(++done);
    const hash = blobName(name);
    try {
      await blobs.get(hash);
      good.add(hash);
    } catch (error) {
      await setAside(path, name, messageOf(error));
    }
  }
  const orphaned: Hash[] = [];
  let units = 0;
  for await (const { path, name } of filesBelow(join(store.root, "units"))) {
    onProgress(++done);
    const key = name.replace(/\.json\.gz$/, "");
    try {
      const unit = await decodeUnit(path, key, await readFile(path));
      if (unit.blobs.every((blob) => good.has(blob))) units += 1;
      else {
        await setAside(path, name, "a blob it needs is gone");
        orphaned.push(key);
      }
    } catch (error) {
      await setAside(path, name, messageOf(error));
    }
  }
  return { units, blobs: good.size, damaged, orphaned };
}

/** What stays, and whose references were already looked at. */
interface Kept {
  readonly hashes: Set<Hash>;
  readonly followed: Set<Hash>;
}

const isHash = /^[0-9a-f]{64}$/;

/** Keeps a blob a spec names and, as arms and tasks are JSON that names further blobs (prompts, skill, files), whatever in it looks like a hash. */
async function keepWithReferences(store: Store, hash: Hash, kept: Kept): Promise<void> {
  if (kept.followed.has(hash)) return;
  kept.followed.add(hash);
  kept.hashes.add(hash);
  if (!(await store.blobs.has(hash))) return;
  const bytes = await store.blobs.get(hash);
  if (bytes[0] !== 0x7b) return; // not a JSON object
  for (const [inner] of Buffer.from(bytes)
    .toString("utf8")
    .matchAll(/[0-9a-f]{64}/g))
    kept.hashes.add(inner);
}

/** What a clean-up removed, or with `dryRun` would remove. */
export interface CleanUp {
  readonly blobs: number;
  readonly bytes: number;
  readonly claims: number;
  readonly scratch: number;
}

/**
 * Deletes blobs that no unit and none of `roots` refers to, claims of dead processes, scratch files and journals of units that are done. Units are never deleted:
 * they are samples that were paid for. Hold the store alone while it runs.
 */
export async function collectGarbage(store: Store, roots: Iterable<Hash>, options: { dryRun: boolean }): Promise<CleanUp> {
  const kept: Kept = { hashes: new Set(), followed: new Set() };
  for (const root of roots) await keepWithReferences(store, root, kept);
  for await (const key of store.units.keys()) {
    const unit = await store.units.get(key);
    for (const blob of unit?.blobs ?? []) await keepWithReferences(store, blob, kept);
    for (const value of Object.values(unit?.spec ?? {}))
      if (typeof value === "string" && isHash.test(value)) await keepWithReferences(store, value, kept);
  }
  const removed = { blobs: 0, bytes: 0, claims: 0, scratch: 0 };
  for await (const { path, name } of filesBelow(join(store.root, "blobs"))) {
    if (kept.hashes.has(blobName(name))) continue;
    removed.blobs += 1;
    removed.bytes += (await stat(path)).size;
    if (!options.dryRun) await unlink(path);
  }
  for await (const { path } of filesBelow(join(store.root, "claims"))) {
    if (await isClaimAlive(path)) continue;
    removed.claims += 1;
    if (!options.dryRun) await rm(path, { force: true });
  }
  const scratch = join(store.root, "tmp");
  for (const name of await readdir(scratch).catch(() => [])) {
    removed.scratch += 1;
    if (!options.dryRun) await rm(join(scratch, name), { force: true });
  }
  for await (const { path, name } of filesBelow(join(store.root, "journals"))) {
    if ((await store.units.get(name.replace(/\.json\.gz$/, ""))) === undefined) continue;
    removed.scratch += 1;
    if (!options.dryRun) await rm(path, { force: true });
  }
  return removed;
}
