import { z } from "zod";

const armPlace = {
  /** Row of the results table. */
  arm: z.string().min(1),
  label: z.string(),
  /** Arms of the ledger whose episodes count for it: one for every evolution seed that is measured. */
  members: z.array(z.string().min(1)).min(1).readonly(),
};

/** An arm in several values of some settings. */
export const sweepDesignSchema = z.object({
  /** The arm that was varied. */
  arm: z.string().min(1),
  label: z.string(),
  /** Config paths. */
  keys: z.array(z.string().min(1)).min(1).readonly(),
  points: z
    .array(z.object({ ...armPlace, values: z.record(z.string(), z.json()) }))
    .min(1)
    .readonly(),
});
export type SweepDesign = z.infer<typeof sweepDesignSchema>;

/** An arm whose stages were played by different models. */
export const factorialDesignSchema = z.object({
  arm: z.string().min(1),
  label: z.string(),
  fraction: z.enum(["full", "half"]),
  factors: z
    .array(
      z.object({
        name: z.string().min(1),
        levels: z
          .array(z.object({ name: z.string().min(1), model: z.string().min(1) }))
          .min(2)
          .readonly(),
      }),
    )
    .min(2)
    .readonly(),
  runs: z
    .array(
      z.object({
        ...armPlace,
        /** Whose episodes count, where the solver is a factor; absent: any one solver's. */
        solver: z.string().optional(),
        levels: z.record(z.string(), z.string()),
      }),
    )
    .min(1)
    .readonly(),
});
export type FactorialDesign = z.infer<typeof factorialDesignSchema>;
