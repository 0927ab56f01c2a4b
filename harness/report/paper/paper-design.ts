import { z } from "zod";

/** An arm for all models, or by the publication's name of the model. */
const armsSchema = z.union([z.string(), z.record(z.string(), z.string())]);
export type Arms = z.infer<typeof armsSchema>;

/** A published table beside which an experiment's numbers are shown: plain JSON, stored in lock.json. Numbers are fractions. */
export const paperDesignSchema = z.object({
  table: z.string(),
  title: z.string(),
  /** `name`: what the publication calls the model in full. */
  models: z.array(z.object({ published: z.string(), solver: z.string(), name: z.string().optional() })).readonly(),
  columns: z
    .array(
      z.object({
        label: z.string(),
        benchmark: z.string(),
        split: z.string(),
        metric: z.string(),
        /** Another column of ours over the same tasks without those that skills are evolved on; it was not published. */
        besides: z.string().optional(),
      }),
    )
    .readonly(),
  average: z.object({ label: z.string(), groups: z.array(z.array(z.string()).readonly()).readonly() }).optional(),
  /** A fraction: "agrees" is said only where a larger difference would have been detected. */
  margin: z.number().optional(),
  /** What the publication states about how its numbers were made. */
  protocol: z.object({ seeds: z.number().int(), maxTurns: z.number().int(), mergeBatch: z.number().int() }).optional(),
  rows: z
    .array(
      z.object({
        arm: armsSchema,
        /** Its name in the publication. */
        published: z.string(),
        baseline: armsSchema.optional(),
        /** By model and column as "122B/Vrf", and the average by its label. */
        numbers: z.record(z.string(), z.number()),
        /** What else the publication prints in the row, as printed. */
        further: z.record(z.string(), z.number()).optional(),
      }),
    )
    .readonly(),
});
export type PaperDesign = z.infer<typeof paperDesignSchema>;
export type PaperRow = PaperDesign["rows"][number];

/** Which arm stands for a row with one of the publication's models; undefined when none does. */
export function armOf(arms: Arms, model: string): string | undefined {
  return typeof arms === "string" ? arms : arms[model];
}

/** Every arm named, each once. */
export function armNames(arms: Arms): readonly string[] {
  return typeof arms === "string" ? [arms] : [...new Set(Object.values(arms))];
}

/** The key of a number in `numbers`. */
export function numberKey(model: string, column: string): string {
  return `${model}/${column}`;
}

/**
 * Mean over groups of the mean of a group's columns over all models, the formula of the paper's Avg; null when one of the numbers is missing.
 * `of` gives the number of a model in a column.
 */
export function averageOf(
  groups: readonly (readonly string[])[],
  models: readonly string[],
  of: (model: string, column: string) => number | null,
): number | null {
  const means: number[] = [];
  for (const group of groups) {
    const values = group.flatMap((column) => models.map((model) => of(model, column)));
    const known = values.filter((value) => value !== null);
    if (known.length === 0 || known.length < values.length) return null;
    means.push(known.reduce((sum, value) => sum + value, 0) / known.length);
  }
  return means.length === 0 ? null : means.reduce((sum, mean) => sum + mean, 0) / means.length;
}
