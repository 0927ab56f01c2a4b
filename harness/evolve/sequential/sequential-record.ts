/** `sequential.json`: how a skill came about that was edited trajectory by trajectory. */
import { z } from "zod";
import { departureSchema, tracedEditSchema } from "../../core/evolution.ts";
import { hashSchema } from "../../core/record.ts";

export const sequentialStepSchema = z.object({
  /** `b` and the number of the batch, `c` and the number of the batch it came after, or `cf` for the final consolidation. Edits are numbered below it: `b007e2`. */
  id: z.string(),
  kind: z.enum(["batch", "consolidation", "final-consolidation"]),
  /** Tasks and rollout keys of the batch's trajectories; empty for consolidations. */
  tasks: z.array(z.string()),
  episodes: z.array(z.string()),
  /** Key of the call unit; null when nothing was asked. */
  call: z.string().nullable(),
  /**
   * `no-lessons`: nothing to ask about. `unreadable`: no acceptable reply, or the request does not fit the model's context. `no-edits`: nothing proposed, or nothing
   * left of it. `rolled-back`: the edited skill failed its format check, so the one before stands.
   */
  state: z.enum(["edited", "no-edits", "no-lessons", "unreadable", "rolled-back"]),
  /** Why there was no change; "" for `edited`. */
  note: z.string(),
  reasoning: z.string(),
  changelog: z.array(z.string()),
  /** Edits that were applied. `leaves` and `tasks` take in those of the edits whose lines they replaced. */
  edits: z.array(tracedEditSchema),
  /** By applied edit of a batch: the lessons it carries out, as task and position among that task's lessons. */
  lessonsOf: z.record(z.string(), z.array(z.object({ task: z.string(), lesson: z.number().int().nonnegative() }))),
  /** By edit of a batch that was proposed, whether it was applied or not: the lessons it carries out as the editor said, by the id of their patch (`standing.ts`). */
  proposed: z.record(z.string(), z.array(z.object({ patch: z.string(), lesson: z.number().int().nonnegative() }))),
  departures: z.array(departureSchema),
  /** Unified diff of the skill, "" without a change. */
  diff: z.string(),
  /** Hash of the skill after the step. */
  skill: hashSchema,
});
export type SequentialStep = z.infer<typeof sequentialStepSchema>;

export const sequentialRecordSchema = z.object({
  v: z.literal(1),
  /** Hashes of the skill at the beginning and at the end. */
  start: hashSchema,
  skill: hashSchema,
  batch: z.number().int().positive(),
  checkpointEvery: z.number().int().nonnegative(),
  finalConsolidation: z.boolean(),
  /** Logical calls, remembered ones included. */
  calls: z.number().int().nonnegative(),
  steps: z.array(sequentialStepSchema),
  /** `after`: id of the step the skill was kept after. */
  checkpoints: z.array(z.object({ after: z.string(), skill: hashSchema })),
});
export type SequentialRecord = z.infer<typeof sequentialRecordSchema>;
