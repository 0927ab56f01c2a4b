import { studentQuantile } from "./distributions.ts";

const alpha = 0.05;
const power = 0.8;

/**
 * Smallest true difference that a two-sided 5 % test would find with 80 % power: (t₀.₉₇₅ + t₀.₈₀) · se. Bloom, Evaluation Review 19, 1995.
 * NaN without a standard error (below two clusters).
 */
export function minimumDetectable(spread: { readonly se: number; readonly df: number }): number {
  return (studentQuantile(1 - alpha / 2, spread.df) + studentQuantile(power, spread.df)) * spread.se;
}

/** Spread of paired differences split into what more tasks and what more repetitions would average out. */
export interface PairedVariance {
  readonly betweenClusters: number;
  /** 0 when the pilot had one repetition: then it is contained in `betweenClusters`. */
  readonly withinClusters: number;
  readonly clusters: number;
}

/**
 * Variance components of a pilot: `differences[i]` holds cluster i's paired differences, one per repetition. One-way random effects,
 * unequal repetitions allowed (Searle, Casella & McCulloch, Variance Components, 1992, §3.6); a negative between-component is 0.
 * Throws a RangeError below two clusters, because nothing can be planned from one.
 */
export function pairedVariance(differences: readonly (readonly number[])[]): PairedVariance {
  const groups = differences.filter((group) => group.length > 0);
  const k = groups.length;
  if (k < 2) throw new RangeError(`a pilot needs at least two clusters with paired differences, this one has ${k}`);
  const n = groups.reduce((sum, group) => sum + group.length, 0);
  const mean = (values: readonly number[]) => values.reduce((sum, value) => sum + value, 0) / values.length;
  const grand = mean(groups.flat());
  const between = groups.reduce((sum, group) => sum + group.length * (mean(group) - grand) ** 2, 0) / (k - 1);
  if (n === k) return { betweenClusters: between, withinClusters: 0, clusters: k };
  const within = groups.reduce((sum, group) => sum + group.reduce((s, value) => s + (value - mean(group)) ** 2, 0), 0) / (n - k);
  const typical = (n - groups.reduce((sum, group) => sum + group.length ** 2, 0) / n) / (k - 1);
  return { betweenClusters: Math.max(0, (between - within) / typical), withinClusters: within, clusters: k };
}

/** The detectable difference of a planned run of `clusters` × `repetitions`, from a pilot's variance. */
export function plannedDetectable(variance: PairedVariance, plan: { readonly clusters: number; readonly repetitions: number }): number {
  const se = Math.sqrt((variance.betweenClusters + variance.withinClusters / plan.repetitions) / plan.clusters);
  return minimumDetectable({ se, df: plan.clusters - 1 });
}

/** Fewest clusters with which a planned run would detect `difference`; Infinity when 10⁷ are not enough. */
export function clustersNeeded(variance: PairedVariance, plan: { readonly difference: number; readonly repetitions: number }): number {
  const enough = (clusters: number) => plannedDetectable(variance, { clusters, repetitions: plan.repetitions }) <= plan.difference;
  if (!enough(1e7)) return Number.POSITIVE_INFINITY;
  let low = 1;
  let high = 1e7;
  while (high - low > 1) {
    const middle = Math.floor((low + high) / 2);
    if (enough(middle)) high = middle;
    else low = middle;
  }
  return high;
}
