import { z } from "zod";
import { factorialDesignSchema, sweepDesignSchema } from "./ablation/ablation-design.ts";
import { paperDesignSchema } from "./paper/paper-design.ts";

export const tableMetricSchema = z.object({
  name: z.string().min(1),
  over: z.union([z.enum(["episode", "cluster-mean", "cluster-all", "attempt-any"]), z.templateLiteral(["pass@", z.number().int().min(1)])]),
  label: z.string(),
});
export type TableMetric = z.infer<typeof tableMetricSchema>;

export const tableBenchmarkSchema = z.object({
  id: z.string().min(1),
  split: z.string().min(1),
  /** Scorer of the default table. */
  scorer: z.string().min(1),
  /** All scorers whose outcomes are in the ledger; `scorer` is one of them. */
  scorers: z.array(z.string().min(1)).min(1).readonly(),
  /** Metrics of the primary scorer, the deciding one first: its difference is the one that is tested. */
  metrics: z.array(tableMetricSchema).min(1).readonly(),
  /** Metrics of scorers that have other ones than the primary scorer. */
  metricsByScorer: z.record(z.string(), z.array(tableMetricSchema).min(1).readonly()).optional(),
  /** Tasks every arm is expected to be measured on. */
  tasks: z.number().int().nonnegative(),
  /** Which part of the split they are, in words; absent: all of it, or the first ones. */
  subset: z.string().optional(),
  /** Where they are not the design's. */
  attempts: z.number().int().min(1).optional(),
});
export type TableBenchmark = z.infer<typeof tableBenchmarkSchema>;

/** What a table needs to know of an experiment beyond its ledger rows; plain JSON, stored in lock.json. */
export const tableDesignSchema = z.object({
  experiment: z.string().min(1),
  title: z.string(),
  benchmarks: z.array(tableBenchmarkSchema).min(1).readonly(),
  /** Rows of the table, in order. `solvers`: the models of this arm when they are not the design's; `["-"]` for oracle and nop. */
  arms: z
    .array(
      z.object({
        name: z.string().min(1),
        label: z.string().optional(),
        solvers: z.array(z.string()).readonly().optional(),
        /** The learned arm of which this row is one evolution seed's guidance. Arms with several of them are judged as methods. */
        candidateOf: z.string().optional(),
      }),
    )
    .min(1)
    .readonly(),
  /** Columns of the table, in order. */
  solvers: z.array(z.string()).readonly(),
  baseline: z.string().optional(),
  /** Declared comparisons [arm, reference]: the family of Holm's correction. */
  contrasts: z.array(z.tuple([z.string(), z.string()]).readonly()).readonly(),
  /** Differences smaller than this, as a fraction, do not matter: declared comparisons are also tested for equivalence. */
  margin: z.number().gt(0).lt(1).optional(),
  /** Rollout seeds. */
  seeds: z.array(z.number().int()).min(1).readonly(),
  attempts: z.number().int().min(1),
  replicas: z.number().int().min(1),
  /** Arms that are one arm in several settings. */
  sweeps: z.array(sweepDesignSchema).readonly().optional(),
  factorials: z.array(factorialDesignSchema).readonly().optional(),
  /** A published table to stand beside. */
  paper: paperDesignSchema.optional(),
});
export type TableDesign = z.infer<typeof tableDesignSchema>;

/** Solver name in ledger rows of arms that need no model (oracle, nop). */
export const noSolver = "-";
