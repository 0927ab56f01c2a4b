import { mkdir, stat } from "node:fs/promises";
import path from "node:path";
import { UsageError } from "../core/errors.ts";

/**
 * Makes a folder with its parents. UsageError where something else is in the way or where the file system takes no folders; other failures of the disk as they are.
 * Step by step, because Node's own `recursive` never returns below /proc, where making a folder in one that is there fails as if that one were missing.
 */
export async function makeFolder(dir: string): Promise<void> {
  const missing: string[] = [];
  for (let above = path.resolve(dir); !(await isFolder(above)); above = path.dirname(above)) missing.push(above);
  for (const folder of missing.reverse())
    try {
      await mkdir(folder);
    } catch (cause) {
      const code = codeOf(cause);
      if (code === "EEXIST" && (await isFolder(folder))) continue;
      if (code === "EEXIST") throw new UsageError(`${folder} is a link to nowhere; expected a folder, or a path that is free.`, { cause });
      if (code !== "ENOENT") throw cause;
      throw new UsageError(`${folder} cannot be made, because nothing can be written there; choose another folder.`, { cause });
    }
}

/** The system's name for what went wrong (`ENOENT`), undefined for errors that have none. */
export function codeOf(error: unknown): string | undefined {
  return error instanceof Error && "code" in error && typeof error.code === "string" ? error.code : undefined;
}

async function isFolder(dir: string): Promise<boolean> {
  try {
    if ((await stat(dir)).isDirectory()) return true;
  } catch (cause) {
    if (["ENOENT", "ENOTDIR"].includes(codeOf(cause) ?? "")) return false;
    throw cause;
  }
  throw new UsageError(`${dir} is a file; expected a folder, or a path that is free.`);
}
