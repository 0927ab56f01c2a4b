import { randomBytes } from "node:crypto";
import { mkdir, rename } from "node:fs/promises";
import { dirname, join } from "node:path";
import { promisify } from "node:util";
import { gzip, gzipSync } from "node:zlib";
import { StoreError } from "../core/errors.ts";
import { link, syncDirectory, unlink, writeSynced } from "./files.ts";

const deflate = promisify(gzip);
/** Below this size compressing here takes less of the main thread than handing it to another one. */
const smallBytes = 16 * 1024;

/** Gzips what the store writes: quickly rather than tightly. */
export async function compress(bytes: Uint8Array): Promise<Uint8Array> {
  return bytes.length < smallBytes ? gzipSync(bytes, { level: 4 }) : deflate(bytes, { level: 4 });
}

const madeDirectories = new Set<string>();

/** Makes a folder with parents; remembered, because a run asks for the same 256 folders a million times. */
export async function ensureDirectory(path: string): Promise<void> {
  if (madeDirectories.has(path)) return;
  await mkdir(path, { recursive: true });
  madeDirectories.add(path);
}

function explain(error: unknown, path: string): unknown {
  const code = error instanceof Error && "code" in error ? error.code : undefined;
  if (code === "ENOSPC" || code === "EDQUOT")
    return new StoreError(
      `no space left on the disk while writing ${path}; free some space and run the same command again, nothing finished is lost`,
      { cause: error },
    );
  if (code === "EROFS" || code === "EACCES" || code === "EPERM")
    return new StoreError(`${path} cannot be written (${code}); give this user write access or choose another folder with --results`, {
      cause: error,
    });
  if (code === "ENOENT")
    return new StoreError(
      `${path} cannot be written, its folder is gone; if the results were moved or removed while they were in use, put them back and run the same command again`,
      {
        cause: error,
      },
    );
  return error;
}

/** Runs disk work; a full or read-only disk, or a folder that is gone, becomes a StoreError that names `path`. */
export async function onDisk<T>(path: string, work: () => Promise<T>): Promise<T> {
  try {
    return await work();
  } catch (error) {
    throw explain(error, path);
  }
}

/**
 * Writes a file that must not exist yet, all or nothing, durable when it resolves (file and folder are fsynced).
 * Returns false, without touching it, when a file of that name is already there: the first writer wins, also among processes.
 */
export async function putIfAbsent(path: string, bytes: Uint8Array, scratch: string): Promise<boolean> {
  return onDisk(path, async () => {
    const folder = dirname(path);
    await ensureDirectory(folder);
    await ensureDirectory(scratch);
    const temporary = join(scratch, `${process.pid}-${randomBytes(8).toString("hex")}`);
    const cleanUp = (): Promise<void> =>
      unlink(temporary).catch((error: NodeJS.ErrnoException) => {
        if (error.code !== "ENOENT") throw error;
      });
    try {
      await writeSynced(temporary, bytes);
      await link(temporary, path);
    } catch (error) {
      await cleanUp();
      if (error instanceof Error && "code" in error && error.code === "EEXIST") return false;
      throw error;
    }
    await Promise.all([cleanUp(), syncDirectory(folder)]);
    return true;
  });
}

/** Replaces a file all or nothing; readers see the old or the new content, never a mixture. Durable when it resolves. */
export async function replaceFile(path: string, bytes: Uint8Array | string): Promise<void> {
  await onDisk(path, async () => {
    const folder = dirname(path);
    await ensureDirectory(folder);
    const temporary = join(folder, `.${process.pid}-${randomBytes(6).toString("hex")}.tmp`);
    try {
      await writeSynced(temporary, typeof bytes === "string" ? Buffer.from(bytes) : bytes);
      await rename(temporary, path);
    } catch (error) {
      await unlink(temporary).catch(() => undefined);
      throw error;
    }
    await syncDirectory(folder);
  });
}
