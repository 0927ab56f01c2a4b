/** The rows of a ledger: episodes (core/record.ts) and what skill evolutions did. All of it is a projection of the store. */
import { z } from "zod";
import { rejectionSchema } from "./evolution.ts";
import { hashSchema, jsonSchema, ledgerEpisodeSchema, usageSchema } from "./record.ts";

/** Names one evolution: the learned arm it was made for and its evolution seed. */
const evolutionName = { arm: z.string(), seed: z.number().int() };

/** What paid work cost: volatile, because a resumed run pays nothing twice. Absent cost is unknown, never 0. */
const paid = z.object({ costUsd: z.number().optional(), ms: z.number().optional() });

export const ledgerAnalysisSchema = z.object({
  type: z.literal("analysis"),
  v: z.literal(1),
  ...evolutionName,
  /** Key of the analysis or call unit. */
  key: z.string(),
  author: z.string(),
  simulated: z.boolean(),
  task: z.string(),
  /** Rollout key of the analysed episode, or a name for an analysis that was imported. */
  episode: z.string(),
  source: z.enum(["error", "success"]),
  analyst: z.enum(["agentic", "single-call", "imported", "program"]),
  state: z.enum(["accepted", "rejected", "errored"]),
  reason: z.union([rejectionSchema, z.string()]).optional(),
  lessons: z.number().int(),
  turns: z.number().int(),
  usage: usageSchema,
  trajectory: hashSchema.nullable(),
  /** Id of the patch written from it; absent when there is none. */
  patch: z.string().optional(),
  patchEdits: z.number().int().optional(),
  volatile: paid.optional(),
});
export type LedgerAnalysis = z.infer<typeof ledgerAnalysisSchema>;

export const ledgerMergeSchema = z.object({
  type: z.literal("merge"),
  v: z.literal(1),
  ...evolutionName,
  /** Node id of merge-tree.json. */
  node: z.string(),
  key: z.string().nullable(),
  author: z.string(),
  simulated: z.boolean(),
  level: z.number().int(),
  inputs: z.number().int(),
  state: z.enum(["merged", "passed-on", "unreadable"]),
  editsIn: z.number().int(),
  editsOut: z.number().int(),
  /** Edits that left here, by reason. */
  departures: z.record(z.string(), z.number().int()),
  volatile: paid.optional(),
});
export type LedgerMerge = z.infer<typeof ledgerMergeSchema>;

export const ledgerEvolutionSchema = z.object({
  type: z.literal("evolution"),
  v: z.literal(1),
  ...evolutionName,
  kind: z.enum(["evolved", "sequential", "bank", "one-shot", "trajectories", "irrelevant", "shuffled"]),
  author: z.string(),
  simulated: z.boolean(),
  /** Resolved settings. */
  settings: jsonSchema,
  /** Hash of the start skill; null where there is none. */
  start: hashSchema.nullable(),
  /** Hash of the skill (or bank, or notes) that came out; equal to `start` when nothing was changed. */
  result: hashSchema,
  state: z.enum(["evolved", "unchanged", "refused"]),
  note: z.string().optional(),
  episodes: z.object({ failed: z.number().int(), passed: z.number().int(), errored: z.number().int() }),
  analyses: z.object({ accepted: z.number().int(), rejected: z.number().int(), errored: z.number().int() }),
  patches: z.number().int(),
  editsProposed: z.number().int(),
  editsApplied: z.number().int(),
  /** Tokens and calls by stage: episodes, analyses, patches, consolidation, validation. */
  usage: z.record(z.string(), usageSchema),
  lines: z.number().int().optional(),
  references: z.number().int().optional(),
  /** Mean score of the validation tasks with this skill; absent when nothing was validated. */
  validation: z.object({ value: z.number(), tasks: z.number().int() }).optional(),
  selected: z.boolean(),
  volatile: paid.optional(),
});
export type LedgerEvolution = z.infer<typeof ledgerEvolutionSchema>;

export const ledgerRowSchema = z.discriminatedUnion("type", [
  ledgerEpisodeSchema,
  ledgerEvolutionSchema,
  ledgerAnalysisSchema,
  ledgerMergeSchema,
]);
export type LedgerRow = z.infer<typeof ledgerRowSchema>;
