import { createHash } from "node:crypto";
import { lstat, mkdir, open, readdir } from "node:fs/promises";
import { dirname, join } from "node:path";
import { onDisk } from "../store/durable.ts";
import type { ListedFile } from "./manifest.ts";

/** Writes files below one folder and remembers the hash of each. */
export interface Stage {
  readonly listed: readonly ListedFile[];
  readonly bytes: number;
  add(path: string, bytes: Uint8Array | string, mode?: number): Promise<void>;
  /** A file that is written piece by piece, one after the other; `close` lists it. */
  stream(path: string): Promise<{ write(piece: string | Uint8Array): Promise<void>; close(): Promise<void> }>;
}

export function openStage(root: string): Stage {
  const listed: ListedFile[] = [];
  const made = new Set<string>();
  let bytes = 0;
  const place = async (path: string): Promise<string> => {
    const target = join(root, path);
    const folder = dirname(target);
    if (!made.has(folder)) await mkdir(folder, { recursive: true });
    made.add(folder);
    return target;
  };
  return {
    listed,
    get bytes() {
      return bytes;
    },
    add: (path, content, mode = 0o644) =>
      onDisk(join(root, path), async () => {
        const buffer = typeof content === "string" ? Buffer.from(content) : content;
        await using file = await open(await place(path), "wx", mode);
        await file.writeFile(buffer);
        // The umask may have taken bits away that are part of a skill's hash.
        await file.chmod(mode);
        bytes += buffer.length;
        listed.push({ path, sha256: createHash("sha256").update(buffer).digest("hex") });
      }),
    stream: (path) =>
      onDisk(join(root, path), async () => {
        const file = await open(await place(path), "wx", 0o644);
        const hash = createHash("sha256");
        return {
          write: (piece) =>
            onDisk(join(root, path), async () => {
              const buffer = typeof piece === "string" ? Buffer.from(piece) : piece;
              await file.writeFile(buffer).catch(async (error: unknown) => {
                await file.close();
                throw error;
              });
              hash.update(buffer);
              bytes += buffer.length;
            }),
          close: async () => {
            await file.close();
            listed.push({ path, sha256: hash.digest("hex") });
          },
        };
      }),
  };
}

/** Regular files below a folder as relative paths, in order, of those that `wanted` names (folders are asked for, too); links and devices are left out. Empty when there is no such folder. */
export async function* filesBelow(root: string, wanted: (path: string) => boolean, inside = ""): AsyncGenerator<string> {
  const names = await readdir(join(root, inside)).catch((error: NodeJS.ErrnoException) => {
    if (error.code === "ENOENT") return [];
    throw error;
  });
  for (const name of names.sort()) {
    const path = inside === "" ? name : `${inside}/${name}`;
    if (!wanted(path)) continue;
    const facts = await lstat(join(root, path));
    if (facts.isDirectory()) yield* filesBelow(root, wanted, path);
    else if (facts.isFile()) yield path;
  }
}
