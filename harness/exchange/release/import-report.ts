import { z } from "zod";

/** What rows and lock files of such experiments say of themselves. */
export const importedFrom = "release";

/** What one import found, as it is kept in `imports/` of the experiment. */
export const importReportSchema = z.object({
  v: z.literal(1),
  from: z.string(),
  /** Last part of the folder's name. */
  folder: z.string(),
  arm: z.string(),
  model: z.string(),
  seed: z.number().int(),
  split: z.string(),
  planned: z.number().int(),
  graded: z.number().int(),
  passed: z.number().int(),
  withLog: z.number().int(),
  /** Stored verdicts that could be held against ours, and those that differ. */
  compared: z.number().int(),
  differences: z.array(
    z.object({ task: z.string(), theirs: z.boolean(), theirMessage: z.string(), ours: z.boolean(), ourMessage: z.string() }),
  ),
  /** What is missing or could not be read, task by task. */
  tasks: z.array(z.object({ task: z.string(), note: z.string() })),
  /** The same of files that belong to no task. */
  problems: z.array(z.string()),
  /** Whether the ledger had exactly these rows before. */
  unchanged: z.boolean(),
});
export type ImportReport = z.infer<typeof importReportSchema>;
