import type { Bounds } from "./bootstrap-intervals.ts";
import { at, type ClusterColumn, estimate, total } from "./cluster-column.ts";
import { studentQuantile } from "./distributions.ts";
import { satterthwaiteDf, type VarianceEstimate } from "./satterthwaite.ts";

/** What a method's mean over evolution seeds and tasks is worth, both taken as drawn at random. */
export interface CrossedInterval extends Bounds {
  readonly estimate: number;
  readonly level: number;
  readonly method: "crossed";
  /** Clusters that every evolution seed was measured on. */
  readonly n: number;
  readonly se: number;
  readonly df: number;
  /** Estimated parts of the mean's variance: evolution seeds, clusters. */
  readonly parts: readonly [VarianceEstimate, VarianceEstimate];
  /** One estimate per evolution seed, in the order given. */
  readonly seeds: readonly number[];
  /** t interval over the seeds' estimates: these tasks only, evolution random. */
  readonly seedLevel: Bounds;
  /** Mean squares over evolution seeds, clusters, and what is left, per cluster and seed. */
  readonly meanSquares: { readonly evolution: number; readonly clusters: number; readonly rest: number };
}

/**
 * The seeds' part of n·S·Var(mean), from the mean squares of evolution seeds and of what is left. The unbiased MSₛ − MSᵣ, cut off at 0, covers 91 % with three seeds where evolution
 * noise is a few times what is left (MSₛ is below MSᵣ by chance every seventh time there); counting MSₛ always covers 98 to 99 % where there is none. This stands between: nothing up to
 * 1.05 MSᵣ, soon more than the unbiased one by 1.2/(S − 1) of MSᵣ, and a steep line between the two. Found by integrating over the mean squares' distributions: with 3, 5 and 10
 * seeds 93.1 to 96.7 % whatever the noise, as soon as clusters differ a little (MS꜀ from 1.3 MSᵣ on). Two seeds tell noise from chance so badly that MSₛ always counts.
 */
export function seedsVariance({ evolution, rest }: { readonly evolution: number; readonly rest: number }, seeds: number): number {
  if (seeds === 2) return evolution;
  const above = evolution - (1 - 1.2 / (seeds - 1)) * rest;
  return Math.max(0, Math.min(above, 10 * (evolution - 1.05 * rest)));
}

/**
 * Interval and test for the mean of columns, one per evolution seed, over clusters crossed with seeds (y = μ + seed + cluster + rest); null below two seeds or two shared clusters.
 * The variance of the mean is that of the seeds' part (`seedsVariance`) over Sn with S − 1 degrees of freedom, plus the clusters' part MS꜀/Sn with n − 1 (Searle, Casella & McCulloch,
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
  const parts: CrossedInterval["parts"] = [
    { variance: seedsVariance({ evolution, rest }, S) / (S * n), df: S - 1 },
    { variance: clusters / (S * n), df: n - 1 },
  ];
  const half = halfWidth(parts, level);
  const seeds = shared.map(estimate);
  return {
    estimate: mean,
    ...clip({ low: mean - half, high: mean + half }, range),
    level,
    method: "crossed",
    n,
    se: Math.sqrt(parts.reduce((sum, { variance }) => sum + variance, 0)),
    df: satterthwaiteDf(parts),
    parts,
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

/** Two-sided p value of "the mean is 0": the level at which the interval ends there. */
export function crossedP({ estimate, parts }: Pick<CrossedInterval, "estimate" | "parts">): number {
  const distance = Math.abs(estimate);
  if (distance === 0) return 1;
  if (parts.every(({ variance }) => variance === 0)) return 0;
  let low = 0;
  let high = 1;
  for (let i = 0; i < 45; i++) {
    const p = (low + high) / 2;
    if (halfWidth(parts, 1 - p) > distance) low = p;
    else high = p;
  }
  return (low + high) / 2;
}

function halfWidth(parts: CrossedInterval["parts"], level: number): number {
  const squares = parts.reduce(
    (sum, { variance, df }) => sum + (variance === 0 ? 0 : studentQuantile((1 + level) / 2, df) ** 2 * variance),
    0,
  );
  return Math.sqrt(squares);
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
