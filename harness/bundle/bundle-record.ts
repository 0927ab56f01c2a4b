/** `bundle.json` and the lines of `units.jsonl`: what a bundle says of itself, and the units its ledger was made from. */
import { z } from "zod";
import { hashSchema, jsonSchema } from "../core/record.ts";

export const bundleRecordSchema = z.object({
  format: z.literal("t2s-bundle"),
  v: z.literal(1),
  experiment: z.string(),
  /** The program that bundled; the one that measured stands in lock.json. */
  made: z.object({ version: z.string(), commit: z.string().optional(), node: z.string() }),
  rows: z.number().int(),
  units: z.number().int(),
  blobs: z.number().int(),
  trajectories: z.boolean(),
  /** Whether names of hosts and endpoints were left in the ledger. */
  hosts: z.boolean(),
  /** What the ledger rests on and the store no longer had, as sentences. */
  missing: z.array(z.string()),
});
export type BundleRecord = z.infer<typeof bundleRecordSchema>;

/** A unit without what tells where it ran. `key` is the hash of `spec`. */
export const bundledUnitSchema = z.object({
  key: hashSchema,
  spec: z.looseObject({ kind: z.string(), rev: z.number().int() }),
  result: jsonSchema,
  ms: z.number().optional(),
  costUsd: z.number().optional(),
});
export type BundledUnit = z.infer<typeof bundledUnitSchema>;

/** Where a blob lies in a bundle: its plain bytes, so that `sha256sum` prints its name. */
export const blobPath = (hash: string): string => `blobs/${hash.slice(0, 2)}/${hash}`;
