import { sortedQuantile } from "./bootstrap-intervals.ts";
import { at } from "./cluster-column.ts";
import type { Draws } from "./resample.ts";
import { resampleColumns } from "./resample.ts";

/** An episode of a cluster that belongs to one of two groups and passed or not. */
export interface GroupedPass {
  readonly cluster: string;
  readonly first: boolean;
  readonly passed: boolean;
}

export interface ShareDifference {
  /** Share of the first group that passed minus that of the second. */
  readonly difference: number;
  readonly low: number;
  readonly high: number;
  readonly level: number;
  readonly clusters: number;
}

/** In fewer resamples than this share both groups must be there, or there is no interval. */
const fewestUsable = 0.95;

/**
 * Difference of two pass rates over groups of episodes that are not paired and share clusters: clusters are drawn whole, numerators and denominators of both rates move
 * together (Davison & Hinkley, Bootstrap Methods and their Application, 1997, §2.4); percentile interval. Null when a group is empty, or so rare that resamples lose it.
 */
export function shareDifference(episodes: readonly GroupedPass[], draws: Draws, level = 0.95): ShareDifference | null {
  const clusters = [...new Set(episodes.map(({ cluster }) => cluster))].sort();
  const index = new Map(clusters.map((name, i) => [name, i]));
  const column = () => ({ clusters, sums: new Float64Array(clusters.length), weights: new Float64Array(clusters.length) });
  const [first, second] = [column(), column()];
  for (const one of episodes) {
    const target = one.first ? first : second;
    const i = index.get(one.cluster) ?? 0;
    target.sums[i] = at(target.sums, i) + Number(one.passed);
    target.weights[i] = at(target.weights, i) + 1;
  }
  const share = ({ sums, weights }: typeof first): number => sums.reduce((a, b) => a + b, 0) / weights.reduce((a, b) => a + b, 0);
  const difference = share(first) - share(second);
  if (!Number.isFinite(difference)) return null;
  const [a, b] = resampleColumns([first, second], draws);
  const found = [...(a?.estimates ?? [])].map((value, i) => value - at(b?.estimates ?? new Float64Array(), i)).filter(Number.isFinite);
  if (found.length < fewestUsable * draws.resamples) return null;
  const sorted = Float64Array.from(found).sort();
  return {
    difference,
    low: sortedQuantile(sorted, (1 - level) / 2),
    high: sortedQuantile(sorted, (1 + level) / 2),
    level,
    clusters: clusters.length,
  };
}
