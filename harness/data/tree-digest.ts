/** One number for the content of a folder, and the list behind it that lies inside the folder as its receipt. */
import { createHash } from "node:crypto";
import { createReadStream } from "node:fs";
import { readdir, readFile } from "node:fs/promises";
import { join } from "node:path";
import { z } from "zod";
import { sha256 } from "../core/json.ts";
import { codeOf } from "./disk-errors.ts";
import { isPackingDebris } from "./safe-path.ts";

export const fileFactSchema = z.object({ path: z.string(), bytes: z.number().int().nonnegative(), sha256: z.string() });
export type FileFact = z.infer<typeof fileFactSchema>;

/** Name of the receipt inside an imported set; not part of its tree. */
export const receiptName = ".t2s-receipt.json";

export const receiptSchema = z.object({
  v: z.literal(1),
  set: z.string(),
  /** SHA-256 of the archive the files came from; absent for folders. */
  archive: z.string().optional(),
  digest: z.string(),
  files: z.array(fileFactSchema),
});
export type Receipt = z.infer<typeof receiptSchema>;

/**
 * Digest of a tree: SHA-256 over one record `path NUL size NUL sha256 LF` per file, paths relative with forward slashes,
 * sorted by UTF-16 code units. Modes, times and empty folders don't count.
 */
export function treeDigest(files: readonly FileFact[]): string {
  const sorted = [...files].sort((a, b) => (a.path < b.path ? -1 : a.path > b.path ? 1 : 0));
  return sha256(sorted.map((f) => `${f.path}\0${f.bytes}\0${f.sha256}\n`).join(""));
}

/** Regular files below `root`, relative paths, sorted; packing debris and the receipt left out. `odd` names links, devices and the like. */
export async function listTree(root: string): Promise<{ readonly files: readonly string[]; readonly odd: readonly string[] }> {
  const files: string[] = [];
  const odd: string[] = [];
  const visit = async (segments: readonly string[]): Promise<void> => {
    const entries = await readdir(join(root, ...segments), { withFileTypes: true }).catch((error: unknown) => {
      // Below the top a folder may vanish while we walk; the top itself must be there.
      if (segments.length > 0 && codeOf(error) === "ENOENT") return [];
      throw error;
    });
    for (const entry of entries) {
      const path = [...segments, entry.name];
      if (isPackingDebris(path) || (segments.length === 0 && entry.name === receiptName)) continue;
      if (entry.isDirectory()) await visit(path);
      else if (entry.isFile()) files.push(path.join("/"));
      else odd.push(path.join("/"));
    }
  };
  await visit([]);
  return { files: files.sort(), odd: odd.sort() };
}

/** Size and SHA-256 of one file, read as a stream. Throws the file system's error. */
export async function fileFact(root: string, path: string): Promise<FileFact> {
  const hash = createHash("sha256");
  let bytes = 0;
  for await (const chunk of createReadStream(join(root, path))) {
    hash.update(chunk);
    bytes += chunk.length;
  }
  return { path, bytes, sha256: hash.digest("hex") };
}

/** The receipt of an imported set, or undefined when there is none that can be read: a folder somebody unpacked by hand has none. */
export async function readReceipt(folder: string): Promise<Receipt | undefined> {
  let raw: string;
  try {
    raw = await readFile(join(folder, receiptName), "utf8");
  } catch (error) {
    if (["ENOENT", "ENOTDIR"].includes(codeOf(error))) return undefined;
    throw error;
  }
  try {
    const parsed = receiptSchema.safeParse(JSON.parse(raw));
    return parsed.success ? parsed.data : undefined;
  } catch (error) {
    // A receipt that is no JSON is as good as none: the caller then falls back on the published digest.
    if (error instanceof SyntaxError) return undefined;
    throw error;
  }
}
