import { at, type ClusterColumn, estimate, standardError, total } from "./cluster-column.ts";
import { normalCdf, normalQuantile } from "./distributions.ts";
import { type Draws, resampleColumns } from "./resample.ts";

export interface Bounds {
  readonly low: number;
  readonly high: number;
}
export interface BootstrapOptions {
  readonly level: number;
  readonly draws: Draws;
}

/**
 * Bias-corrected and accelerated interval over clusters (Efron, JASA 82, 1987; Efron & Tibshirani 1993, ch. 14), acceleration by the
 * cluster jackknife, ties counted half. It stays inside the range of the data. Meant for n ≥ 100; needs at least two different clusters.
 */
export function bcaInterval(column: ClusterColumn, { level, draws }: BootstrapOptions): Bounds {
  const { resamples } = draws;
  const theta = estimate(column);
  const replicates = resampleColumns([column], draws)[0]?.estimates ?? new Float64Array();
  let below = 0;
  for (const value of replicates) below += value < theta - 1e-12 ? 1 : value <= theta + 1e-12 ? 0.5 : 0;
  const bias = normalQuantile(Math.min(1 - 0.5 / resamples, Math.max(0.5 / resamples, below / resamples)));
  const acceleration = jackknifeAcceleration(column);
  const sorted = replicates.sort();
  const end = (p: number) => {
    const z = bias + normalQuantile(p);
    return sortedQuantile(sorted, normalCdf(bias + z / (1 - acceleration * z)));
  };
  return { low: end((1 - level) / 2), high: end((1 + level) / 2) };
}

/**
 * Studentised (bootstrap-t) interval: quantiles of (θ* − θ)/se* times the standard error (Efron & Tibshirani 1993, §12.5; second-order
 * accurate). Not range-preserving: the caller clips. Meant for n ≥ 100; needs at least two different clusters.
 */
export function studentisedInterval(column: ClusterColumn, { level, draws }: BootstrapOptions): Bounds {
  const { resamples } = draws;
  const theta = estimate(column);
  const replicates = resampleColumns([column], draws)[0];
  const ratios = new Float64Array(resamples);
  for (let b = 0; b < resamples; b++) {
    const shift = at(replicates?.estimates ?? ratios, b) - theta;
    const error = at(replicates?.errors ?? ratios, b);
    // A resample of equal clusters has no spread: infinitely far out, unless it hit the estimate itself.
    ratios[b] = error > 0 ? shift / error : Math.abs(shift) < 1e-12 ? 0 : shift * Number.POSITIVE_INFINITY;
  }
  ratios.sort();
  const se = standardError(column);
  return { low: theta - sortedQuantile(ratios, (1 + level) / 2) * se, high: theta - sortedQuantile(ratios, (1 - level) / 2) * se };
}

/** Quantile of ascending values at position p(B + 1), interpolated and kept inside the array (Davison & Hinkley 1997, eq. 5.6). */
export function sortedQuantile(sorted: Float64Array, p: number): number {
  const position = Math.min(sorted.length - 1, Math.max(0, p * (sorted.length + 1) - 1));
  const lower = Math.floor(position);
  const from = at(sorted, lower);
  const to = at(sorted, Math.min(sorted.length - 1, lower + 1));
  return from === to ? from : from + (to - from) * (position - lower);
}

function jackknifeAcceleration({ sums, weights }: ClusterColumn): number {
  const sum = total(sums);
  const weight = total(weights);
  const left = Float64Array.from(sums, (value, i) => (sum - value) / (weight - at(weights, i)));
  const mean = total(left) / left.length;
  let squares = 0;
  let cubes = 0;
  for (const value of left) {
    squares += (mean - value) ** 2;
    cubes += (mean - value) ** 3;
  }
  return squares === 0 ? 0 : cubes / (6 * squares ** 1.5);
}
