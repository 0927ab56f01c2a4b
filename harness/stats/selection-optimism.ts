import { at, type ClusterColumn, estimate } from "./cluster-column.ts";
import { type Draws, resampleColumns } from "./resample.ts";

/** What choosing the best of several candidates by their own numbers adds to the number of the chosen one. */
export interface SelectionOptimism {
  /** Position of the chosen candidate: the highest estimate, ties to the first. */
  readonly best: number;
  readonly estimate: number;
  /** By how much `estimate` is expected to be above what the chosen candidate does on other tasks. */
  readonly optimism: number;
  /** Share of resamples in which each candidate would have been chosen. */
  readonly chosen: readonly number[];
}

/**
 * Optimism of best-of-k: in every resample of clusters the choice is made anew and the chosen one's gain over its estimate on all clusters is averaged (Efron, JASA 78, 1983;
 * Efron & Tibshirani 1993, §17.6). Candidates need the same clusters in the same order. Where all candidates are equally good it finds about 1/√2 of the true optimism,
 * because their estimates already differ by chance; it is no upper bound. null below two candidates or two clusters.
 */
export function selectionOptimism(candidates: readonly ClusterColumn[], draws: Draws): SelectionOptimism | null {
  if (candidates.length < 2 || (candidates[0]?.sums.length ?? 0) < 2) return null;
  const estimates = candidates.map(estimate);
  const replicates = resampleColumns(candidates, draws).map((one) => one.estimates);
  const wins = new Array<number>(candidates.length).fill(0);
  let gain = 0;
  for (let b = 0; b < draws.resamples; b++) {
    const values = replicates.map((one) => at(one, b));
    const chosen = argmax(values);
    wins[chosen] = (wins[chosen] ?? 0) + 1;
    gain += (values[chosen] ?? 0) - (estimates[chosen] ?? 0);
  }
  const best = argmax(estimates);
  return {
    best,
    estimate: estimates[best] ?? Number.NaN,
    optimism: gain / draws.resamples,
    chosen: wins.map((n) => n / draws.resamples),
  };
}

function argmax(values: readonly number[]): number {
  // Equal sums added in another order differ in the last bits: a tie is a tie.
  return values.reduce((best, value, i) => (value > (values[best] ?? Number.NEGATIVE_INFINITY) + 1e-12 ? i : best), 0);
}
