import { rm } from "node:fs/promises";
import { dirname, join } from "node:path";
import { promisify } from "node:util";
import { gunzip } from "node:zlib";
import { z } from "zod";
import type { Hash, Json } from "../core/json.ts";
import { hashSchema, jsonSchema } from "../core/record.ts";
import { compress, ensureDirectory, onDisk, replaceFile } from "./durable.ts";
import { readFile } from "./files.ts";

const inflate = promisify(gunzip);

/** A call that was answered in an attempt at a unit that was cut short: what was asked, by its hash, and the answer. */
const answeredCallSchema = z.object({ request: hashSchema, answer: jsonSchema });
export interface AnsweredCall {
  readonly request: Hash;
  readonly answer: Json;
}

/** The answered calls of one unit, in their order. */
export const journalSchema = z.object({ v: z.literal(1), calls: z.array(answeredCallSchema) });

/** What interrupted units were already answered, by unit key: the next attempt does not pay for it again. */
export interface Journals {
  /** Empty when there is none; what is torn or of another shape is none. */
  read(key: Hash): Promise<readonly AnsweredCall[]>;
  /** In the place of an earlier one. Durable when it resolves. */
  write(key: Hash, calls: readonly AnsweredCall[]): Promise<void>;
  discard(key: Hash): Promise<void>;
}

/** Journals as files `journals/ab/<key>.json.gz` of the store. */
export function openJournals(root: string): Journals {
  const pathOf = (key: Hash): string => join(root, "journals", key.slice(0, 2), `${key}.json.gz`);
  return {
    async read(key) {
      const packed = await readFile(pathOf(key)).catch((error: NodeJS.ErrnoException) => {
        if (error.code === "ENOENT") return undefined;
        throw error;
      });
      if (packed === undefined) return [];
      try {
        return journalSchema.parse(JSON.parse((await inflate(packed)).toString("utf8"))).calls;
      } catch {
        return [];
      }
    },
    async write(key, calls) {
      const path = pathOf(key);
      await onDisk(path, () => ensureDirectory(dirname(path)));
      await replaceFile(path, await compress(Buffer.from(JSON.stringify({ v: 1, calls }))));
    },
    discard: (key) => rm(pathOf(key), { force: true }),
  };
}
