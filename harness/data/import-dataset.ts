/** `t2s data import`: a local archive, folder or plain file becomes `<dataDir>/<set>`. */
import { createHash } from "node:crypto";
import { createReadStream } from "node:fs";
import { rename, rm, stat, writeFile } from "node:fs/promises";
import { basename, join, resolve } from "node:path";
import { UsageError } from "../core/errors.ts";
import { codeOf, explainDiskError } from "./disk-errors.ts";
import { type LocatedSet, locateSets, rootsOf } from "./locate-sets.ts";
import { type DataManifest, type DataSet, findSet } from "./manifest.ts";
import { isPlain, isPlainFile, plainCandidates, stagePlain } from "./plain-files.ts";
import { newProcessTag } from "./process-tag.ts";
import type { OnProgress } from "./progress.ts";
import { openStaging, type Staging } from "./staging.ts";
import { listTree, type Receipt, receiptName } from "./tree-digest.ts";
import { copyFolder, sourceKind, unpackArchive } from "./unpack-archive.ts";
import { checkSet } from "./verify-dataset.ts";

export interface ImportOptions {
  /** Needed only when the files themselves don't tell which set they are. */
  readonly set?: string;
  readonly onProgress?: OnProgress;
  readonly signal?: AbortSignal;
}

export interface ImportResult {
  readonly set: string;
  /** Absolute path of the imported set. */
  readonly folder: string;
  readonly files: number;
  readonly bytes: number;
  /** As tree-digest.ts defines it. */
  readonly digest: string;
  /** Label of the published state the files equal; absent when they equal none. */
  readonly published?: string;
  /** True when the very same files were there already and nothing was written. */
  readonly already: boolean;
  /** One sentence each: what differs from the published data. */
  readonly warnings: readonly string[];
}

/**
 * Imports every data set of the benchmark found in the archive, folder or plain file `from`, replacing an older copy. Safe to run twice and by several
 * processes at once: files are staged in a private folder and renamed into place. Throws UsageError; then nothing has changed.
 */
export async function importDataset(
  manifest: DataManifest,
  dataDir: string,
  from: string,
  options: ImportOptions = {},
): Promise<readonly ImportResult[]> {
  const wanted = options.set === undefined ? undefined : findSet(manifest, options.set);
  return importFiles(manifest, dataDir, resolve(from), { ...options, ...(wanted ? { wanted } : {}) });
}

/** As importDataset, for archives of whole repositories too: `folder` picks one folder below the archive's top folder. */
export async function importFiles(
  manifest: DataManifest,
  dataDir: string,
  subject: string,
  options: { wanted?: DataSet; folder?: string; onProgress?: OnProgress; signal?: AbortSignal },
): Promise<readonly ImportResult[]> {
  const kind = await sourceKind(subject);
  const caps = {
    maxFiles: Math.max(...manifest.sets.map((s) => s.maxFiles)),
    maxBytes: Math.max(...manifest.sets.map((s) => s.maxBytes)),
  };
  try {
    await using staging = await openStaging(dataDir, subject, caps);
    const isArchive = kind === "file" && !(manifest.sets.some(isPlain) && (await isPlainFile(subject)));
    if (isArchive) await unpackArchive(subject, staging, { ...options, maxEntries: caps.maxFiles * 2 });
    else if (kind === "file") await staging.write(basename(subject), createReadStream(subject));
    else await copySets(subject, manifest, staging, options);
    const located = locateSets(staging.files, manifest, subject, options.wanted);
    const archive = isArchive ? await fileHash(subject) : undefined;
    const results: ImportResult[] = [];
    for (const found of located) results.push(await install(found, staging, dataDir, archive, options));
    return results;
  } catch (error) {
    throw explainDiskError(error, dataDir);
  }
}

/** Of a folder only what belongs to a set is copied: it may be a whole checkout. */
async function copySets(
  folder: string,
  manifest: DataManifest,
  staging: Staging,
  options: { onProgress?: OnProgress; signal?: AbortSignal },
): Promise<void> {
  const { files } = await listTree(folder);
  await copyFolder(folder, rootsOf(files, manifest), staging, options);
  if (!manifest.sets.some(isPlain)) return;
  const copied = new Set(staging.files.map((f) => f.path));
  const others = files.filter((path) => !copied.has(path));
  const sized = await Promise.all(others.map(async (path) => ({ path, bytes: (await stat(join(folder, path))).size })));
  for (const path of plainCandidates(sized, manifest)) await staging.write(path, createReadStream(join(folder, path)));
}

async function install(
  found: LocatedSet,
  staging: Staging,
  dataDir: string,
  archive: string | undefined,
  options: { folder?: string; onProgress?: OnProgress; signal?: AbortSignal },
): Promise<ImportResult> {
  const folder = resolve(dataDir, found.set.set);
  const facts = {
    set: found.set.set,
    folder,
    files: found.files.length,
    bytes: found.files.reduce((sum, f) => sum + f.bytes, 0),
    digest: found.digest,
    ...(found.published ? { published: found.published.label } : {}),
    // An archive of a whole repository is not the set's own archive: its checksum says nothing.
    warnings: warningsFor(found, options.folder === undefined ? archive : undefined),
  };
  const staged = found.plain === undefined ? join(staging.folder, found.root) : await stagePlain(staging.folder, found.plain);
  const receipt: Receipt = { v: 1, set: found.set.set, digest: found.digest, files: [...found.files], ...(archive ? { archive } : {}) };
  await writeFile(join(staged, receiptName), `${JSON.stringify(receipt)}\n`);
  // Another process may put its copy there between any two of our steps: look again whenever the name turns out to be taken.
  for (;;) {
    const present = await checkSet(found.set, dataDir, options.onProgress, options.signal);
    if (present.state === "intact" && present.digest === found.digest) return { ...facts, already: true };
    if (present.state !== "absent") await setAside(folder, dataDir);
    try {
      await rename(staged, folder);
      return { ...facts, already: false };
    } catch (error) {
      if (codeOf(error) === "ENOTDIR")
        throw new UsageError(
          `${folder} is a file where the folder of data set "${found.set.set}" belongs; move it away and run the command again.`,
        );
      if (!["ENOTEMPTY", "EEXIST"].includes(codeOf(error))) throw error;
    }
  }
}

/** Renames an older copy out of the way, then deletes it. Gone already is as good. */
async function setAside(folder: string, dataDir: string): Promise<void> {
  const aside = join(dataDir, `.staging-${newProcessTag()}`);
  try {
    await rename(folder, aside);
  } catch (error) {
    if (codeOf(error) === "ENOENT") return;
    throw error;
  }
  await rm(aside, { recursive: true, force: true });
}

function warningsFor(found: LocatedSet, archive: string | undefined): readonly string[] {
  const { set, published, files } = found;
  const warnings: string[] = [];
  if (published !== undefined && published !== set.trees[0] && published.whole !== true)
    warnings.push(`"${set.set}" is not the whole set: ${published.label} (${files.length === 1 ? "1 file" : `${files.length} files`}).`);
  const complete = set.trees[0];
  if (published === undefined) {
    const expected = complete === undefined ? "" : `; the published set has ${complete.files}`;
    warnings.push(
      complete?.digest === undefined && complete?.files === files.length
        ? `"${set.set}" has the published number of files (${files.length}), but no published checksum is known to compare their contents with.`
        : `"${set.set}" is not what was published: ${files.length === 1 ? "1 file" : `${files.length} files`} with tree digest ${found.digest}${expected}; results may not be comparable.`,
    );
  }
  if (archive !== undefined && set.archives.length > 0 && !set.archives.includes(archive) && published !== undefined)
    warnings.push(
      `The archive of "${set.set}" is not byte for byte a known one (SHA-256 ${archive}), but every file in it is as published.`,
    );
  return warnings;
}

async function fileHash(path: string): Promise<string> {
  const hash = createHash("sha256");
  for await (const chunk of createReadStream(path)) hash.update(chunk);
  return hash.digest("hex");
}
