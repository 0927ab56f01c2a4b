/** What people write about a suite: several experiments that are run one after another and shown together. */
import { z } from "zod";

const name = z.string().regex(/^[A-Za-z0-9][A-Za-z0-9._-]{0,79}$/, "expected letters, digits, dot, dash or underscore (at most 80)");

/** A value as `--set` takes it. */
const value = z.json();

export const suiteSpecSchema = z.strictObject({
  name,
  title: z.string().optional(),
  experiments: z
    .array(
      z.strictObject({
        /** A name under configs/experiments, or a YAML file, relative to the suite's. */
        experiment: z.string().min(1),
        /** Overrides by key, as with --set: `seeds.rollout: [41]`. A member with overrides runs under the name SUITE-EXPERIMENT unless `name` is among them. */
        set: z.record(z.string().min(1), value).default({}),
      }),
    )
    .min(1),
  /** Published tables (configs/tables) that are rendered when the members have run, from those that stand beside them. */
  tables: z.array(name).default([]),
});
export type SuiteSpec = z.infer<typeof suiteSpecSchema>;
