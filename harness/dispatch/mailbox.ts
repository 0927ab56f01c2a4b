import { mkdir, readFile, rm } from "node:fs/promises";
import { join } from "node:path";
import type { Hash } from "../core/json.ts";
import { type Ending, endingSchema } from "../engine/child-protocol.ts";
import { onDisk, replaceFile } from "../store/durable.ts";

/**
 * What workers hand in and coordinators read, by unit key. It lies beside the store and not in Redis: what was paid for survives a Redis that is emptied, a coordinator that is
 * killed, and a queue that forgot who asked.
 */
export interface Mailbox {
  /** Hands an ending in; a later one of the same key replaces it. Durable when it resolves. */
  post(key: Hash, ending: Ending): Promise<void>;
  /** Undefined when there is none; what is torn or of another shape is none. */
  read(key: Hash): Promise<Ending | undefined>;
  discard(key: Hash): Promise<void>;
}

/** A mailbox as files `mailbox/ab/<key>.json` below the store. */
export function folderMailbox(storeRoot: string): Mailbox {
  const folderOf = (key: Hash): string => join(storeRoot, "mailbox", key.slice(0, 2));
  const pathOf = (key: Hash): string => join(folderOf(key), `${key}.json`);
  return {
    async post(key, ending) {
      await onDisk(pathOf(key), () => mkdir(folderOf(key), { recursive: true }));
      await replaceFile(pathOf(key), JSON.stringify(ending));
    },
    async read(key) {
      const text = await readFile(pathOf(key), "utf8").catch((error: NodeJS.ErrnoException) => {
        if (error.code === "ENOENT") return "";
        throw error;
      });
      return parseEnding(text);
    },
    discard: (key) => rm(pathOf(key), { force: true }),
  };
}

function parseEnding(text: string): Ending | undefined {
  try {
    return endingSchema.parse(JSON.parse(text));
  } catch {
    return undefined;
  }
}
