/** What people write about a published table: configs/tables/<name>.yaml, and what an experiment says of its own rows and columns there. */
import { z } from "zod";

const name = z.string().regex(/^[A-Za-z0-9][A-Za-z0-9._-]{0,79}$/, "expected letters, digits, dot, dash or underscore (at most 80)");
const label = z.string().min(1).max(80);

/** A row of the publication: by its name, or by who evolved the skill, from what, with which signal. */
const publishedRowSchema = z.union([label, z.strictObject({ author: label, mode: label, signal: label })]);

export const paperColumnSchema = z.strictObject({
  /** Where our number for the column comes from. */
  benchmark: name,
  split: z.string().min(1),
  /** Name of a metric of the benchmark's primary scorer. */
  metric: z.string().min(1),
  /** How the publication prints the column. */
  printed: z.enum(["percent", "fraction"]).default("percent"),
  /** Split of the same benchmark without the tasks that skills are evolved on; where an experiment measures it, a column of its own stands beside this one. */
  without_evolve: z.string().min(1).optional(),
});

/** One arm for all models, or for each model of the publication its own. */
const armsSchema = z.union(
  [name, z.record(label, name)],
  "expected an arm, or an arm for each model: { 122B: parallel-large, 35B: parallel-small }",
);

const percentagePoints = z.string().regex(/^\d{1,2}(\.\d{1,2})? ?pp$/, 'expected percentage points such as "10pp"');

export const paperTableSpecSchema = z.strictObject({
  name,
  title: z.string().min(1),
  /** Key of the table in the file of published numbers, results/reference/paper-tables.json. */
  published: name,
  columns: z.record(label, paperColumnSchema),
  /** A mean over groups of columns, each group being the mean of its columns over all models. */
  average: z.strictObject({ label, groups: z.array(z.array(label).min(1)).min(1) }).optional(),
  /** "agrees" is said only where a difference of more than this would have been detected. */
  margin: percentagePoints.default("10pp"),
  /** Which arm stands for which published row. `baseline`: the arm of the row that the publication compares it with. */
  rows: z.array(z.strictObject({ arm: armsSchema, published: publishedRowSchema, baseline: armsSchema.optional() })).min(1),
});
export type PaperTableSpec = z.infer<typeof paperTableSpecSchema>;

/** What an experiment adds: who plays the publication's models, and where it measures a column elsewhere than the table says. */
export const experimentPaperSchema = z.strictObject({
  /** A file of configs/tables, without .yaml. */
  table: name,
  /** The publication's name of a model → one of the experiment's solvers. */
  models: z.record(label, name),
  /** Split in which a column is measured here. */
  splits: z.record(label, z.string().min(1)).default({}),
});
