import { mkdir, open, readFile, rm, stat } from "node:fs/promises";
import { join } from "node:path";
import pLimit, { type LimitFunction } from "p-limit";
import type { Hash } from "../core/json.ts";
import { onDisk } from "../store/durable.ts";

/** Blobs that arrive in pieces, each kept in a file until it is whole. */
export interface Uploads {
  /** Bytes there are of it. */
  sizeOf(hash: Hash): Promise<number>;
  /** Adds a piece that begins at `from`, and gives how many bytes there are then; one that begins elsewhere than the file ends changes nothing. */
  append(hash: Hash, from: number, piece: Uint8Array): Promise<number>;
  /** Takes the file out. */
  take(hash: Hash): Promise<Uint8Array>;
}

export function openUploads(folder: string, maxBytes: number): Uploads {
  const pathOf = (hash: Hash): string => join(folder, `${hash}.part`);
  const inTurn = new Map<Hash, LimitFunction>();
  const alone = async <T>(hash: Hash, work: () => Promise<T>): Promise<T> => {
    const limit = inTurn.get(hash) ?? pLimit(1);
    inTurn.set(hash, limit);
    try {
      return await limit(work);
    } finally {
      if (limit.activeCount + limit.pendingCount === 0) inTurn.delete(hash);
    }
  };
  const sizeOf = async (hash: Hash): Promise<number> =>
    stat(pathOf(hash)).then(
      ({ size }) => size,
      () => 0,
    );
  return {
    sizeOf,
    append: (hash, from, piece) =>
      alone(hash, async () => {
        const size = await sizeOf(hash);
        if (size !== from || size + piece.length > maxBytes) return size;
        await onDisk(pathOf(hash), async () => {
          await mkdir(folder, { recursive: true });
          await using file = await open(pathOf(hash), "a");
          await file.writeFile(piece);
        });
        return size + piece.length;
      }),
    take: (hash) =>
      alone(hash, async () => {
        const bytes = await readFile(pathOf(hash));
        await rm(pathOf(hash), { force: true });
        return bytes;
      }),
  };
}
