/** What programs that do a step of an evolution read and write, as `t2s schema` prints it. A change that breaks readers raises `v`. */
import { z } from "zod";
import { type SkillEdit, skillEditSchema } from "../../core/evolution.ts";
import { jsonSchema, trajectorySchema } from "../../core/record.ts";
import { errorReply, successReply } from "../propose/analysis-forms.ts";
import { frameShape } from "./program-frame.ts";

const skill = z
  .array(z.strictObject({ path: z.string(), text: z.string() }))
  .describe("Texts of the start skill S0: SKILL.md first, then its references. Every edit is anchored in them.");

export const analysisInputSchema = z.strictObject({
  ...frameShape,
  step: z.literal("analysis"),
  outcome: z.enum(["failed", "passed"]).describe("How the episode ended, as the benchmark's scorer says."),
  trajectory: trajectorySchema.describe("The episode: what the agent was told, and its steps."),
  skill,
  max_lessons: z.number().int().describe("More lessons are refused."),
});

export const mergeInputSchema = z.strictObject({
  ...frameShape,
  step: z.literal("merge"),
  patches: z
    .array(
      z.strictObject({
        id: z.string(),
        source: z.enum(["error", "success", "mixed"]),
        support: z.number().int().optional().describe("Distinct tasks behind the patch."),
        reasoning: z.string(),
        edits: z.array(z.looseObject({ id: z.string(), support: z.number().int().optional(), op: z.string(), file: z.string() })),
      }),
    )
    .describe("What is to be joined: every id of an edit has to come back in a `from` or in `dropped`."),
  skill,
  sizes: z.strictObject({ skill_lines: z.number(), reference_lines: z.number(), references: z.number() }),
  earlier_reply: jsonSchema.optional().describe("Asked once more: the output that left edits out …"),
  vanished: z.array(z.string()).optional().describe("… and the ids of these edits."),
});

const cited = <Shape extends z.ZodRawShape>(shape: Shape) =>
  z.union(
    // One operation after the other, each with its own fields.
    skillEditSchema.options.map((option: z.ZodType<SkillEdit> & z.ZodObject) => option.extend(shape)),
  );

const proposed = {
  edits: z
    .array(cited({ lessons: z.array(z.number().int().positive()).describe("Numbers of the lessons it carries out, from 1.") }))
    .nullish()
    .describe("Edits of the skill; where they are left out a model writes them from the lessons. Each has to fit S0."),
  reasoning: z.string().nullish(),
  changelog_entries: z.array(z.string()).nullish(),
};

export const analysisOutputSchema = z.union([
  errorReply.extend(proposed).describe("For a failed episode: why, and what to do another time."),
  successReply.extend(proposed).describe("For one that passed: the lean path, and what to keep doing."),
]);

export const mergeOutputSchema = z.object({
  reasoning: z.string(),
  edits: z.array(cited({ from: z.array(z.string()).min(1).describe("Ids of the edits it was joined from.") })),
  dropped: z.array(z.object({ id: z.string(), reason: z.string().min(1) })).default([]),
  changelog_entries: z.array(z.string()).default([]),
});
