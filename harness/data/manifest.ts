/** What a benchmark says about the data sets it can be fed with. A manifest is plain data beside the benchmark; this is its schema. */
import { z } from "zod";
import { UsageError } from "../core/errors.ts";
import { treeDigest } from "./tree-digest.ts";

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

/**
 * A published state of a set: what the digest of tree-digest.ts gives for its files. `digest` is absent where nobody could compute it yet.
 * The first one of a set is the complete set.
 */
const publishedTreeSchema = z.strictObject({
  /** "complete", or what is left out. */
  label: z.string().min(1),
  files: z.number().int().positive(),
  bytes: z.number().int().positive().optional(),
  digest: hash.optional(),
  /** For sets that are one plain file, with `bytes`: its checksum. The digest is worked out from it. */
  sha256: hash.optional(),
  /** Another edition of the complete set, not a part of it. */
  whole: z.boolean().optional(),
});
export type PublishedTree = z.infer<typeof publishedTreeSchema>;

const fileName = z.string().regex(/^[^/\\]+$/, "expected a file name");

const dataSetFields = z.strictObject({
  /** Folder name below the data folder. */
  set: z.string().regex(/^[a-z0-9][a-z0-9-]{0,39}$/, "expected lower-case letters, digits and dashes"),
  title: z.string().min(1),
  licence: z.string().min(1),
  /** Where the data comes from, for people. */
  provenance: z.string().min(1),
  /** The file that marks the top of the set, e.g. dataset.json. */
  index: fileName,
  /** Other names that file is published under; the set then keeps the name it came with. */
  otherIndexes: z.array(fileName).default([]),
  /** Names the set's folder has in published archives. */
  folders: z.array(z.string().min(1)).default([]),
  /** Given for a set that is one plain file, kept as `<set>/<index>`: other names that file has. A file of such a name, or with a published checksum, is the set. */
  plain: z.array(fileName).optional(),
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

/** One set. A plain file's source needs a checksum: a web page sent in its place would look like any other text. */
export const dataSetSchema = dataSetFields
  .superRefine((set, context) => {
    const isPlain = set.plain !== undefined;
    if (isPlain === set.folders.length > 0)
      context.addIssue({ code: "custom", path: ["plain"], message: 'expected either "folders" or "plain"' });
    if (isPlain && set.sources.some((s) => s.sha256 === undefined))
      context.addIssue({ code: "custom", path: ["sources"], message: "expected the sha256 of every source of a plain file" });
    set.trees.forEach((tree, index) => {
      if (tree.sha256 === undefined) return;
      if (!isPlain || tree.digest !== undefined || tree.bytes === undefined || tree.files !== 1)
        context.addIssue({ code: "custom", path: ["trees", index], message: "sha256 is for one plain file, with bytes and no digest" });
    });
  })
  .transform((set) => ({ ...set, trees: set.trees.map((tree) => withDigest(tree, set.index)) }));
export type DataSet = z.infer<typeof dataSetSchema>;

function withDigest(tree: PublishedTree, index: string): PublishedTree {
  if (tree.sha256 === undefined || tree.bytes === undefined) return tree;
  return { ...tree, digest: treeDigest([{ path: index, bytes: tree.bytes, sha256: tree.sha256 }]) };
}

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
