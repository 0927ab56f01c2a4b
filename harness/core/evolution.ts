/** What skill evolution writes: lessons, edits, patches and the records of how they became a skill. Field names of edits are those of the public release. */
import { z } from "zod";
import { hashSchema, usageSchema } from "./record.ts";

// ---- lessons --------------------------------------------------------------------------------------------------------

/** How a lesson stands to the skill the agent had: nothing there, there but unclear, there but wrong, or there and not followed. */
export const relationSchema = z.enum(["missing", "unclear", "wrong", "ignored"]);

const text = z.string().trim().min(1);

/** A memory item of one trajectory. `failure-cause` says why it failed, `failure-lesson` and `success-lesson` what to remember. */
export const lessonSchema = z.object({
  type: z.enum(["failure-cause", "failure-lesson", "success-lesson"]),
  title: text,
  description: text,
  content: text,
  relation: relationSchema.optional(),
});
export type Lesson = z.infer<typeof lessonSchema>;

/** The lean path of a success analyst: what led to the result, without detours. */
export const solutionPathSchema = z.object({ overview: text, steps: z.array(text).min(1) });
export type SolutionPath = z.infer<typeof solutionPathSchema>;

/** Edits of S0 that an analyst wrote itself. `lessons` are numbers of the analysis's lessons, from 1. */
export const proposedPatchSchema = z.object({
  reasoning: z.string(),
  edits: z.array(z.object({ edit: z.lazy(() => skillEditSchema), lessons: z.array(z.number().int().positive()).readonly() })).readonly(),
  changelog: z.array(z.string()),
});
export type ProposedPatch = z.infer<typeof proposedPatchSchema>;

/** Why an analysis gives no patch. Closed list: coverage reports count by it. */
export const rejectionSchema = z.enum([
  "no-report", // the analyst never handed in a readable report
  "no-fix", // a report without a fix
  "fix-failed", // the fix does not pass on the task itself, run again without the reference
  "fix-not-general", // it passes there and fails on a sibling case or a neutral change of the input
  "fix-carries-answer", // its result does not follow the input: the answer is written into it
  "names-reference", // lessons mention a reference answer or constants of the task, also after being sent back
  "not-certifiable", // the task offers nothing to certify a fix on
  "unreadable-reply", // single calls and programs: no readable reply in all rounds
  "program-failed", // somebody else's analyst did not get to its end, or printed too much
  "too-long", // the log does not fit into the model's context
  "no-lessons", // a readable report without a lesson
]);
export type Rejection = z.infer<typeof rejectionSchema>;

/** Result of one analyst on one episode. */
export const analysisResultSchema = z.object({
  v: z.literal(1),
  outcome: z.discriminatedUnion("state", [
    z.object({
      state: z.literal("accepted"),
      lessons: z.array(lessonSchema),
      path: solutionPathSchema.optional(),
      /** Agentic only: the certified fix and on how many further inputs it held. */
      certified: z.object({ fix: hashSchema, rechecks: z.number().int().nonnegative() }).optional(),
      /** Programs only: edits of its own, so that no patch writer is asked. */
      patch: proposedPatchSchema.optional(),
    }),
    z.object({ state: z.literal("rejected"), reason: rejectionSchema, note: z.string(), lessons: z.array(lessonSchema) }),
  ]),
  /** Blob of the analyst's own trajectory; null for single calls. */
  trajectory: hashSchema.nullable(),
  turns: z.number().int(),
  usage: usageSchema,
});
export type AnalysisResult = z.infer<typeof analysisResultSchema>;

/** A line of `analyses.jsonl`: what an analyst left of one episode. */
export const analysesLineSchema = z.object({
  v: z.literal(1),
  task: z.string(),
  episode: z.string(),
  /** Absent where nobody knows how the episode ended: it was not measured, or no scorer could judge it. */
  source: z.enum(["error", "success"]).optional(),
  state: z.enum(["accepted", "rejected", "errored", "not-asked"]),
  why: z.string().optional(),
  key: z.string(),
  lessons: z.array(lessonSchema),
  path: solutionPathSchema.optional(),
});

// ---- edits and patches ----------------------------------------------------------------------------------------------

const file = z.string().min(1);
const heading = z.string().regex(/^#{1,6} \S/, 'expected a whole heading line such as "## Checks"');
/** Text put in. Never empty: an empty insertion says nothing and an empty replacement is a deletion under a false name. */
const content = z.string().refine((s) => s.trim() !== "", "expected text, found none");
const anchor = z.string().refine((s) => s.trim() !== "", "expected the text to be found in the file, found none");

/** The eight operations. Every anchor is a text of the start skill S0 that occurs there exactly once (headings inside code fences do not count). */
export const skillEditSchema = z.discriminatedUnion("op", [
  z.strictObject({ op: z.literal("append_to_section"), file, target_section: heading, content }),
  z.strictObject({ op: z.literal("replace_in_section"), file, target_section: heading.optional(), old_text: anchor, content: z.string() }),
  z.strictObject({ op: z.literal("insert_after"), file, target_section: heading.optional(), target_text: anchor, content }),
  z.strictObject({ op: z.literal("insert_before"), file, target_section: heading.optional(), target_text: anchor, content }),
  /** A new heading with content, behind the section `after_section` or at the end of the file. */
  z.strictObject({ op: z.literal("add_section"), file, target_section: heading, after_section: heading.optional(), content }),
  z.strictObject({ op: z.literal("delete_section"), file, target_section: heading }),
  z.strictObject({ op: z.literal("create"), file, content }),
  z.strictObject({ op: z.literal("delete_file"), file }),
]);
export type SkillEdit = z.infer<typeof skillEditSchema>;
export type EditOp = SkillEdit["op"];

/**
 * An edit on its way through the stages. `id` is unique in an evolution: `p012e2` for the second edit of the patch at position 12, `m1.3e2` for one made by
 * the third group of merge level 1, `t…`/`s…` for one changed by translation or synthesis.
 */
export const tracedEditSchema = z.object({
  id: z.string(),
  edit: skillEditSchema,
  /** Ids of the leaf edits behind it; a leaf names itself. Sorted, each once. */
  leaves: z.array(z.string()).min(1),
  /** Ids of the tasks behind it, recounted by the harness from the leaves. Sorted, each once; its length is the support. */
  tasks: z.array(z.string()).min(1),
});
export type TracedEdit = z.infer<typeof tracedEditSchema>;

/** Where an edit (or a lesson) left the pipeline, and why. Nothing leaves without one of these. */
export const departureSchema = z.object({
  /** Edit id. */
  edit: z.string(),
  stage: z.enum(["patch", "merge", "prevalence", "conflict", "translate", "apply", "repair"]),
  reason: z.enum([
    "unlinked-create", // create without a link to it in the same patch
    "unpaired-link", // link to a file nothing creates, or left over from a deleted file
    "out-of-tree", // path outside the white list
    "protected", // protected file or front matter
    "invalid", // operation or fields not allowed
    "dropped", // a merge call dropped it and said why
    "lost", // a merge call neither kept nor dropped it
    "below-support",
    "overlap", // edits the same lines as one with more support
    "contradiction", // replaces the same text by another
    "duplicate", // says the same at the same place as one that is kept
    "duplicate-heading",
    "unresolved-anchor",
    "changed-by-translation", // the translator changed more than the anchor
    "size-budget",
    "broke-validation",
  ]),
  note: z.string(),
  /** Edit that was kept instead. */
  inFavourOf: z.string().optional(),
});
export type Departure = z.infer<typeof departureSchema>;

/** One analyst's proposal against S0. */
export const skillPatchSchema = z.object({
  v: z.literal(1),
  /** `p` and the position of its episode in the plan, three digits or more. */
  id: z.string(),
  task: z.string(),
  /** Rollout key of the episode it was learned from. */
  episode: z.string(),
  source: z.enum(["error", "success"]),
  /** Key of the analysis unit, or "imported". */
  analysis: z.string(),
  lessons: z.array(lessonSchema),
  reasoning: z.string(),
  edits: z.array(tracedEditSchema),
  /** By edit id: positions in `lessons` that the edit carries out, as the patch writer says. */
  lessonsOf: z.record(z.string(), z.array(z.number().int().nonnegative())),
  changelog: z.array(z.string()),
  /** Edits the writer proposed and the harness did not take. */
  departures: z.array(departureSchema),
});
export type SkillPatch = z.infer<typeof skillPatchSchema>;

// ---- what became of everything --------------------------------------------------------------------------------------

/** One merge call, or a group that needed none. */
export const mergeNodeSchema = z.object({
  v: z.literal(1),
  /** `m<level>.<group>`; split groups add letters: `m1.3a`. */
  id: z.string(),
  level: z.number().int().positive(),
  /** Ids of the patches or nodes that went in. */
  inputs: z.array(z.string()).min(1),
  /** Key of the call unit; null when a single input was passed on. */
  call: z.string().nullable(),
  state: z.enum(["merged", "passed-on", "unreadable"]),
  reasoning: z.string(),
  edits: z.array(tracedEditSchema),
  departures: z.array(departureSchema),
  changelog: z.array(z.string()),
});
export type MergeNode = z.infer<typeof mergeNodeSchema>;

/** `merge-tree.json`: the nodes in order of level and group. */
export const mergeTreeSchema = z.object({
  v: z.literal(1),
  batchSize: z.union([z.number().int(), z.literal("all")]),
  levels: z.number().int(),
  calls: z.number().int(),
  nodes: z.array(mergeNodeSchema),
});
export type MergeTree = z.infer<typeof mergeTreeSchema>;

/** `lineage.json`: for every line of the evolved skill where it comes from. */
export const lineageSchema = z.object({
  v: z.literal(1),
  /** Hash of S0. */
  start: z.string(),
  /** Hash of the evolved skill. */
  skill: z.string(),
  files: z.array(
    z.object({
      path: z.string(),
      /** Consecutive lines of one origin, 1-based and inclusive, covering the whole file. `edit` null: as in S0. */
      spans: z.array(z.object({ from: z.number().int(), to: z.number().int(), edit: z.string().nullable() })),
    }),
  ),
  edits: z.array(tracedEditSchema.extend({ patches: z.array(z.string()), nodes: z.array(z.string()) })),
  patches: z.array(skillPatchSchema.pick({ id: true, task: true, episode: true, source: true, analysis: true })),
});
export type Lineage = z.infer<typeof lineageSchema>;

/**
 * `coverage.json`: every analysed episode, every lesson and every edit accounted for. Where the skill was edited step by step, an edit's step is the beginning of its id
 * (`b007e2`: step b007), and what later steps made of an edit is told by `supersededBy`. Lessons of analyses without a patch stand under the id it would have had.
 */
export const coverageSchema = z.object({
  v: z.literal(1),
  episodes: z.array(
    z.object({
      task: z.string(),
      episode: z.string(),
      /** Absent where nobody knows how the episode ended: it was not measured, or no scorer could judge it. */
      source: z.enum(["error", "success"]).optional(),
      state: z.enum(["patched", "rejected", "no-edits", "unreadable-patch", "errored", "not-asked"]),
      reason: z.string().optional(),
      note: z.string().optional(),
      patch: z.string().optional(),
    }),
  ),
  lessons: z.array(
    z.object({
      patch: z.string(),
      /** Position in the patch's lessons. */
      lesson: z.number().int(),
      title: z.string(),
      /** Edits of its patch and how each ended: id of the applied edit it is part of, or its departure. Neither: a later step took its lines away and nothing stands on them. */
      edits: z.array(
        z.object({
          edit: z.string(),
          appliedAs: z.string().nullable(),
          departure: departureSchema.nullable(),
          /** Edit of a later step that took the last of its lines out; `appliedAs` is then the edit whose text stands where they stood. */
          supersededBy: z.string().optional(),
        }),
      ),
      /** `superseded`: it was applied, and later steps wrote over all of it. `rejected`: its analysis was, so that nobody was asked for an edit. */
      state: z.enum(["applied", "partly-applied", "superseded", "not-applied", "no-edit", "rejected"]),
      /** Why no edit carries it out, where there is more to say than that none was written. */
      note: z.string().optional(),
    }),
  ),
  departures: z.array(departureSchema),
  counts: z.record(z.string(), z.number().int()),
});
export type Coverage = z.infer<typeof coverageSchema>;
