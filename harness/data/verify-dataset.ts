/** `t2s data verify`: are the files on disk still what was imported, and is that what was published? */
import { stat } from "node:fs/promises";
import { join, resolve } from "node:path";
import { codeOf } from "./disk-errors.ts";
import { type DataManifest, type DataSet, findSet } from "./manifest.ts";
import type { OnProgress } from "./progress.ts";
import { type FileFact, fileFact, listTree, readReceipt, treeDigest } from "./tree-digest.ts";

export interface VerifyResult {
  readonly set: string;
  /** Absolute path looked at. */
  readonly folder: string;
  /**
   * `absent`: no such folder. `intact`: equal to its receipt, or to a published state. `damaged`: differs from its receipt (see the lists).
   * `unknown`: has no receipt and equals no published state.
   */
  readonly state: "absent" | "intact" | "damaged" | "unknown";
  readonly files: number;
  readonly bytes: number;
  readonly digest?: string;
  /** Label of the published state the files equal; absent when they equal none. */
  readonly published?: string;
  /** Against the receipt; paths relative to the folder. Empty without a receipt. */
  readonly missing: readonly string[];
  readonly changed: readonly string[];
  readonly extra: readonly string[];
}

/** Checks one set, or every set of the manifest. Never throws for what it finds wrong: that is the result. */
export async function verifyDataset(
  manifest: DataManifest,
  dataDir: string,
  options: { set?: string; onProgress?: OnProgress; signal?: AbortSignal } = {},
): Promise<readonly VerifyResult[]> {
  const sets = options.set === undefined ? manifest.sets : [findSet(manifest, options.set)];
  const results: VerifyResult[] = [];
  for (const set of sets) results.push(await checkSet(set, dataDir, options.onProgress, options.signal));
  return results;
}

/** Reads and hashes every file of `<dataDir>/<set>`. */
export async function checkSet(set: DataSet, dataDir: string, onProgress?: OnProgress, signal?: AbortSignal): Promise<VerifyResult> {
  const folder = resolve(dataDir, set.set);
  const nothing = { set: set.set, folder, files: 0, bytes: 0, missing: [], changed: [], extra: [] };
  if (!(await isFolder(folder))) return { ...nothing, state: "absent" };
  const tree = await listTree(folder).catch((error: unknown) => {
    if (codeOf(error) === "ENOENT") return undefined;
    throw error;
  });
  // Gone between two looks: another process is just replacing it.
  if (tree === undefined) return { ...nothing, state: "absent" };
  const facts: FileFact[] = [];
  let bytes = 0;
  for (const path of tree.files) {
    signal?.throwIfAborted();
    // A file that goes away while we look (another process replaces the set) is a missing file, not a crash.
    const fact = await fileFact(folder, path).catch((error: unknown) => {
      if (codeOf(error) === "ENOENT") return undefined;
      throw error;
    });
    if (fact === undefined) continue;
    facts.push(fact);
    bytes += fact.bytes;
    onProgress?.({ phase: "check", subject: set.set, bytes, files: facts.length });
  }
  const digest = treeDigest(facts);
  const label = set.trees.find((t) => t.digest === digest)?.label;
  const found = { set: set.set, folder, files: facts.length, bytes, digest, ...(label === undefined ? {} : { published: label }) };
  const receipt = await readReceipt(folder);
  if (receipt === undefined) {
    const state = label !== undefined && tree.odd.length === 0 ? "intact" : "unknown";
    return { ...found, state, missing: [], changed: [], extra: tree.odd };
  }
  const expected = new Map(receipt.files.map((f) => [f.path, f]));
  const present = new Set(facts.map((f) => f.path));
  const missing = receipt.files.map((f) => f.path).filter((p) => !present.has(p));
  const changed = facts.filter((f) => (expected.get(f.path)?.sha256 ?? f.sha256) !== f.sha256).map((f) => f.path);
  const extra = [...facts.map((f) => f.path).filter((p) => !expected.has(p)), ...tree.odd];
  const state = missing.length + changed.length + extra.length === 0 ? "intact" : "damaged";
  return { ...found, state, missing, changed, extra };
}

async function isFolder(path: string): Promise<boolean> {
  try {
    return (await stat(join(path, "."))).isDirectory();
  } catch (error) {
    if (["ENOENT", "ENOTDIR"].includes(codeOf(error))) return false;
    throw error;
  }
}
