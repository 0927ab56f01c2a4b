import fs from "node:fs";
import { promisify } from "node:util";

/**
 * File operations of the store as promises over Node's callback interface. `node:fs/promises` costs the main thread twice as much a call
 * (a FileHandle, a registry, an error stack each), and a unit makes some fifty of them.
 */
export const access = promisify(fs.access);
export const readFile = promisify(fs.readFile);
export const readlink: (path: string) => Promise<string> = promisify(fs.readlink);
export const symlink: (target: string, path: string) => Promise<void> = promisify(fs.symlink);
export const link = promisify(fs.link);
export const unlink = promisify(fs.unlink);
const open = promisify(fs.open);
const write = promisify(fs.write);
const fsync = promisify(fs.fsync);
const fchmod = promisify(fs.fchmod);
const close = promisify(fs.close);

/** Opens a file, works on it and closes it whatever happens. */
async function withFile(path: string, flags: string, work: (fd: number) => Promise<void>): Promise<void> {
  const fd = await open(path, flags);
  try {
    await work(fd);
  } finally {
    await close(fd);
  }
}

/** Makes the entries of a folder durable. */
export const syncDirectory = (path: string): Promise<void> => withFile(path, "r", fsync);

/** Writes a file that must not exist yet; its bytes are durable when it resolves, its name only after `syncDirectory`. With `mode` it gets exactly that, whatever the umask. */
export async function writeSynced(path: string, bytes: Uint8Array, mode?: number): Promise<void> {
  await withFile(path, "wx", async (fd) => {
    if (mode !== undefined) await fchmod(fd, mode);
    for (let at = 0; at < bytes.length; ) at += (await write(fd, bytes, at, bytes.length - at)).bytesWritten;
    await fsync(fd);
  });
}
