import { readFile } from "node:fs/promises";
import { join } from "node:path";
import { z } from "zod";
import { StoreError } from "../core/errors.ts";
import { protocolCardSchema } from "../core/protocol-card.ts";
import { hashSchema, jsonSchema } from "../core/record.ts";
import { experimentSpecSchema } from "../core/spec.ts";
import { armRecordSchema } from "../evaluate/arm.ts";
import { replaceFile } from "../store/durable.ts";

/** The resolved form of a config as stored beside the results: what was asked for, of what, judged how. Holds no URL and no secret. */
export const lockFileSchema = z.object({
  v: z.literal(1),
  experiment: z.string(),
  spec: experimentSpecSchema,
  /** What a reader must know to compare two tables; travels with every table. Absent in files of earlier versions. */
  protocol: protocolCardSchema.optional(),
  /** What was measured, arm by arm, with the records that keys are made of. */
  card: z.object({
    benchmarks: z.array(
      z.object({
        id: z.string(),
        rev: z.number(),
        split: z.string(),
        splitLabel: z.string(),
        synthetic: z.boolean(),
        form: z.string(),
        tasks: z.number(),
        subset: z.string().optional(),
        attempts: z.number().optional(),
        clusters: z.number(),
        dataDigest: hashSchema,
        primary: z.string(),
        scorers: z.array(z.object({ id: z.string(), rev: z.number(), toolchain: hashSchema })),
        recalculate: z.string().nullable(),
      }),
    ),
    arms: z.array(
      z.object({
        name: z.string(),
        label: z.string(),
        guidance: z.string(),
        solver: z.string(),
        agent: z.string(),
        simulated: z.boolean(),
        key: hashSchema.optional(),
        skill: hashSchema.optional(),
        identicalTo: z.string().optional(),
        record: armRecordSchema.optional(),
      }),
    ),
    seeds: z.array(z.number()),
    attempts: z.number(),
    replicas: z.number(),
    sandbox: z.string(),
  }),
  design: jsonSchema,
  /** The experiment was not run here: whose outputs were taken in and graded. Such a folder is never written by a run. */
  imported: z.string().optional(),
  /** Provenance, never part of a key. */
  made: z.object({ version: z.string(), commit: z.string().optional(), node: z.string() }),
});
export type LockFile = z.infer<typeof lockFileSchema>;

const lockPath = (experimentDir: string): string => join(experimentDir, "lock.json");

export async function writeLockFile(experimentDir: string, lock: LockFile): Promise<void> {
  await replaceFile(lockPath(experimentDir), `${JSON.stringify(lock, null, 1)}\n`);
}

/** Reads a lock file; undefined when there is none, StoreError naming the file when it is damaged. */
export async function readLockFile(experimentDir: string): Promise<LockFile | undefined> {
  const path = lockPath(experimentDir);
  const text = await readFile(path, "utf8").catch((error: NodeJS.ErrnoException) => {
    if (error.code === "ENOENT" || error.code === "ENOTDIR") return undefined;
    throw error;
  });
  if (text === undefined) return undefined;
  try {
    return lockFileSchema.parse(JSON.parse(text));
  } catch (cause) {
    throw new StoreError(`${path} is damaged; run the experiment's config again to write it anew, nothing measured is lost`, { cause });
  }
}
