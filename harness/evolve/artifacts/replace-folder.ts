import { mkdir } from "node:fs/promises";
import path from "node:path";
import pLimit from "p-limit";
import { swapFolder } from "../../skill/swap-folder.ts";
import { onDisk } from "../../store/durable.ts";
import { writeSynced } from "../../store/files.ts";

/** Enough for the disk to make many files durable in one go. */
const filesAtOnce = 16;

/** One file of a folder, its path relative to it. */
export interface Written {
  readonly path: string;
  readonly bytes: Uint8Array | string;
  readonly mode?: number;
}

/**
 * Makes `dir` a folder of exactly these files, each synced to the disk. It appears whole or not at all, also when several write it at once or one is killed (`swapFolder`). A full or
 * read-only disk is a StoreError.
 */
export async function replaceFolder(dir: string, files: readonly Written[]): Promise<void> {
  await onDisk(dir, () =>
    swapFolder(dir, async (fresh) => {
      for (const folder of new Set(files.map((file) => path.dirname(placeIn(fresh, file))))) await mkdir(folder, { recursive: true });
      const inTurn = pLimit(filesAtOnce);
      const written = await Promise.allSettled(files.map((file) => inTurn(() => writeFileIn(fresh, file))));
      for (const one of written) if (one.status === "rejected") throw one.reason;
    }),
  );
}

function placeIn(root: string, file: Written): string {
  const target = path.join(root, file.path);
  if (!target.startsWith(root + path.sep)) throw new TypeError(`${file.path} would be written outside of ${root}`);
  return target;
}

async function writeFileIn(root: string, file: Written): Promise<void> {
  await writeSynced(placeIn(root, file), typeof file.bytes === "string" ? Buffer.from(file.bytes) : file.bytes, file.mode);
}
