import { randomBytes } from "node:crypto";
import { mkdir, open, rename, rm } from "node:fs/promises";
import path from "node:path";
import pLimit from "p-limit";
import { onDisk } from "../../store/durable.ts";

/** Enough for the disk to make many files durable in one go. */
const filesAtOnce = 16;

/** One file of a folder, its path relative to it. */
export interface Written {
  readonly path: string;
  readonly bytes: Uint8Array | string;
  readonly mode?: number;
}

/**
 * Makes `dir` a folder of exactly these files. It appears whole or not at all: it is written beside `dir` under another name and then put in its place, and what was there
 * before is removed. A full or read-only disk is a StoreError.
 */
export async function replaceFolder(dir: string, files: readonly Written[]): Promise<void> {
  const suffix = `${process.pid}-${randomBytes(6).toString("hex")}`;
  const parent = path.dirname(dir);
  const fresh = path.join(parent, `.${path.basename(dir)}.${suffix}.tmp`);
  const old = path.join(parent, `.${path.basename(dir)}.${suffix}.old`);
  await onDisk(dir, async () => {
    try {
      const inTurn = pLimit(filesAtOnce);
      const written = await Promise.allSettled(files.map((file) => inTurn(() => writeFileIn(fresh, file))));
      for (const one of written) if (one.status === "rejected") throw one.reason;
      const replaced = await moveIfThere(dir, old);
      try {
        await rename(fresh, dir);
      } catch (error) {
        if (replaced) await rename(old, dir);
        throw error;
      }
    } finally {
      await rm(fresh, { recursive: true, force: true });
    }
    await rm(old, { recursive: true, force: true });
  });
}

async function writeFileIn(root: string, file: Written): Promise<void> {
  const target = path.join(root, file.path);
  if (!target.startsWith(root + path.sep)) throw new TypeError(`${file.path} would be written outside of ${root}`);
  await mkdir(path.dirname(target), { recursive: true });
  await using handle = await open(target, "wx", file.mode ?? 0o644);
  await handle.writeFile(file.bytes);
  // The umask may have taken bits away that are part of the skill's hash.
  if (file.mode !== undefined) await handle.chmod(file.mode);
  await handle.sync();
}

async function moveIfThere(from: string, to: string): Promise<boolean> {
  try {
    await rename(from, to);
    return true;
  } catch (error) {
    if (error instanceof Error && "code" in error && error.code === "ENOENT") return false;
    throw error;
  }
}
