import { readdir, readFile } from "node:fs/promises";
import { join } from "node:path";
import { messageOf, StoreError, UsageError } from "../core/errors.ts";
import { canonicalJson, type Hash } from "../core/json.ts";
import { openBlobs } from "./blobs.ts";
import { claimOwner } from "./claims.ts";
import { filesBelow } from "./clean.ts";
import { putIfAbsent } from "./durable.ts";
import type { Store } from "./store.ts";
import { decodeUnit, type UnitRecord } from "./units.ts";

/** Two stores that say different things under one name; what the receiving store said stays. */
export interface Conflict {
  readonly what: "unit" | "fan-in";
  readonly key: string;
  /** Kind of the unit, or name of the joining. */
  readonly kind: string;
}

/** What one store brought into another. */
export interface Merged {
  readonly units: number;
  readonly blobs: number;
  readonly errors: number;
  readonly fanIns: number;
  /** Units that both had, with the same result. */
  readonly shared: number;
  readonly conflicts: readonly Conflict[];
  /** Files of the source that are not what they were; they were left where they are. */
  readonly damaged: readonly { readonly path: string; readonly why: string }[];
}

/**
 * Brings everything a store holds into another one, each file only where there is none: blobs first, then the units that need them, frozen joinings, failed attempts and journals. Every file
 * is verified on the way. The source is only read, also while something runs on it: what it has by now is taken. Throws UsageError where there is no store or it is being cleaned.
 */
export async function mergeStore(source: Store, target: Store): Promise<Merged> {
  const cleaner = await claimOwner(join(source.root, "locks", "alone"));
  if (cleaner !== undefined)
    throw new UsageError(`the store ${source.root} is being cleaned by process ${cleaner.pid}; try again when it has finished`);
  const folders = await readdir(source.root).catch(() => undefined);
  if (folders === undefined)
    throw new UsageError(`${source.root} does not exist; give results folders (those with a .store in them) that runs have written`);
  const damaged: { path: string; why: string }[] = [];
  const conflicts: Conflict[] = [];
  const blobs = await mergeBlobs(source, target, damaged);
  const units = await mergeUnits(source, target, { damaged, conflicts });
  const fanIns = await mergeFanIns(source, target, conflicts);
  await mergeJournals(source, target);
  return { ...units, blobs, fanIns, errors: await mergeErrors(source, target), conflicts, damaged };
}

async function mergeBlobs(source: Store, target: Store, damaged: { path: string; why: string }[]): Promise<number> {
  // One that remembers nothing: every file is read and compared with its name.
  const from = openBlobs(source.root);
  let count = 0;
  for await (const { path, name } of filesBelow(join(source.root, "blobs"))) {
    const hash = name.replace(/\.gz$/, "");
    if (await target.blobs.has(hash)) continue;
    const bytes = await readOrNote(path, damaged, () => from.get(hash));
    if (bytes === undefined) continue;
    await target.blobs.put(bytes);
    count += 1;
  }
  return count;
}

async function mergeUnits(
  source: Store,
  target: Store,
  { damaged, conflicts }: { readonly damaged: { path: string; why: string }[]; readonly conflicts: Conflict[] },
): Promise<{ units: number; shared: number }> {
  const count = { units: 0, shared: 0 };
  for await (const { path, name } of filesBelow(join(source.root, "units"))) {
    const key = name.replace(/\.json\.gz$/, "");
    const record = await readOrNote(path, damaged, async () => decodeUnit(path, key, await readFile(path)));
    if (record === undefined) continue;
    const lacking = await firstLacking(record, target);
    if (lacking !== undefined) {
      damaged.push({ path, why: `blob ${lacking}, which it needs, is not there` });
      continue;
    }
    const there = await target.units.putIfAbsent(record);
    if (there === record) count.units += 1;
    else if (canonicalJson(there.result) === canonicalJson(record.result)) count.shared += 1;
    else conflicts.push({ what: "unit", key, kind: record.spec.kind });
  }
  return count;
}

async function firstLacking(record: UnitRecord, target: Store): Promise<Hash | undefined> {
  for (const blob of record.blobs) if (!(await target.blobs.has(blob))) return blob;
  return undefined;
}

async function mergeFanIns(source: Store, target: Store, conflicts: Conflict[]): Promise<number> {
  const folder = join(source.root, "fan-ins");
  let count = 0;
  for (const name of await namesIn(folder)) {
    const bytes = await readFile(join(folder, name));
    const path = join(target.root, "fan-ins", name);
    if (await putIfAbsent(path, bytes, join(target.root, "tmp"))) count += 1;
    else if (!bytes.equals(await readFile(path))) conflicts.push({ what: "fan-in", key: name.replace(/\.json$/, ""), kind: nameOf(bytes) });
  }
  return count;
}

function nameOf(bytes: Buffer): string {
  try {
    const parsed: unknown = JSON.parse(bytes.toString("utf8"));
    return typeof parsed === "object" && parsed !== null && "name" in parsed ? String(parsed.name) : "unknown";
  } catch {
    return "unreadable";
  }
}

/** What interrupted units were answered, where the target knows neither their result nor more answers. */
async function mergeJournals(source: Store, target: Store): Promise<void> {
  for await (const { name } of filesBelow(join(source.root, "journals"))) {
    const key = name.replace(/\.json\.gz$/, "");
    if ((await target.units.get(key)) !== undefined) continue;
    const calls = await source.journals.read(key);
    if (calls.length > (await target.journals.read(key)).length) await target.journals.write(key, calls);
  }
}

/** Failed attempts that the target does not know. */
async function mergeErrors(source: Store, target: Store): Promise<number> {
  let count = 0;
  for await (const { name } of filesBelow(join(source.root, "errors"))) {
    const key = name.replace(/\.jsonl$/, "");
    const known = new Set((await target.errors.of(key)).map((error) => canonicalJson(error)));
    for (const error of await source.errors.of(key)) {
      if (known.has(canonicalJson(error))) continue;
      await target.errors.append(error);
      count += 1;
    }
  }
  return count;
}

async function readOrNote<T>(path: string, damaged: { path: string; why: string }[], read: () => Promise<T>): Promise<T | undefined> {
  try {
    return await read();
  } catch (error) {
    if (!(error instanceof StoreError)) throw error;
    damaged.push({ path, why: messageOf(error) });
    return undefined;
  }
}

async function namesIn(folder: string): Promise<string[]> {
  const names = await readdir(folder).catch((error: NodeJS.ErrnoException) => {
    if (error.code === "ENOENT") return [];
    throw error;
  });
  return names.sort();
}
