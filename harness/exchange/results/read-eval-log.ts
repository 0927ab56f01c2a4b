import { z } from "zod";
import { UsageError } from "../../core/errors.ts";
import { listed } from "./read-records.ts";
import type { ResultFile, ResultRow, TakeOptions } from "./result-file.ts";

/** What is taken from an Inspect AI log in JSON (https://inspect.aisi.org.uk/eval-logs.html): samples with their scores by scorer. Everything else may be there. */
const evalLogSchema = z.object({
  eval: z.object({ task: z.string().optional(), model: z.string().optional() }).optional(),
  status: z.string().optional(),
  samples: z.array(
    z.object({
      id: z.union([z.string(), z.number()]),
      epoch: z.number().int().default(1),
      scores: z.record(z.string(), z.object({ value: z.unknown() })).nullish(),
      metadata: z.record(z.string(), z.unknown()).nullish(),
      error: z.unknown().optional(),
    }),
  ),
});

export function isEvalLog(value: unknown): boolean {
  return typeof value === "object" && value !== null && "eval" in value && ("samples" in value || "status" in value);
}

/** Samples of an Inspect log. `score` names a scorer, or a part of its value as scorer.part; `cluster` a field of the samples' metadata. Throws UsageError. */
export function readEvalLog(name: string, value: unknown, options: TakeOptions): ResultFile {
  const parsed = evalLogSchema.safeParse(value);
  if (!parsed.success || parsed.data.samples.length === 0)
    throw new UsageError(
      `${name} is an Inspect log without readable samples; write it with samples (\`inspect log dump\`, not --header-only) and try again`,
    );
  const { samples } = parsed.data;
  const scorers = [...new Set(samples.flatMap(({ scores }) => Object.keys(scores ?? {})))];
  const wanted = options.score ?? scorers[0];
  if (wanted === undefined) throw new UsageError(`${name} has no scores; score the log first (\`inspect score\`)`);
  const scorer = scorers.includes(wanted) ? wanted : (scorers.find((one) => wanted.startsWith(`${one}.`)) ?? wanted);
  if (!scorers.includes(scorer))
    throw new UsageError(`${name} has no scorer "${wanted}"; it has ${listed(scorers)}: choose one with --score`);
  const part = scorer === wanted ? undefined : wanted.slice(scorer.length + 1);
  const { cluster } = options;
  if (cluster !== undefined && samples.every(({ metadata }) => metadata?.[cluster] === undefined)) {
    const fields = [...new Set(samples.flatMap(({ metadata }) => Object.keys(metadata ?? {})))];
    throw new UsageError(`${name} has no metadata "${cluster}" in its samples; it has ${listed(fields)}`);
  }
  const rows = samples.map((sample): ResultRow => {
    const own = sample.scores?.[scorer];
    const errored = sample.error !== undefined && sample.error !== null;
    const where = `sample ${sample.id} epoch ${sample.epoch}`;
    const number = own === undefined ? null : toNumber(partOf(own.value, part), `${name} ${where}`, scorer);
    const group = cluster === undefined ? undefined : sample.metadata?.[cluster];
    return {
      task: String(sample.id),
      cluster: group === undefined || group === null ? null : String(group),
      seed: String(sample.epoch),
      score: number === null || errored ? null : { value: number, passed: number === 1 },
      state: errored ? "errored" : number === null ? "ungraded" : "graded",
      where,
    };
  });
  const others = scorers.filter((one) => one !== scorer);
  return {
    name,
    format: "Inspect log",
    took: `scorer ${wanted}${others.length === 0 ? "" : ` (also there: ${listed(others)})`}`,
    metrics: [],
    rows,
  };
}

function partOf(value: unknown, part: string | undefined): unknown {
  if (part === undefined) return value;
  return typeof value === "object" && value !== null ? Object.entries(value).find(([key]) => key === part)?.[1] : undefined;
}

/** Inspect's own reading of values: C and I, P (partial) and N (no answer), yes and no, numbers. */
const letters: Readonly<Record<string, number>> = { C: 1, P: 0.5, I: 0, N: 0, yes: 1, no: 0, true: 1, false: 0 };

function toNumber(value: unknown, where: string, scorer: string): number | null {
  if (value === null || value === undefined) return null;
  if (typeof value === "boolean") return value ? 1 : 0;
  if (typeof value === "number") return Number.isFinite(value) ? value : null;
  if (typeof value === "string") {
    const known = letters[value] ?? letters[value.toLowerCase()];
    if (known !== undefined) return known;
    if (value.trim() !== "" && Number.isFinite(Number(value))) return Number(value);
    throw new UsageError(`${where} has the value "${value.slice(0, 40)}" from scorer ${scorer}, expected a number, C, I, P or N`);
  }
  const parts = typeof value === "object" ? Object.keys(value) : [];
  throw new UsageError(
    `${where}: scorer ${scorer} gives several values; choose one with --score, for example ${parts
      .slice(0, 3)
      .map((one) => `${scorer}.${one}`)
      .join(" or ")}`,
  );
}
