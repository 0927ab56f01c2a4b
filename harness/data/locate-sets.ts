/** Which data sets lie in a heap of files: recognised by content, then by folder name, then by what the user says. */
import { basename } from "node:path";
import { UsageError } from "../core/errors.ts";
import type { DataManifest, DataSet, PublishedTree } from "./manifest.ts";
import { isPlain, type LocatedFile, locatePlain } from "./plain-files.ts";
import { type FileFact, treeDigest } from "./tree-digest.ts";

export interface LocatedSet {
  readonly set: DataSet;
  /** Folder of the set relative to the heap, "" for the heap itself. */
  readonly root: string;
  /** Facts with paths relative to `root`. */
  readonly files: readonly FileFact[];
  readonly digest: string;
  readonly published?: PublishedTree;
  /** Where the set is one plain file: which one of the heap; `root` then says nothing. */
  readonly plain?: LocatedFile;
}

/** Top folders of data sets that are folders, among `paths`: those that hold an index file and lie in no other such folder. */
export function rootsOf(paths: readonly string[], manifest: DataManifest): readonly string[] {
  const names = new Set(manifest.sets.filter((s) => !isPlain(s)).flatMap(indexNames));
  const roots = new Set(paths.filter((p) => names.has(basename(p))).map((p) => p.slice(0, Math.max(0, p.lastIndexOf("/")))));
  return [...roots].filter((r) => ![...roots].some((other) => other !== r && (other === "" || r.startsWith(`${other}/`)))).sort();
}

/**
 * The sets in `files`; `subject` is what the user named (its base name counts as the folder name of the heap itself).
 * `wanted` limits the answer to one set and settles doubt when there is a single candidate. Throws UsageError when nothing fits or the choice is open.
 */
export function locateSets(files: readonly FileFact[], manifest: DataManifest, subject: string, wanted?: DataSet): readonly LocatedSet[] {
  const roots = rootsOf(
    files.map((f) => f.path),
    manifest,
  );
  const outside = files.filter((f) => !roots.some((root) => root === "" || f.path.startsWith(`${root}/`)));
  const plain = locatePlain(outside, manifest, wanted).map((found): LocatedSet => {
    const published = found.set.trees.find((t) => t.digest === found.digest);
    return { set: found.set, root: "", files: [found.file], digest: found.digest, ...(published ? { published } : {}), plain: found };
  });
  if (roots.length === 0 && plain.length === 0) throw nothingFound(files, manifest, subject);
  const candidates = roots.map((root) => {
    const own = files
      .filter((f) => root === "" || f.path.startsWith(`${root}/`))
      .map((f) => ({ ...f, path: root === "" ? f.path : f.path.slice(root.length + 1) }));
    const digest = treeDigest(own);
    const name = basename(root === "" ? subject : root);
    const byDigest = manifest.sets.find((s) => s.trees.some((t) => t.digest === digest));
    return { root, files: own, digest, set: byDigest ?? manifest.sets.find((s) => s.folders.includes(name)) };
  });
  const folders = candidates.flatMap(({ root, files: own, digest, set: recognised }) => {
    const set = wanted !== undefined && !isPlain(wanted) && candidates.length === 1 ? wanted : recognised;
    if (set === undefined || (wanted !== undefined && set.set !== wanted.set)) return [];
    const published = set.trees.find((t) => t.digest === digest);
    return [{ set, root, files: own, digest, ...(published ? { published } : {}) }];
  });
  const located = [...folders, ...plain];
  if (located.length === 0) {
    const names = manifest.sets.map((s) => s.set).join(" or ");
    throw new UsageError(
      wanted === undefined
        ? `${subject} holds ${manifest.sets[0]?.index ?? "an index"} but is no data set known here; say which one it is with --set ${names}.`
        : `${subject} holds several folders and none of them is the set "${wanted.set}"; give the folder of that set itself.`,
    );
  }
  const twice = located.find((l, i) => located.findIndex((o) => o.set.set === l.set.set) !== i);
  if (twice) throw new UsageError(`${subject} holds the set "${twice.set.set}" more than once; give the folder you want itself.`);
  return located;
}

function nothingFound(files: readonly FileFact[], manifest: DataManifest, subject: string): UsageError {
  const plain = manifest.sets.filter(isPlain);
  if (plain.length > 0 && files.length === 1)
    return new UsageError(
      `${subject} is no file known here, neither by its name nor by its checksum; say which set it is with --set ${plain.map((s) => s.set).join(" or ")}.`,
    );
  const indexes = [...new Set(manifest.sets.flatMap(indexNames))].join(" or ");
  return new UsageError(
    `${subject} holds no ${indexes}, so it is no data set of "${manifest.benchmark}"; check that it is the right file or folder.`,
  );
}

const indexNames = (set: DataSet): readonly string[] => [set.index, ...set.otherIndexes];
