/** A private folder beside the final one, filled under caps and then renamed into place, so that a half-written set never bears a set's name. */
import { createHash } from "node:crypto";
import { type FileHandle, mkdir, open, readdir, rm } from "node:fs/promises";
import { dirname, join } from "node:path";
import { UsageError } from "../core/errors.ts";
import { codeOf } from "./disk-errors.ts";
import { newProcessTag, ownerIsGone } from "./process-tag.ts";
import type { FileFact } from "./tree-digest.ts";

const prefix = ".staging-";

export interface Caps {
  readonly maxFiles: number;
  readonly maxBytes: number;
}

export interface Staging extends AsyncDisposable {
  readonly folder: string;
  /** Facts of everything written so far, in writing order. */
  readonly files: readonly FileFact[];
  readonly bytes: () => number;
  /** Writes one new file. Throws UsageError when a cap is passed or the path comes twice, else the file system's error. */
  write(path: string, body: AsyncIterable<Uint8Array>): Promise<void>;
}

/** Opens a staging folder below `dataDir` and clears away those of processes that are gone. Disposing removes the folder. */
export async function openStaging(dataDir: string, subject: string, caps: Caps): Promise<Staging> {
  await mkdir(dataDir, { recursive: true });
  await clearAbandoned(dataDir);
  const folder = join(dataDir, `${prefix}${newProcessTag()}`);
  await mkdir(folder);
  const files: FileFact[] = [];
  const madeFolders = new Set<string>([folder]);
  let total = 0;
  return {
    folder,
    files,
    bytes: () => total,
    async write(path, body) {
      if (files.length >= caps.maxFiles)
        throw new UsageError(`${subject} holds more than ${caps.maxFiles} files, which no data set here does.`);
      const target = join(folder, path);
      const parent = dirname(target);
      const hash = createHash("sha256");
      let bytes = 0;
      const file = await openNew(target, madeFolders.has(parent) ? undefined : parent).catch((error: unknown) => {
        if (["EEXIST", "EISDIR", "ENOTDIR"].includes(codeOf(error)))
          throw new UsageError(`${subject} holds "${path}" twice, or once as a file and once as a folder; get a fresh copy.`);
        throw error;
      });
      madeFolders.add(parent);
      try {
        for await (const chunk of body) {
          bytes += chunk.length;
          total += chunk.length;
          if (total > caps.maxBytes)
            throw new UsageError(`${subject} unpacks to more than ${caps.maxBytes} bytes, which no data set here does.`);
          hash.update(chunk);
          await file.writeFile(chunk);
        }
      } finally {
        await file.close();
      }
      files.push({ path, bytes, sha256: hash.digest("hex") });
    },
    async [Symbol.asyncDispose]() {
      await rm(folder, { recursive: true, force: true });
    },
  };
}

/** "wx" never follows a link and never overwrites: a path that comes twice is an error, not a silent second version. */
async function openNew(target: string, missingParent: string | undefined): Promise<FileHandle> {
  if (missingParent !== undefined) await mkdir(missingParent, { recursive: true });
  return open(target, "wx", 0o644);
}

async function clearAbandoned(dataDir: string): Promise<void> {
  for (const name of await readdir(dataDir)) {
    if (name.startsWith(prefix) && ownerIsGone(name.slice(prefix.length))) await rm(join(dataDir, name), { recursive: true, force: true });
  }
}
