import { z } from "zod";
import type { BoxLimits, Toolchain } from "../core/contract.ts";
import { type Hash, hashJson } from "../core/json.ts";
import { fileRefSchema, hashSchema, jsonSchema, samplingSchema } from "../core/record.ts";

export const boxLimitsSchema: z.ZodType<BoxLimits> = z.object({
  memoryMb: z.number(),
  diskMb: z.number(),
  processes: z.number(),
  cpuSeconds: z.number(),
  outputBytes: z.number(),
  wallSeconds: z.number(),
});

export const toolchainSchema: z.ZodType<Toolchain> = z.object({
  node: z.string(),
  python: z.string().optional(),
  openpyxl: z.string().optional(),
  pandas: z.string().optional(),
  libreoffice: z.string().optional(),
  packages: z.record(z.string(), z.string()),
});

/**
 * Everything of an arm that can change what an episode does (architecture §4), as stored in the blob an episode's spec refers to.
 * It names a model but no URL or key: whoever runs the unit resolves the endpoint from its own configuration.
 */
export const armRecordSchema = z.object({
  v: z.literal(1),
  agent: z.object({ id: z.string(), rev: z.number().int(), options: jsonSchema }),
  /** Prompt templates by name; the blobs hold their text. */
  prompts: z.record(z.string(), hashSchema),
  skill: z.object({ name: z.string(), hash: hashSchema, body: hashSchema, files: z.array(fileRefSchema) }).nullable(),
  /** Guidance that is no skill; the text for each task stands in the rollout's spec. Absent for arms without. */
  notes: z
    .object({
      kind: z.enum(["lessons", "trajectories"]),
      /** Hash of the bank, or of the text that is the same for all tasks. */
      source: hashSchema,
      retrieval: z.object({ topK: z.number().int(), embedder: z.string() }).optional(),
    })
    .optional(),
  /** Files of an agent that is a program of its own; empty where it brings none. Absent for other agents. */
  program: z.object({ files: z.array(fileRefSchema) }).optional(),
  model: z.object({ name: z.string() }).catchall(jsonSchema.optional()),
  sampling: samplingSchema,
  /** Limits of the sandbox and the tools in it; null for agents that have none. */
  box: boxLimitsSchema.nullable(),
  toolchain: toolchainSchema.nullable(),
  harvest: z.array(z.object({ path: z.string(), maxBytes: z.number().int() })),
});
export type ArmRecord = z.infer<typeof armRecordSchema>;

/** The part of a task an agent may see and a rollout key depends on; never its id, cluster or truth. */
export const publicTaskSchema = z.object({
  form: z.string(),
  slots: z.record(z.string(), z.string()),
  images: z.array(hashSchema),
  files: z.array(fileRefSchema),
  needs: z.array(z.enum(["shell", "vision"])),
});

/** Key of an arm: hash of its record. */
export function armKey(arm: ArmRecord): Hash {
  return hashJson(arm);
}
