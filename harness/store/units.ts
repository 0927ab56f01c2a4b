import { readdir } from "node:fs/promises";
import { join } from "node:path";
import { promisify } from "node:util";
import { gunzip } from "node:zlib";
import { z } from "zod";
import { StoreError } from "../core/errors.ts";
import { canonicalJson, type Hash, hashJson } from "../core/json.ts";
import { hashSchema, jsonSchema, volatileSchema } from "../core/record.ts";
import { compress, putIfAbsent } from "./durable.ts";
import { readFile } from "./files.ts";

const inflate = promisify(gunzip);

/** A finished unit of work: a sample, taken once. `key` is the hash of `spec`; only `volatile` may differ between two equal runs. */
const unitRecordSchema = z.object({
  v: z.literal(1),
  key: hashSchema,
  spec: z.looseObject({ kind: z.string(), rev: z.number().int() }),
  result: jsonSchema,
  /** Blobs this record needs: what `gc` must keep. */
  blobs: z.array(hashSchema),
  volatile: volatileSchema,
});
export type UnitRecord = z.infer<typeof unitRecordSchema>;

export interface Units {
  get(key: Hash): Promise<UnitRecord | undefined>;
  /** Stores the record unless one of its key is there; returns the one that is in the store afterwards. */
  putIfAbsent(record: UnitRecord): Promise<UnitRecord>;
  /** Keys of all stored units, or of those whose key begins with `prefix`, folder by folder. */
  keys(prefix?: string): AsyncIterable<Hash>;
  pathOf(key: Hash): string;
}

/** Parses and checks one stored unit; throws a StoreError naming the file when it is not what was written. */
export async function decodeUnit(path: string, key: Hash, packed: Uint8Array): Promise<UnitRecord> {
  const damaged = (why: string, cause?: unknown): StoreError =>
    new StoreError(
      `unit ${path} is damaged (${why}); run \`t2s store reindex\` to set damaged files aside, then run the experiment again`,
      { cause },
    );
  let parsed: unknown;
  try {
    parsed = JSON.parse((await inflate(packed)).toString("utf8"));
  } catch (cause) {
    throw damaged(cause instanceof Error ? cause.message : String(cause), cause);
  }
  const record = unitRecordSchema.safeParse(parsed);
  if (!record.success) throw damaged(record.error.issues[0]?.message ?? "unknown shape", record.error);
  if (record.data.key !== key || hashJson(record.data.spec) !== key) throw damaged("its content belongs to another key");
  return record.data;
}

/** Unit results under `units/ab/<key>.json.gz`. */
export function openUnits(root: string): Units {
  const scratch = join(root, "tmp");
  const pathOf = (key: Hash): string => join(root, "units", key.slice(0, 2), `${key}.json.gz`);
  const get = async (key: Hash): Promise<UnitRecord | undefined> => {
    const path = pathOf(key);
    try {
      return await decodeUnit(path, key, await readFile(path));
    } catch (error) {
      if (error instanceof Error && "code" in error && error.code === "ENOENT") return undefined;
      throw error;
    }
  };
  return {
    get,
    pathOf,
    async putIfAbsent(record) {
      const packed = await compress(Buffer.from(canonicalJson(record)));
      if (await putIfAbsent(pathOf(record.key), packed, scratch)) return record;
      const first = await get(record.key);
      if (first === undefined)
        throw new StoreError(`unit ${pathOf(record.key)} vanished while it was being written; is another program cleaning the store?`);
      return first;
    },
    async *keys(prefix = "") {
      const folders = await readdir(join(root, "units")).catch((error: NodeJS.ErrnoException) => {
        if (error.code === "ENOENT") return [];
        throw error;
      });
      for (const folder of folders.sort()) {
        if (!folder.startsWith(prefix.slice(0, 2))) continue;
        for (const file of await readdir(join(root, "units", folder))) {
          if (file.startsWith(prefix) && file.endsWith(".json.gz")) yield file.slice(0, -".json.gz".length);
        }
      }
    },
  };
}
