import type { Bounds } from "./bootstrap-intervals.ts";
import { at, type ClusterColumn, estimate, total } from "./cluster-column.ts";
import { studentQuantile } from "./distributions.ts";
import { satterthwaiteDf } from "./satterthwaite.ts";

/** What a method's mean over evolution seeds and tasks is worth, both taken as drawn at random. */
export interface CrossedInterval extends Bounds {
  readonly estimate: number;
  readonly level: number;
  readonly method: "crossed";
  /** Clusters that every evolution seed was measured on. */
  readonly n: number;
  readonly se: number;
  readonly df: number;
  /** Two-sided, of "the mean is 0"; 0 and this are on the same side of the interval's bounds. */
  readonly p: number;
  /** One estimate per evolution seed, in the order given. */
  readonly seeds: readonly number[];
  /** t interval over the seeds' estimates: these tasks only, evolution random. */
  readonly seedLevel: Bounds;
  /** Mean squares over evolution seeds, clusters, and what is left, per cluster and seed. */
  readonly meanSquares: { readonly evolution: number; readonly clusters: number; readonly rest: number };
}

/**
 * Interval and test for the mean of columns, one per evolution seed, over clusters crossed with seeds (y = μ + seed + cluster + rest); null below two seeds or two shared clusters.
 * The variance of the mean is that of the seeds' part, max(0, MSₛ − MSᵣ)/Sn with S − 1 degrees of freedom, plus the clusters' part MS꜀/Sn with n − 1 (Searle, Casella & McCulloch,
 * Variance Components, 1992, §4.3). They are joined by half-width² = t²ₛ₋₁ · first + t²ₙ₋₁ · second (Banerjee, Sankhyā A 23, 1961), which keeps its level with three seeds, where
 * Satterthwaite's approximation covers 92 to 93 %. Ratio columns are linearised: weights of unequal clusters move with their sums. Nothing is clipped unless a range is given.
 */
export function crossedInterval(
  columns: readonly ClusterColumn[],
  { level = 0.95, range }: { readonly level?: number; readonly range?: Bounds } = {},
): CrossedInterval | null {
  const shared = sharedClusters(columns);
  const S = columns.length;
  const n = shared[0]?.sums.length ?? 0;
  if (S < 2 || n < 2) return null;
  const { mean, evolution, clusters, rest } = meanSquares(shared);
  const parts = [
    { variance: Math.max(0, evolution - rest) / (S * n), df: S - 1 },
    { variance: clusters / (S * n), df: n - 1 },
  ];
  const half = (of: number): number =>
    Math.sqrt(parts.reduce((sum, { variance, df }) => sum + (variance === 0 ? 0 : studentQuantile((1 + of) / 2, df) ** 2 * variance), 0));
  const seeds = shared.map(estimate);
  return {
    estimate: mean,
    ...clip({ low: mean - half(level), high: mean + half(level) }, range),
    level,
    method: "crossed",
    n,
    se: Math.sqrt(parts.reduce((sum, { variance }) => sum + variance, 0)),
    df: satterthwaiteDf(parts),
    p: exceedance(Math.abs(mean), half),
    seeds,
    seedLevel: clip(studentBounds(seeds, level), range),
    meanSquares: { evolution, clusters, rest },
  };
}

/** The columns on the clusters that all of them have. */
function sharedClusters(columns: readonly ClusterColumn[]): readonly ClusterColumn[] {
  const names = (columns[0]?.clusters ?? []).filter((name) => columns.every(({ clusters }) => clusters.includes(name)));
  if (columns.every(({ clusters }) => clusters.length === names.length)) return columns;
  return columns.map(({ clusters, sums, weights }) => {
    const position = new Map(clusters.map((name, i) => [name, i]));
    const take = (values: Float64Array) => Float64Array.from(names, (name) => at(values, position.get(name) ?? 0));
    return { clusters: names, sums: take(sums), weights: take(weights) };
  });
}

function meanSquares(columns: readonly ClusterColumn[]) {
  const S = columns.length;
  const n = columns[0]?.sums.length ?? 0;
  const weight = columns.reduce((sum, column) => sum + total(column.weights), 0);
  const mean = columns.reduce((sum, column) => sum + total(column.sums), 0) / weight;
  const typical = weight / (S * n);
  const ofSeed = new Float64Array(S);
  const ofCluster = new Float64Array(n);
  let squares = 0;
  columns.forEach(({ sums, weights }, s) => {
    for (let c = 0; c < n; c++) {
      const deviation = (at(sums, c) - mean * at(weights, c)) / typical;
      ofSeed[s] = at(ofSeed, s) + deviation / n;
      ofCluster[c] = at(ofCluster, c) + deviation / S;
      squares += deviation ** 2;
    }
  });
  const seedSquares = n * ofSeed.reduce((sum, d) => sum + d * d, 0);
  const clusterSquares = S * ofCluster.reduce((sum, d) => sum + d * d, 0);
  return {
    mean,
    evolution: seedSquares / (S - 1),
    clusters: clusterSquares / (n - 1),
    rest: Math.max(0, squares - seedSquares - clusterSquares) / ((S - 1) * (n - 1)),
  };
}

/** The p value whose interval ends at 0. */
function exceedance(distance: number, half: (level: number) => number): number {
  if (distance === 0 || half(0.5) === 0) return distance === 0 ? 1 : 0;
  let low = 0;
  let high = 1;
  for (let i = 0; i < 60; i++) {
    const p = (low + high) / 2;
    if (half(1 - p) > distance) low = p;
    else high = p;
  }
  return (low + high) / 2;
}

function studentBounds(values: readonly number[], level: number): Bounds {
  const k = values.length;
  const mean = values.reduce((sum, value) => sum + value, 0) / k;
  const variance = values.reduce((sum, value) => sum + (value - mean) ** 2, 0) / (k - 1);
  const half = studentQuantile((1 + level) / 2, k - 1) * Math.sqrt(variance / k);
  return { low: mean - half, high: mean + half };
}

const clip = ({ low, high }: Bounds, range: Bounds | undefined): Bounds =>
  range === undefined ? { low, high } : { low: clamp(low, range), high: clamp(high, range) };
const clamp = (value: number, { low, high }: Bounds): number => Math.min(high, Math.max(low, value));
