/** What a benchmark says about the data sets it can be fed with. A manifest is plain data beside the benchmark; this is its schema. */
import { z } from "zod";
import { UsageError } from "../core/errors.ts";

const hash = z.string().regex(/^[0-9a-f]{64}$/, "expected 64 hex digits");
const relativeFolder = z.string().regex(/^[^/\\][^\\]*$/, "expected a relative folder with forward slashes");

/** One place a user can download from. */
const dataSourceSchema = z.strictObject({
  url: z.url({ protocol: /^https?$/ }),
  /** Folder of the data set inside the archive, below the archive's single top folder; default: found by its index file. */
  folder: relativeFolder.optional(),
  /** Known for archives whose bytes never change; a download with another checksum is refused. */
  sha256: hash.optional(),
  bytes: z.number().int().positive().optional(),
});

/** A published state of a set: what the digest of tree-digest.ts gives for its files. `digest` is absent where nobody could compute it yet. */
const publishedTreeSchema = z.strictObject({
  /** "complete", or what is left out. */
  label: z.string().min(1),
  files: z.number().int().positive(),
  bytes: z.number().int().positive().optional(),
  digest: hash.optional(),
});
export type PublishedTree = z.infer<typeof publishedTreeSchema>;

export const dataSetSchema = z.strictObject({
  /** Folder name below the data folder. */
  set: z.string().regex(/^[a-z0-9][a-z0-9-]{0,39}$/, "expected lower-case letters, digits and dashes"),
  title: z.string().min(1),
  licence: z.string().min(1),
  /** Where the data comes from, for people. */
  provenance: z.string().min(1),
  /** The file that marks the top of the set, e.g. dataset.json. */
  index: z.string().regex(/^[^/\\]+$/, "expected a file name"),
  /** Names the set's folder has in published archives. */
  folders: z.array(z.string().min(1)).min(1),
  /** SHA-256 of archives in circulation, for telling a known file from an unknown one. */
  archives: z.array(hash).default([]),
  sources: z.array(dataSourceSchema).default([]),
  trees: z.array(publishedTreeSchema).min(1),
  /** Above these an archive is refused as not being this set. */
  maxFiles: z.number().int().positive().default(100_000),
  maxBytes: z
    .number()
    .int()
    .positive()
    .default(4 * 1024 ** 3),
});
export type DataSet = z.infer<typeof dataSetSchema>;

export const dataManifestSchema = z.strictObject({ benchmark: z.string().min(1), sets: z.array(dataSetSchema).min(1) });
export type DataManifest = z.infer<typeof dataManifestSchema>;

/** The set called `name`. Throws UsageError listing the names there are. */
export function findSet(manifest: DataManifest, name: string): DataSet {
  const found = manifest.sets.find((s) => s.set === name);
  if (found) return found;
  throw new UsageError(
    `Benchmark "${manifest.benchmark}" has no data set called "${name}"; choose one of: ${manifest.sets.map((s) => s.set).join(", ")}.`,
  );
}
