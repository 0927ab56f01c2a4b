import { z } from "zod";
import { UsageError } from "../../core/errors.ts";
import type { ResultFile, ResultRow, TakeOptions } from "./result-file.ts";

/** eval_official_results.json of the public release: one result an instance. */
const schema = z.object({
  results: z
    .array(
      z.object({
        id: z.union([z.string(), z.number()]),
        instruction_type: z.string().nullish(),
        success: z.boolean().optional(),
        error: z.unknown().optional(),
        soft_score: z.number().optional(),
        hard_score: z.number().optional(),
      }),
    )
    .min(1),
});

export function isReleaseResults(value: unknown): boolean {
  return typeof value === "object" && value !== null && "results" in value && Array.isArray(value.results);
}

const fields = { soft: "soft_score", hard: "hard_score" } as const;

/**
 * The release's scores by instance. An instance that never came to a comparison has no score there and is left out of the release's own averages; it is ungraded here, too.
 * `cluster` may be instruction_type. Throws UsageError.
 */
export function readReleaseResults(name: string, value: unknown, options: TakeOptions): ResultFile {
  const parsed = schema.safeParse(value);
  if (!parsed.success)
    throw new UsageError(
      `${name} is no eval_official_results.json as the public release writes it; expected results with id, soft_score and hard_score`,
    );
  const wanted = options.score ?? "soft_score";
  if (wanted !== "soft_score" && wanted !== "hard_score")
    throw new UsageError(`${name} has no score "${wanted}"; it has soft_score and hard_score: choose one with --score`);
  if (options.cluster !== undefined && options.cluster !== "instruction_type")
    throw new UsageError(`${name} has no field "${options.cluster}" to cluster by; it has instruction_type`);
  const rows = parsed.data.results.map((result): ResultRow => {
    const { soft_score: soft, hard_score: hard } = result;
    const graded = soft !== undefined && hard !== undefined;
    return {
      task: String(result.id),
      cluster: options.cluster === undefined ? null : (result.instruction_type ?? null),
      seed: "",
      score: graded ? { value: wanted === "soft_score" ? soft : hard, passed: hard === 1, metrics: { soft, hard } } : null,
      state: graded ? "graded" : "ungraded",
      where: `result ${result.id}`,
    };
  });
  const metrics =
    options.score === undefined
      ? (["soft", "hard"] as const).map((metric) => ({
          name: metric,
          over: "episode" as const,
          label: metric === "soft" ? "Soft" : "Hard",
        }))
      : [];
  return {
    name,
    format: "release results",
    took: options.score === undefined ? Object.values(fields).join(" and ") : wanted,
    metrics,
    rows,
  };
}
