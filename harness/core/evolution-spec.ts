/** Settings of skill evolution as people write them. Every field may be left out; what it is then stands in `evolutionPresets` (core/evolution-presets.ts). */
import { z } from "zod";
import { stepProgramShape } from "./program-spec.ts";

const name = z.string().regex(/^[A-Za-z0-9][A-Za-z0-9._-]{0,79}$/, "expected letters, digits, dot, dash or underscore (at most 80)");

/**
 * The start skill S0: a directory (deepening, or creation from a shipped draft), or a draft the author writes from its own knowledge (creation).
 * `none`: trajectories without a skill, for guidance that is not an edited skill (bank, one-shot, trajectories).
 */
export const startSpecSchema = z.union(
  [z.enum(["draft", "none"]), z.strictObject({ skill: z.string().min(1) })],
  "expected draft, none or { skill: DIRECTORY }",
);

/**
 * What people put into the method that trajectories do not say, each to be left out by itself. `asymmetry`: failures get an agent with a sandbox, successes a single call.
 * `prevalence`: what recurs leads, in prompts and by the threshold. `guardrails`: pairs kept whole, conflicts withheld, sizes and format checked. `style`: how the skill is to be
 * written. `perspective`: lessons are written from where the agent stands, and never speak of a reference.
 */
export const priors = ["asymmetry", "prevalence", "guardrails", "style", "perspective"] as const;
export type Without = readonly (typeof priors)[number][];

const shareOfAnalyses =
  "expected a share of the analyses above 0 and up to 1 (write { share: 0.9 } to go on with nine in ten, or all to wait for every one)";

export const signalsSchema = z.enum(["error", "success", "combined"]);

const roleSettings = z.strictObject({ model: name.optional(), sampling: name.optional() });

export const evolutionSpecSchema = z.strictObject({
  /** Priors to do without, to see what they are worth. Default: none. */
  without: z.array(z.enum(priors)).optional(),
  /** Where unset fields come from. */
  preset: z.enum(["as-paper", "as-released"]).optional(),
  /** Split the trajectories come from; default: the benchmark's evolve split that belongs to the first benchmark of the experiment. */
  benchmark: name.optional(),
  split: z.string().min(1).optional(),
  limit: z.number().int().positive().optional(),
  start: startSpecSchema.optional(),
  /** The paper's Skill Author: plays every role that has no model of its own under `roles`, and makes the trajectories. */
  author: name.optional(),
  signals: signalsSchema.optional(),
  /** Analyses that are there already, in the release's record format: files or directories. They take the place of episodes and analysts. */
  records: z.array(z.string().min(1)).min(1).optional(),
  /** Roles of this evolution; they override the experiment's `roles`. */
  roles: z
    .strictObject({
      rollout: roleSettings.optional(),
      "error-analyst": roleSettings.optional(),
      "success-analyst": roleSettings.optional(),
      "patch-writer": roleSettings.optional(),
      merger: roleSettings.optional(),
      translator: roleSettings.optional(),
      drafter: roleSettings.optional(),
      validator: roleSettings.optional(),
    })
    .optional(),
  analysts: z
    .strictObject({
      /** `agentic`: own sandbox, certified fix. `single-call`: the log alone (+Error LLM). */
      error: z.enum(["agentic", "single-call"]).optional(),
      max_turns: z.number().int().min(1).max(1000).optional(),
      max_lessons: z.number().int().min(1).max(20).optional(),
      /** Analyses under way at once; of single-call ones up to twice as many, because writing one down overlaps with asking for the next. Calls at once are bounded by the concurrency of the endpoint. */
      concurrency: z.number().int().min(1).max(4096).optional(),
    })
    .optional(),
  /** Somebody else's program in the place of both analysts: reads an episode's trajectory, prints lessons (schemas `analysis-input`, `analysis-output`). */
  analyst: z.strictObject(stepProgramShape).partial().optional(),
  /** With a `command`, somebody else's program joins the patches of a group (schemas `merge-input`, `merge-output`). */
  merge: z
    .strictObject({
      /** B_merge: patches joined by one call. */
      batch_size: z
        .union([z.number().int().min(2).max(4096), z.literal("all")], "expected a whole number from 2 to 4096, or all")
        .optional(),
      max_levels: z.number().int().min(1).max(20).optional(),
      grouping: z.enum(["task-order", "shuffle", "section", "similarity"]).optional(),
      leftovers: z.enum(["balanced", "as-released"]).optional(),
      ...stepProgramShape,
      command: stepProgramShape.command.optional(),
    })
    .optional(),
  prevalence: z
    .strictObject({
      /** Distinct tasks an edit needs behind it: a number from 1 on, or a share below 1 of the analysed episodes' tasks. */
      min_support: z.union([z.number().int().min(1), z.number().gt(0).lt(1)]).optional(),
      /** What happens to edits below it. */
      below: z.enum(["references", "drop", "keep"]).optional(),
    })
    .optional(),
  /** Who decides between conflicting edits: support, or one synthesis call each. */
  conflicts: z.enum(["support", "synthesis"]).optional(),
  sizes: z
    .strictObject({
      skill_lines: z.number().int().min(20).optional(),
      reference_lines: z.number().int().min(20).optional(),
      references: z.number().int().min(0).optional(),
    })
    .optional(),
  /** Ask the translator about edits whose anchors do not resolve; else they are withheld. */
  translate: z.boolean().optional(),
  repair_rounds: z.number().int().min(0).max(10).optional(),
  /** Replies to one call in all, first included, until it is given up as unreadable. */
  reply_rounds: z.number().int().min(1).max(10).optional(),
  /** Analyses that must be there before they are merged. */
  require: z
    .union(
      [
        z.literal("all"),
        z.strictObject({ share: z.number(shareOfAnalyses).gt(0, shareOfAnalyses).lte(1, shareOfAnalyses) }, shareOfAnalyses),
      ],
      shareOfAnalyses,
    )
    .optional(),
  select: z
    .strictObject({
      /** `validation`: the evolution seed whose skill does best on the evolve split. `first`: the first seed, nothing is spent. */
      by: z.enum(["validation", "first"]).optional(),
      /** Share of the evolve tasks kept out of evolution and used for validation only; 0: validated on the tasks evolved from, as in the paper. */
      held_out: z.number().min(0).lt(1).optional(),
      /** `all`: every seed's skill is also measured on the test splits, so that selection can be judged. */
      measure: z.enum(["selected", "all"]).optional(),
    })
    .optional(),
});
export type EvolutionSpec = z.infer<typeof evolutionSpecSchema>;

/** Guidance learned from trajectories: each kind takes the experiment's `evolution` and overrides it. */
const shape = evolutionSpecSchema.shape;
export const learnedGuidanceSchemas = [
  z.strictObject({ kind: z.literal("evolved"), ...shape }),
  z.strictObject({
    kind: z.literal("sequential"),
    ...shape,
    /** Trajectories per edit of the skill (paper: 1 and 4). */
    batch: z.number().int().min(1).default(1),
    /** A checkpoint, after a consolidation call, every so many batches; 0: none. */
    checkpoint_every: z.number().int().min(0).default(0),
    final_consolidation: z.boolean().default(false),
  }),
  z.strictObject({
    kind: z.literal("bank"),
    ...shape,
    top_k: z.number().int().min(1).max(100).default(1),
    /** `lexical`: local, deterministic. `endpoint`: /v1/embeddings of the embedder role's model. */
    embedder: z.enum(["lexical", "endpoint"]).default("lexical"),
  }),
  /** Control: one call that sees trajectories and writes the whole skill. */
  z.strictObject({ kind: z.literal("one-shot"), ...shape, max_chars: z.number().int().min(1000).default(200_000) }),
  /** Control: trajectories themselves in the system prompt. */
  z.strictObject({
    kind: z.literal("trajectories"),
    ...shape,
    count: z.number().int().min(1).default(4),
    max_chars: z.number().int().min(1000).default(60_000),
  }),
  /** Control: text about something else, as long as the skill of another arm. */
  z.strictObject({ kind: z.literal("irrelevant"), like: name }),
  /** Control: the sentences of another arm's skill in shuffled order and layout. */
  z.strictObject({ kind: z.literal("shuffled"), of: name, seed: z.number().int().default(0) }),
] as const;
