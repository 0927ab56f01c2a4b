/**
 * One column of a table, ready for resampling: per cluster a sum and a weight, estimate = Σ sums / Σ weights.
 * Every estimator here is such a ratio (a mean over tasks inside clusters, Soft, Hard, a paired difference), so drawing clusters
 * moves numerator and denominator together by construction.
 */
export interface ClusterColumn {
  /** Cluster names in code-unit order: the order, and so every result, is independent of the order of ledger rows. */
  readonly clusters: readonly string[];
  readonly sums: Float64Array;
  /** Above 0. All 1 where the cluster itself is the unit (Soft, Hard). */
  readonly weights: Float64Array;
  /** Passes out of trials per cluster, where the value is such a share with weight 1; what the beta-binomial interval needs. */
  readonly counts?: { readonly passes: Int32Array; readonly trials: Int32Array };
}

/** Σ sums / Σ weights; NaN for a column without clusters. */
export function estimate(column: ClusterColumn): number {
  return total(column.sums) / total(column.weights);
}

/**
 * Linearised (cluster-robust) standard error of `estimate`: sqrt(n/(n−1) · Σ(Dᵢ − θWᵢ)²) / ΣW, which is s/√n when all weights are 1.
 * Cochran, Sampling Techniques, 3rd ed., eq. 6.13. NaN below two clusters.
 */
export function standardError(column: ClusterColumn): number {
  const n = column.sums.length;
  if (n < 2) return Number.NaN;
  const theta = estimate(column);
  let squares = 0;
  for (let i = 0; i < n; i++) squares += (at(column.sums, i) - theta * at(column.weights, i)) ** 2;
  return Math.sqrt((n / (n - 1)) * squares) / total(column.weights);
}

/** The value most clusters share and how many clusters have another one; decides between large- and small-sample methods. */
export function commonValue(column: ClusterColumn): { readonly value: number; readonly others: number } {
  const tally = new Map<number, number>();
  for (let i = 0; i < column.sums.length; i++) {
    // Rounded so that 1/3 reached on two ways of adding counts as one value.
    const value = Math.round((at(column.sums, i) / at(column.weights, i)) * 1e9) / 1e9 + 0;
    tally.set(value, (tally.get(value) ?? 0) + 1);
  }
  let best = { value: Number.NaN, count: 0 };
  for (const [value, count] of tally) if (count > best.count) best = { value, count };
  return { value: best.value, others: column.sums.length - best.count };
}

/** Element of a typed array that the caller knows to exist. */
export function at(values: Float64Array | Int32Array, index: number): number {
  const value = values[index];
  if (value === undefined) throw new RangeError(`index ${index} is outside an array of ${values.length}`);
  return value;
}

/** Sum in index order. */
export function total(values: Float64Array): number {
  let sum = 0;
  for (const value of values) sum += value;
  return sum;
}
