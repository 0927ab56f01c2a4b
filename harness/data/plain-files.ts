/** Data sets that are one plain file: told from archives, recognised by checksum, then by name, then by what the user says. */
import { mkdir, open, rename } from "node:fs/promises";
import { basename, join } from "node:path";
import type { DataManifest, DataSet } from "./manifest.ts";
import { newProcessTag } from "./process-tag.ts";
import { checksumHolds } from "./tar-entries.ts";
import { type FileFact, treeDigest } from "./tree-digest.ts";

/** A file of the heap that is a whole set. */
export interface LocatedFile {
  readonly set: DataSet;
  /** Path in the heap. */
  readonly from: string;
  /** Its facts under the name it gets, the set's index. */
  readonly file: FileFact;
  readonly digest: string;
}

export const isPlain = (set: DataSet): boolean => set.plain !== undefined;

/** True when the file is neither compressed with gzip nor begins with a tar header. */
export async function isPlainFile(path: string): Promise<boolean> {
  const file = await open(path, "r");
  try {
    const { buffer, bytesRead } = await file.read(Buffer.alloc(512), 0, 512, 0);
    if (bytesRead >= 2 && buffer[0] === 0x1f && buffer[1] === 0x8b) return false;
    return bytesRead < 512 || !checksumHolds(buffer);
  } finally {
    await file.close();
  }
}

/** Files of a folder worth copying because they may be a plain set: by name, or by the size of a published state. */
export function plainCandidates(
  files: readonly { readonly path: string; readonly bytes: number }[],
  manifest: DataManifest,
): readonly string[] {
  const sets = manifest.sets.filter(isPlain);
  const sizes = new Set(sets.flatMap((s) => s.trees.map((t) => t.bytes)));
  return files.filter((f) => sizes.has(f.bytes) || sets.some((s) => isNamed(s, f.path))).map((f) => f.path);
}

/**
 * The plain sets among `files`, in the manifest's order. `wanted` limits the answer to one set and settles what a single file is.
 * A set found twice with the same content is given once, with different contents as often as it is there.
 */
export function locatePlain(files: readonly FileFact[], manifest: DataManifest, wanted?: DataSet): readonly LocatedFile[] {
  const sets = manifest.sets.filter(isPlain);
  const only = files.length === 1 && wanted !== undefined && isPlain(wanted) ? wanted : undefined;
  const found = files.flatMap((fact) => {
    const set = only ?? sets.find((s) => s.trees.some((t) => t.digest === digestAs(s, fact))) ?? sets.find((s) => isNamed(s, fact.path));
    if (set === undefined || (wanted !== undefined && set.set !== wanted.set)) return [];
    return [{ set, from: fact.path, file: { ...fact, path: set.index }, digest: digestAs(set, fact) }];
  });
  const distinct = found.filter((l, i) => found.findIndex((o) => o.set === l.set && o.digest === l.digest) === i);
  return distinct.sort((a, b) => sets.indexOf(a.set) - sets.indexOf(b.set));
}

/** Gives a plain set's file a folder of its own inside the heap, under the set's index name; returns the folder. */
export async function stagePlain(heap: string, located: LocatedFile): Promise<string> {
  const folder = join(heap, `.plain-${newProcessTag()}`);
  await mkdir(folder);
  await rename(join(heap, located.from), join(folder, located.set.index));
  return folder;
}

const isNamed = (set: DataSet, path: string): boolean => [set.index, ...(set.plain ?? [])].includes(basename(path));
const digestAs = (set: DataSet, fact: FileFact): string => treeDigest([{ ...fact, path: set.index }]);
