/** `origin.json`: where a skill comes from that was evolved from logs somebody brought along. */
import { z } from "zod";
import { hashSchema, jsonSchema, usageSchema } from "./record.ts";

const originRunSchema = z.object({
  /** Hash of the run's content without its secrets: what lineage and coverage call the episode. */
  episode: hashSchema,
  /** Where in its file, when that holds several runs. */
  place: z.string().optional(),
  task: z.string(),
  session: z.string().optional(),
  turns: z.number().int(),
  outcome: z.enum(["passed", "failed", "unknown"]),
  /** What says so. */
  from: z.string().optional(),
  /** Two logs of the same run say different things. */
  contradicted: z.boolean().optional(),
  /** The file that holds the same run and was read before. */
  sameAs: z.string().optional(),
  /** What of the log is not in the run. */
  notes: z.array(z.string()),
});
export type OriginRun = z.infer<typeof originRunSchema>;

const originLogSchema = z.object({
  /** Path below the folder of logs. */
  file: z.string(),
  sha256: hashSchema,
  bytes: z.number().int(),
  format: z.enum(["atif", "claude-code", "messages", "t2s"]),
  notes: z.array(z.string()),
  runs: z.array(originRunSchema),
});
export type OriginLog = z.infer<typeof originLogSchema>;

export const originSchema = z.object({
  v: z.literal(1),
  kind: z.literal("brought-along"),
  /** For people: what this skill is and is not. */
  notice: z.string(),
  version: z.string(),
  author: z.string(),
  /** The author is a simulated model: the skill shows that the program works, and nothing else. */
  simulated: z.boolean(),
  seed: z.number().int(),
  start: z.object({ skill: z.string(), hash: hashSchema }),
  skill: hashSchema,
  state: z.enum(["evolved", "unchanged", "refused"]),
  /** Without a benchmark nobody can tell whether a fix holds. */
  analysts: z.object({ kind: z.literal("single-call"), certified: z.literal(false), logChars: z.number().int() }),
  settings: jsonSchema,
  outcomes: z.object({ rule: z.string(), unknown: z.enum(["skip", "error", "success"]) }),
  logs: z.array(originLogSchema).readonly(),
  leftOut: z.array(z.object({ file: z.string(), why: z.string() })).readonly(),
  /** Different secrets that were taken out, by kind. */
  redacted: z.record(z.string(), z.number().int()),
  /** Tokens and calls by stage. */
  usage: z.record(z.string(), usageSchema),
});
export type Origin = z.infer<typeof originSchema>;
