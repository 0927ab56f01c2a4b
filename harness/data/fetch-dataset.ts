/** `t2s data fetch`: download, check, import. */
import { rm, stat } from "node:fs/promises";
import { join } from "node:path";
import { messageOf, UsageError } from "../core/errors.ts";
import { codeOf } from "./disk-errors.ts";
import { type DownloadOptions, download, downloadName } from "./download.ts";
import { type ImportResult, importFiles } from "./import-dataset.ts";
import { type DataManifest, type DataSet, findSet } from "./manifest.ts";
import { checkSet } from "./verify-dataset.ts";

export interface FetchOptions extends Omit<DownloadOptions, "sha256" | "maxBytes"> {
  /** One set; default: every set that has a source. */
  readonly set?: string;
}

/**
 * Brings the sets that are not there yet and leaves those alone that are as published. Sources are tried in the manifest's order;
 * one archive that holds several sets is downloaded once. Throws UsageError naming every source that failed and why; sets finished before stay.
 */
export async function fetchDataset(manifest: DataManifest, dataDir: string, options: FetchOptions = {}): Promise<readonly ImportResult[]> {
  const sets = options.set === undefined ? manifest.sets.filter((s) => s.sources.length > 0) : [findSet(manifest, options.set)];
  if (sets.length === 0)
    throw new UsageError(
      `No set of "${manifest.benchmark}" can be downloaded; get one as its README says (${manifest.sets.map((s) => s.set).join(", ")}) and import it with: t2s data import ${manifest.benchmark} PATH.`,
    );
  if (options.set === undefined)
    for (const { set, provenance } of manifest.sets.filter((s) => s.sources.length === 0))
      options.onProgress?.({ phase: "download", subject: set, bytes: 0, note: `${set} cannot be downloaded; its source: ${provenance}` });
  const downloads = join(dataDir, ".download");
  const results: ImportResult[] = [];
  for (const set of sets) {
    const present = await checkSet(set, dataDir, options.onProgress, options.signal);
    if (present.state === "intact" && present.digest !== undefined && isWhole(set, present.digest, present.files)) {
      const { folder, files, bytes, digest, published } = present;
      results.push({ set: set.set, folder, files, bytes, digest, ...(published ? { published } : {}), already: true, warnings: [] });
    } else results.push(await fetchSet(manifest, set, dataDir, downloads, options));
  }
  // Archives are kept until here for sets that share one, and after a failure for the next try.
  for (const source of sets.flatMap((s) => s.sources)) await rm(join(downloads, downloadName(source.url)), { force: true });
  return results;
}

/** Equal to the complete published state; by the number of files where its digest is not known and the files are no known part either. */
function isWhole(set: DataSet, digest: string, files: number): boolean {
  const complete = set.trees[0];
  const known = set.trees.find((t) => t.digest === digest);
  if (known !== undefined && known !== complete) return known.whole === true;
  return complete?.digest === undefined ? complete?.files === files : complete.digest === digest;
}

async function fetchSet(
  manifest: DataManifest,
  set: DataSet,
  dataDir: string,
  downloads: string,
  options: FetchOptions,
): Promise<ImportResult> {
  const failures: string[] = [];
  for (const source of set.sources) {
    const archive = join(downloads, downloadName(source.url));
    try {
      if (!(await exists(archive)))
        await download(source.url, archive, { ...options, ...(source.sha256 ? { sha256: source.sha256 } : {}), maxBytes: set.maxBytes });
      const found = await importFiles(manifest, dataDir, archive, {
        ...options,
        wanted: set,
        ...(source.folder ? { folder: source.folder } : {}),
      });
      const result = found[0];
      if (result) return result;
    } catch (error) {
      // Stopped by the user: no reason to try the next source, nor to drop what was received.
      options.signal?.throwIfAborted();
      if (!(error instanceof UsageError)) throw error;
      // A full disk or missing rights fail every source alike.
      if (error.cause !== undefined && ["ENOSPC", "EDQUOT", "EACCES", "EPERM", "EROFS"].includes(codeOf(error.cause))) throw error;
      await rm(archive, { force: true });
      failures.push(messageOf(error));
      options.onProgress?.({ phase: "download", subject: source.url, bytes: 0, note: messageOf(error) });
    }
  }
  if (failures.length === 0)
    throw new UsageError(
      `The set "${set.set}" has no download source; get it from ${set.provenance} and import it with: t2s data import ${manifest.benchmark} PATH.`,
    );
  throw new UsageError(
    `The set "${set.set}" could not be fetched: ${failures.map(trimDot).join("; then: ")}. If you have it as a file, import it with: t2s data import ${manifest.benchmark} PATH.`,
  );
}

const trimDot = (sentence: string): string => sentence.replace(/\.$/, "");

async function exists(path: string): Promise<boolean> {
  try {
    await stat(path);
    return true;
  } catch (error) {
    if (codeOf(error) === "ENOENT") return false;
    throw error;
  }
}
