/** How long the simulated endpoint thinks before it answers. Drawn per arrival; never part of a reply. */
import { UsageError } from "../core/errors.ts";
import { uniformAt } from "./uniform-at.ts";

/** `lognormal`: median exp(mu) in milliseconds, `sigma` of the logarithm, cut at `maxMs` (default 20 × the median). */
export type LatencySpec =
  | { readonly kind: "fixed"; readonly ms: number }
  | { readonly kind: "lognormal"; readonly medianMs: number; readonly sigma: number; readonly seed?: number; readonly maxMs?: number };

/** Milliseconds to wait before answering the `arrival`-th request. Throws UsageError for negative or non-finite parameters. */
export function latencyModel(spec: LatencySpec): (arrival: number) => number {
  for (const [key, value] of Object.entries(spec)) {
    if (key !== "kind" && key !== "seed" && !(typeof value === "number" && Number.isFinite(value) && value >= 0))
      throw new UsageError(`Latency parameter "${key}" must be a number of at least 0, not ${String(value)}; correct it.`);
  }
  if (spec.kind === "fixed") return () => spec.ms;
  const seed = spec.seed ?? 0;
  const maxMs = spec.maxMs ?? spec.medianMs * 20;
  return (arrival) => {
    const u = Math.max(uniformAt(seed, 2, arrival), Number.EPSILON);
    const normal = Math.sqrt(-2 * Math.log(u)) * Math.cos(2 * Math.PI * uniformAt(seed, 3, arrival));
    return Math.min(maxMs, spec.medianMs * Math.exp(spec.sigma * normal));
  };
}
