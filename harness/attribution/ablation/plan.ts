import { join } from "node:path";
import { z } from "zod";
import { hashSchema } from "../../core/record.ts";

/** Something that is left out of a skill: a section of it, or an edit that made it. */
export const ablationPartSchema = z.object({
  kind: z.enum(["section", "edit"]),
  /** `s03` for the third section in reading order; an edit's id in lineage.json. */
  id: z.string(),
  file: z.string(),
  /** Lines of the whole skill it takes up, 1-based and inclusive; 0 for an edit that left no line of its own (a deletion). */
  from: z.number().int(),
  to: z.number().int(),
  title: z.string(),
  /** Edits that wrote lines of it. */
  edits: z.array(z.string()),
  /** Distinct tasks behind these. */
  support: z.number().int(),
  /** Edits that had to leave with it. */
  along: z.array(z.string()),
});
export type AblationPart = z.infer<typeof ablationPartSchema>;

export interface NotAblated {
  readonly part: AblationPart;
  readonly why: string;
}

/** `plan.json`: which arms the effects of a skill's parts are measured with. */
export const ablationPlanSchema = z.object({
  format: z.literal("t2s-ablation-plan"),
  v: z.literal(1),
  /** Experiment and arm the skill was measured in, and the hash of the skill. */
  source: z.object({ experiment: z.string(), arm: z.string(), skill: hashSchema }),
  /** Experiment the arms are measured in. */
  experiment: z.string(),
  /** The arm with the whole skill. */
  whole: z.string(),
  arms: z.array(z.object({ name: z.string(), skill: hashSchema, parts: z.array(ablationPartSchema).min(1) })),
  budget: z.object({
    maxArms: z.number().int().nullable(),
    maxEpisodes: z.number().int().nullable(),
    maxCostUsd: z.number().nullable(),
    episodesPerArm: z.number().int(),
    /** Mean of what the source experiment paid for these episodes; null: unknown. */
    costPerArmUsd: z.number().nullable(),
  }),
  /** What is not measured, and why: beyond the budget, or nothing is left to measure. */
  leftOut: z.array(z.object({ part: ablationPartSchema, why: z.string() })),
  /** Share of the clusters kept out, on which a pruned skill can be judged afterwards. */
  heldOut: z.object({ share: z.number(), tasks: z.array(z.string()) }),
});
export type AblationPlan = z.infer<typeof ablationPlanSchema>;

/** Where the plan, the ablated skills and the proposal for an arm are written. */
export const attributionDir = (experimentDir: string, arm: string): string => join(experimentDir, "attribution", arm);
