/** How people ask for many arms at once: a sweep over config values, or a factorial of who plays which stage of learning and measuring. */
import { z } from "zod";

const name = z.string().regex(/^[A-Za-z0-9][A-Za-z0-9._-]{0,79}$/, "expected letters, digits, dot, dash or underscore (at most 80)");

const branchForm = "expected a list of values, or a mapping of keys that ends in lists of values";

export type SweepBranch = readonly unknown[] | { readonly [key: string]: SweepBranch };

/** A list of values, or further keys of the path. */
const sweepBranchSchema: z.ZodType<SweepBranch> = z.lazy(() =>
  z.union([z.array(z.json()).min(1), z.record(z.string(), sweepBranchSchema)], branchForm),
);

/**
 * Config paths and the values they take: `"evolution.merge.batch_size": [2, 8, all]`, the same nested, or `arms.NAME.guidance.limit` for one arm. `evolution`, `roles`,
 * `agent` and `limits` reach every arm that they apply to and that does not set the value itself. The arm is replaced by one arm a value.
 */
export const sweepSpecSchema = z
  .object({
    /** `crossed`: every combination. `zipped`: the first values together, then the second ones. */
    combine: z.enum(["crossed", "zipped"]).optional(),
    /** Arms that are varied. Default: all that the paths reach. */
    arms: z.array(name).min(1).optional(),
  })
  .catchall(sweepBranchSchema);
export type SweepSpec = z.infer<typeof sweepSpecSchema>;

/** Stages a factorial can vary, and the roles that play them. `solver` is the model that is measured. */
export const stageRoles = {
  rollout: ["rollout"],
  diagnosis: ["error-analyst", "success-analyst"],
  patch: ["patch-writer"],
  merge: ["merger", "translator", "validator"],
  solver: [],
} as const;
export type Stage = keyof typeof stageRoles;

/** Models by level, the one expected to do better first; a list names its levels after the models. */
const modelLevels = z.union([z.array(name).min(2).max(8), z.record(name, name)], "expected a list of models, or levels with a model each");

export const factorialSpecSchema = z.strictObject({
  /** The learned arm whose stages are varied. Default: the only one there is. */
  arm: name.optional(),
  factors: z.strictObject({
    rollout: modelLevels.optional(),
    diagnosis: modelLevels.optional(),
    patch: modelLevels.optional(),
    merge: modelLevels.optional(),
    solver: modelLevels.optional(),
  }),
  /** `half`: of factors with two levels each, the runs in which an even number of factors is at its second level (defining relation: the product of all factors). */
  design: z.enum(["full", "half"]).default("full"),
});
export type FactorialSpec = z.infer<typeof factorialSpecSchema>;

/** Where an arm stands in a sweep or factorial. Filled in when it is expanded; arms written out by hand may say so themselves. */
export const sweptSchema = z.strictObject({
  by: z.enum(["sweep", "factorial"]),
  /** Name of the arm before it was expanded. */
  arm: name,
  label: z.string().optional(),
  /** Swept values by config path; levels by factor. */
  values: z.record(z.string(), z.json()),
});
export type Swept = z.infer<typeof sweptSchema>;
