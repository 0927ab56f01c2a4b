/** Evolution settings with nothing left out, and the two presets they start from. */
import { z } from "zod";
import { evolutionSpecSchema, priors, signalsSchema, startSpecSchema } from "./evolution-spec.ts";

/** What an evolution is run with. Analysts and consolidation take it as it is; its hash-relevant parts reach keys through the messages they shape. */
export const evolutionSettingsSchema = z.strictObject({
  preset: z.enum(["as-paper", "as-released"]),
  benchmark: z.string(),
  split: z.string(),
  limit: z.number().int().positive().optional(),
  start: startSpecSchema,
  author: z.string(),
  signals: signalsSchema,
  records: z.array(z.string()).optional(),
  roles: evolutionSpecSchema.shape.roles.unwrap(),
  analysts: z.strictObject({
    error: z.enum(["agentic", "single-call"]),
    max_turns: z.number(),
    max_lessons: z.number(),
    concurrency: z.number(),
  }),
  analyst: evolutionSpecSchema.shape.analyst,
  merge: z.strictObject({
    ...evolutionSpecSchema.shape.merge.unwrap().shape,
    batch_size: z.union([z.number(), z.literal("all")]),
    max_levels: z.number(),
    grouping: z.enum(["task-order", "shuffle", "section", "similarity"]),
    leftovers: z.enum(["balanced", "as-released"]),
  }),
  prevalence: z.strictObject({ min_support: z.number(), below: z.enum(["references", "drop", "keep"]) }),
  conflicts: z.enum(["support", "synthesis"]),
  sizes: z.strictObject({ skill_lines: z.number(), reference_lines: z.number(), references: z.number() }),
  translate: z.boolean(),
  repair_rounds: z.number(),
  reply_rounds: z.number(),
  require: z.union([z.literal("all"), z.strictObject({ share: z.number() })]),
  without: z.array(z.enum(priors)).default([]),
  select: z.strictObject({ by: z.enum(["validation", "first"]), held_out: z.number(), measure: z.enum(["selected", "all"]) }),
});
export type EvolutionSettings = z.infer<typeof evolutionSettingsSchema>;

type Preset = Omit<EvolutionSettings, "preset" | "benchmark" | "split" | "limit" | "author" | "start" | "records" | "analyst">;

const asPaper: Preset = {
  signals: "combined",
  roles: {},
  analysts: { error: "agentic", max_turns: 100, max_lessons: 3, concurrency: 128 },
  merge: { batch_size: 32, max_levels: 8, grouping: "task-order", leftovers: "balanced" },
  prevalence: { min_support: 2, below: "references" },
  conflicts: "support",
  sizes: { skill_lines: 500, reference_lines: 300, references: 5 },
  translate: true,
  repair_rounds: 3,
  reply_rounds: 3,
  require: "all",
  without: [],
  select: { by: "validation", held_out: 0, measure: "selected" },
};

/** The release as it behaves where that is no defect: B_merge 5, no prevalence rule, its own dealing of leftovers. Its losses and unsafe edits are not copied. */
const asReleased: Preset = {
  ...asPaper,
  analysts: { ...asPaper.analysts, max_turns: 20 },
  merge: { batch_size: 5, max_levels: 5, grouping: "task-order", leftovers: "as-released" },
  prevalence: { min_support: 1, below: "keep" },
  select: { by: "first", held_out: 0, measure: "selected" },
};

export const evolutionPresets: Readonly<Record<EvolutionSettings["preset"], Preset>> = { "as-paper": asPaper, "as-released": asReleased };
