import type { Metric } from "../core/contract.ts";
import { estimate, standardError } from "./cluster-column.ts";
import { armColumn, type Slot, type Unit, unitsOf, weighsTasks } from "./slot-columns.ts";

/** How far one mean is uncertain, and for which reason. */
export interface Spread {
  readonly estimate: number;
  readonly clusters: number;
  /** Standard error with tasks random, what repetitions add included; NaN below two clusters. Degrees of freedom: clusters − 1. */
  readonly se: number;
  /** Standard error from repetitions alone, on these very tasks; null when no unit was measured twice. */
  readonly runSe: number | null;
  /** Degrees of freedom of `runSe`: measured repetitions beyond the first of every unit. */
  readonly runDf: number;
  /** Repetitions of a unit, on average. */
  readonly repetitions: number;
}

/**
 * Spread of one arm's mean; null when nothing is graded. `runSe` is the root of Σ w² s²/R over tasks (clusters for `cluster-all`) with their weight w in the mean, R repetitions
 * of variance s²: the within-stratum variance of a stratified mean (Cochran, Sampling Techniques, 3rd ed., eq. 5.15). Units measured once take the pooled variance.
 */
export function spreadOf(slots: readonly Slot[], over: Metric["over"]): Spread | null {
  const units = unitsOf(slots, over);
  if (units.length === 0) return null;
  const column = armColumn(slots, over);
  const within = units.map(squaredDeviations);
  const runDf = units.reduce((sum, { trials }) => sum + trials - 1, 0);
  const pooled = within.reduce((sum, squares) => sum + squares, 0) / runDf;
  const weight = unitWeights(units, over);
  const variance = units.reduce((sum, unit, i) => {
    const own = unit.trials > 1 ? (within[i] ?? 0) / (unit.trials - 1) : pooled;
    return sum + weight(unit) ** 2 * (own / unit.trials);
  }, 0);
  return {
    estimate: estimate(column),
    clusters: column.clusters.length,
    se: standardError(column),
    runSe: runDf === 0 ? null : Math.sqrt(variance),
    runDf,
    repetitions: units.reduce((sum, { trials }) => sum + trials, 0) / units.length,
  };
}

const squaredDeviations = ({ squares, passes, trials }: Unit): number => Math.max(0, squares - (passes * passes) / trials);

/** Weight of a unit in the mean over all of them. */
export function unitWeights(units: readonly Unit[], over: Metric["over"]): (unit: Unit) => number {
  if (weighsTasks(over) || over === "cluster-all") return () => 1 / units.length;
  const sizes = new Map<string, number>();
  for (const { cluster } of units) sizes.set(cluster, (sizes.get(cluster) ?? 0) + 1);
  return ({ cluster }) => 1 / (sizes.size * (sizes.get(cluster) ?? 1));
}
