import type { ClusterColumn } from "./cluster-column.ts";
import type { Random } from "./random.ts";

export interface Replicates {
  /** Estimate of each resample; NaN where none of the column's clusters was drawn (possible only with zero weights). */
  readonly estimates: Float64Array;
  /** Linearised standard error of each resample. */
  readonly errors: Float64Array;
}

/**
 * Draws n of n clusters with replacement, `resamples` times, and evaluates every column on the same draws: columns that share tasks move
 * together, so any function of them (a difference, an average of columns) may be formed replicate by replicate.
 * All columns need the same clusters in the same order (RangeError otherwise); a column without a cluster gives it weight 0.
 * Davison & Hinkley, Bootstrap Methods and their Application, 1997, §2.4 and §3.8.
 */
export function resampleColumns(columns: readonly ClusterColumn[], options: { resamples: number; random: Random }): readonly Replicates[] {
  const n = columns[0]?.sums.length ?? 0;
  if (columns.some((column) => column.sums.length !== n))
    throw new RangeError("resampleColumns: all columns need the same clusters in the same order");
  const { resamples, random } = options;
  const out = columns.map(() => ({ estimates: new Float64Array(resamples), errors: new Float64Array(resamples) }));
  const draw = new Int32Array(n);
  for (let b = 0; b < resamples; b++) {
    for (let i = 0; i < n; i++) draw[i] = random.below(n);
    columns.forEach((column, c) => {
      const target = out[c];
      if (target === undefined) return;
      const { theta, error } = evaluate(column, draw);
      target.estimates[b] = theta;
      target.errors[b] = error;
    });
  }
  return out;
}

/** The innermost loop of every interval: plain sums over the drawn indices, which the caller guarantees to exist. */
function evaluate({ sums, weights }: ClusterColumn, draw: Int32Array): { theta: number; error: number } {
  let d = 0;
  let w = 0;
  let dd = 0;
  let dw = 0;
  let ww = 0;
  for (let i = 0; i < draw.length; i++) {
    const index = draw[i] ?? 0;
    const sum = sums[index] ?? 0;
    const weight = weights[index] ?? 0;
    d += sum;
    w += weight;
    dd += sum * sum;
    dw += sum * weight;
    ww += weight * weight;
  }
  const n = draw.length;
  const theta = d / w;
  const squares = Math.max(0, dd - 2 * theta * dw + theta * theta * ww);
  return { theta, error: Math.sqrt((n / (n - 1)) * squares) / w };
}
