import { z } from "zod";

/** A published table beside which an experiment's numbers are shown: plain JSON, stored in lock.json. Numbers are fractions. */
export const paperDesignSchema = z.object({
  table: z.string(),
  title: z.string(),
  models: z.array(z.object({ published: z.string(), solver: z.string() })).readonly(),
  columns: z.array(z.object({ label: z.string(), benchmark: z.string(), split: z.string(), metric: z.string() })).readonly(),
  average: z.object({ label: z.string(), groups: z.array(z.array(z.string()).readonly()).readonly() }).optional(),
  rows: z
    .array(
      z.object({
        arm: z.string(),
        /** Its name in the publication. */
        published: z.string(),
        /** By model and column as "122B/Vrf", and the average by its label. */
        numbers: z.record(z.string(), z.number()),
      }),
    )
    .readonly(),
});
export type PaperDesign = z.infer<typeof paperDesignSchema>;

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
