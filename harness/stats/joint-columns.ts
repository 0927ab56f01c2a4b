import { type Bounds, sortedQuantile } from "./bootstrap-intervals.ts";
import { type IntervalOptions, largeSample } from "./choose-interval.ts";
import { at, type ClusterColumn, estimate, total } from "./cluster-column.ts";
import { studentQuantile } from "./distributions.ts";
import { clusterDraws } from "./resample.ts";
import { satterthwaiteDf } from "./satterthwaite.ts";

/** One column of a combination such as Avg. */
export interface JointPart {
  readonly column: ClusterColumn;
  /** Name of the population its clusters are drawn from (benchmark and split). Clusters of one name in one population are one cluster, drawn together. */
  readonly population: string;
  /** Its factor in the combination. */
  readonly weight: number;
}

export interface JointInterval extends Bounds {
  readonly estimate: number;
  readonly level: number;
  readonly method: "joint-t" | "joint-studentised";
  readonly se: number;
  readonly df: number;
  /** Clusters over all populations. */
  readonly n: number;
}

/**
 * Interval for Σ weight · estimate over columns that share tasks, within a range (default 0 to 1); null where a column is empty. Clusters carry all their columns with them, so what
 * columns have in common is neither counted twice nor taken as independent; populations are independent. Fewer than 100 clusters in some column → t on the linearised
 * standard error, degrees of freedom by Satterthwaite; otherwise studentised bootstrap of the combination, whole clusters of every population drawn jointly.
 * Linearisation: Särndal, Swensson & Wretman, Model Assisted Survey Sampling, 1992, §5.5; bootstrap: Davison & Hinkley 1997, §2.4 and §3.2.
 */
export function jointInterval(
  parts: readonly JointPart[],
  { range = { low: 0, high: 1 }, ...options }: Omit<IntervalOptions, "shared"> & { readonly range?: Bounds } = {},
): JointInterval | null {
  if (parts.length === 0 || parts.some(({ column }) => column.sums.length === 0)) return null;
  const { level = 0.95 } = options;
  const names = [...new Set(parts.map(({ population }) => population))].sort();
  const populations = names.map((name) => ({ name, ...alignColumns(parts.filter(({ population }) => population === name)) }));
  const theta = parts.reduce((sum, { column, weight }) => sum + weight * estimate(column), 0);
  const spreads = populations.map((one) => {
    const n = one.clusters.length;
    return { variance: evaluate(one, identity(n)).variance, df: n - 1 };
  });
  const se = Math.sqrt(spreads.reduce((sum, { variance }) => sum + variance, 0));
  const df = satterthwaiteDf(spreads);
  const common = { estimate: theta, level, se, df, n: populations.reduce((sum, { clusters }) => sum + clusters.length, 0) };
  const clip = ({ low, high }: Bounds): Bounds => ({ low: Math.max(range.low, low), high: Math.min(range.high, high) });
  if (parts.some(({ column }) => column.sums.length < largeSample)) {
    const half = se === 0 ? 0 : studentQuantile((1 + level) / 2, df) * se;
    return { ...common, ...clip({ low: theta - half, high: theta + half }), method: "joint-t" };
  }
  const ratios = studentisedReplicates(populations, theta, options);
  const low = theta - sortedQuantile(ratios, (1 + level) / 2) * se;
  return { ...common, ...clip({ low, high: theta - sortedQuantile(ratios, (1 - level) / 2) * se }), method: "joint-studentised" };
}

interface Population {
  readonly name: string;
  readonly clusters: readonly string[];
  readonly columns: readonly { readonly sums: Float64Array; readonly weights: Float64Array; readonly weight: number }[];
}

/** Columns over the union of their clusters, in code-unit order; where a column lacks a cluster both its sum and its weight are 0. */
function alignColumns(parts: readonly JointPart[]): Omit<Population, "name"> {
  const clusters = [...new Set(parts.flatMap(({ column }) => column.clusters))].sort((x, y) => (x < y ? -1 : x > y ? 1 : 0));
  const position = new Map(clusters.map((cluster, i) => [cluster, i]));
  const columns = parts.map(({ column, weight }) => {
    const sums = new Float64Array(clusters.length);
    const weights = new Float64Array(clusters.length);
    column.clusters.forEach((cluster, i) => {
      const to = position.get(cluster) ?? 0;
      sums[to] = at(column.sums, i);
      weights[to] = at(column.weights, i);
    });
    return { sums, weights, weight };
  });
  return { clusters, columns };
}

/** The population's share of the combination on a draw of clusters, and its linearised variance there. */
function evaluate({ columns }: Population, draw: Uint32Array): { readonly value: number; readonly variance: number } {
  const influence = new Float64Array(draw.length);
  let value = 0;
  for (const { sums, weights, weight } of columns) {
    let sum = 0;
    let size = 0;
    for (let i = 0; i < draw.length; i++) {
      const index = draw[i] ?? 0;
      sum += sums[index] ?? 0;
      size += weights[index] ?? 0;
    }
    const theta = sum / size;
    value += weight * theta;
    for (let i = 0; i < draw.length; i++) {
      const index = draw[i] ?? 0;
      influence[i] = (influence[i] ?? 0) + (weight / size) * ((sums[index] ?? 0) - theta * (weights[index] ?? 0));
    }
  }
  const n = draw.length;
  return { value, variance: n < 2 ? Number.NaN : (n / (n - 1)) * total(influence.map((u) => u * u)) };
}

function studentisedReplicates(populations: readonly Population[], theta: number, options: Omit<IntervalOptions, "shared">): Float64Array {
  const { resamples, seed } = { resamples: 2000, seed: "t2s", ...options };
  const values = new Float64Array(resamples);
  const variances = new Float64Array(resamples);
  // Populations are independent: equal draws for two of equal size would tie them together.
  for (const one of populations)
    clusterDraws({ resamples, seed: `${seed} ${one.name}` }).each(one.clusters.length, (indices, b) => {
      const { value, variance } = evaluate(one, indices);
      values[b] = at(values, b) + value;
      variances[b] = at(variances, b) + variance;
    });
  return values
    .map((value, b) => {
      const se = Math.sqrt(at(variances, b));
      return se > 0 ? (value - theta) / se : Math.abs(value - theta) < 1e-12 ? 0 : (value - theta) * Number.POSITIVE_INFINITY;
    })
    .sort();
}

const identity = (n: number): Uint32Array => Uint32Array.from({ length: n }, (_, i) => i);
