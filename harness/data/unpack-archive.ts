/** Brings the files of an archive or of a folder into a staging folder. Nothing but regular files with harmless paths gets through. */
import { createReadStream } from "node:fs";
import { open, stat } from "node:fs/promises";
import { join } from "node:path";
import { pipeline } from "node:stream/promises";
import { createGunzip } from "node:zlib";
import { UsageError } from "../core/errors.ts";
import { codeOf } from "./disk-errors.ts";
import type { OnProgress } from "./progress.ts";
import { isPackingDebris, safeSegments } from "./safe-path.ts";
import type { Staging } from "./staging.ts";
import { ArchiveDamage, tarEntries } from "./tar-entries.ts";
import { listTree } from "./tree-digest.ts";

export interface UnpackOptions {
  /** Only this folder below the archive's top folder; the rest is skipped unread. */
  readonly folder?: string;
  /** Members of every kind, wanted or not. */
  readonly maxEntries: number;
  readonly onProgress?: OnProgress;
  readonly signal?: AbortSignal;
}

/** Unpacks a .tar or .tar.gz. Throws UsageError naming the archive for anything unsound in it. */
export async function unpackArchive(archive: string, staging: Staging, options: UnpackOptions): Promise<void> {
  const wanted = options.folder?.split("/").filter((s) => s !== "");
  let entries = 0;
  try {
    for await (const entry of tarEntries(plainBytes(archive))) {
      options.signal?.throwIfAborted();
      entries += 1;
      if (entries > options.maxEntries)
        throw new UsageError(
          `${archive} holds more than ${options.maxEntries} members, which no data set here does; check that it is the right file.`,
        );
      const safe = safeSegments(entry.path);
      if ("refused" in safe)
        throw new UsageError(
          `${archive} is refused: its member ${JSON.stringify(entry.path.slice(0, 200))} is unsafe because ${safe.refused}.`,
        );
      if (entry.kind === "directory" || safe.segments.length === 0 || isPackingDebris(safe.segments)) continue;
      if (wanted?.some((s, i) => safe.segments[i + 1] !== s)) continue;
      const path = safe.segments.join("/");
      if (entry.kind !== "file")
        throw new UsageError(
          `${archive} is refused: its member "${path}" is a ${entry.kind === "link" ? "link" : "special file"}, and a data set holds plain files only.`,
        );
      await staging.write(path, entry.body);
      options.onProgress?.({ phase: "unpack", subject: archive, bytes: staging.bytes(), files: staging.files.length });
    }
  } catch (error) {
    if (error instanceof ArchiveDamage)
      throw new UsageError(`${archive} is damaged or is no .tar/.tar.gz archive: ${error.message}; get a fresh copy.`, { cause: error });
    if (codeOf(error).startsWith("Z_"))
      throw new UsageError(`${archive} is damaged: its compressed data cannot be read (${codeOf(error)}); get a fresh copy.`, {
        cause: error,
      });
    throw error;
  }
}

/** Copies the parts (folders below `folder`, "" for all of it). Links and devices are refused, as in archives. */
export async function copyFolder(
  folder: string,
  parts: readonly string[],
  staging: Staging,
  options: Pick<UnpackOptions, "onProgress" | "signal">,
): Promise<void> {
  for (const part of parts) {
    const tree = await listTree(join(folder, part));
    const odd = tree.odd[0];
    if (odd !== undefined)
      throw new UsageError(
        `${join(folder, part, odd)} is a link or a special file, and a data set holds plain files only; replace it by the file itself.`,
      );
    for (const file of tree.files) {
      options.signal?.throwIfAborted();
      const path = part === "" ? file : `${part}/${file}`;
      await staging.write(path, createReadStream(join(folder, path)));
      options.onProgress?.({ phase: "unpack", subject: folder, bytes: staging.bytes(), files: staging.files.length });
    }
  }
}

/** What lies at `path`, links followed because the user named it. Throws UsageError when nothing does, or neither a folder nor a file. */
export async function sourceKind(path: string): Promise<"folder" | "file"> {
  const found = await stat(path).catch((error: unknown) => {
    if (["ENOENT", "ENOTDIR"].includes(codeOf(error)))
      throw new UsageError(`There is nothing at ${path}; give the path of a .tar.gz archive or of an unpacked folder.`);
    throw error;
  });
  if (found.isDirectory()) return "folder";
  if (found.isFile()) return "file";
  throw new UsageError(`${path} is neither a file nor a folder; give a .tar.gz archive or an unpacked folder.`);
}

/** The archive's bytes, decompressed when it starts with gzip's mark. */
async function* plainBytes(archive: string): AsyncGenerator<Uint8Array> {
  const chunkSize = 1 << 18;
  const packed = createReadStream(archive, { highWaterMark: chunkSize });
  if (!(await isGzip(archive))) {
    yield* packed;
    return;
  }
  const plain = createGunzip({ chunkSize });
  // A failure of either stream destroys both and surfaces in the loop below; this promise would only repeat it.
  const flow = pipeline(packed, plain).catch(() => undefined);
  try {
    yield* plain;
  } finally {
    plain.destroy();
    await flow;
  }
}

async function isGzip(path: string): Promise<boolean> {
  const file = await open(path, "r");
  try {
    const { buffer, bytesRead } = await file.read(Buffer.alloc(2), 0, 2, 0);
    return bytesRead === 2 && buffer[0] === 0x1f && buffer[1] === 0x8b;
  } finally {
    await file.close();
  }
}
