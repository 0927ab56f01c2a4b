import type { ClusterColumn } from "./cluster-column.ts";
import { seededRandom } from "./random.ts";

export interface Replicates {
  /** Estimate of each resample; NaN where none of the column's clusters was drawn (possible only with zero weights). */
  readonly estimates: Float64Array;
  /** Linearised standard error of each resample. */
  readonly errors: Float64Array;
}

/** Draws with replacement, the same for every column over n clusters. */
export interface Draws {
  readonly resamples: number;
  /** Calls `visit` with each resample's cluster indices, in order. The array is reused: copy what is to be kept. */
  each(n: number, visit: (indices: Uint32Array, resample: number) => void): void;
}

/** Up to this many indices (128 MB) are kept for the next column over as many clusters. */
const mostKept = 2 ** 25;

/**
 * Cluster draws from a seed. Columns over the same clusters are resampled jointly by being given one `Draws`; those of the last n are
 * kept, because a table has many columns over the same clusters and drawing costs more than adding up.
 */
export function clusterDraws(options: { readonly resamples: number; readonly seed: string | number }): Draws {
  const { resamples, seed } = options;
  let kept: { readonly n: number; readonly indices: Uint32Array } | undefined;
  const fill = (indices: Uint32Array, n: number, below: (n: number) => number) => {
    for (let i = 0; i < indices.length; i++) indices[i] = below(n);
  };
  const each: Draws["each"] = (n, visit) => {
    if (n * resamples > mostKept) {
      const random = seededRandom(seed);
      const indices = new Uint32Array(n);
      for (let b = 0; b < resamples; b++) {
        fill(indices, n, random.below);
        visit(indices, b);
      }
      return;
    }
    if (kept?.n !== n) {
      kept = { n, indices: new Uint32Array(n * resamples) };
      fill(kept.indices, n, seededRandom(seed).below);
    }
    for (let b = 0; b < resamples; b++) visit(kept.indices.subarray(b * n, (b + 1) * n), b);
  };
  return { resamples, each };
}

/**
 * Draws n of n clusters with replacement and evaluates every column on the same draws: columns that share tasks move together, so any
 * function of them (a difference, an average of columns) may be formed replicate by replicate.
 * All columns need the same clusters in the same order (RangeError otherwise); a column without a cluster gives it weight 0.
 * Davison & Hinkley, Bootstrap Methods and their Application, 1997, §2.4 and §3.8.
 */
export function resampleColumns(columns: readonly ClusterColumn[], draws: Draws): readonly Replicates[] {
  const n = columns[0]?.sums.length ?? 0;
  if (columns.some((column) => column.sums.length !== n))
    throw new RangeError("resampleColumns: all columns need the same clusters in the same order");
  const out = columns.map((column) => ({
    column: { ...column, unit: column.weights.every((weight) => weight === 1) },
    estimates: new Float64Array(draws.resamples),
    errors: new Float64Array(draws.resamples),
  }));
  draws.each(n, (indices, b) => {
    for (const target of out) evaluate(target.column, indices, target, b);
  });
  return out;
}

/** A column, and whether all its weights are 1: most are, and need half of the sums. */
type Prepared = ClusterColumn & { readonly unit: boolean };

/** The innermost loop of every interval: plain sums over the drawn indices, which exist by construction. */
function evaluate({ sums, weights, unit }: Prepared, draw: Uint32Array, into: Replicates, b: number): void {
  const n = draw.length;
  let d = 0;
  let dd = 0;
  let w = n;
  let dw = 0;
  let ww = n;
  if (unit) {
    for (let i = 0; i < n; i++) {
      const sum = sums[draw[i] ?? 0] ?? 0;
      d += sum;
      dd += sum * sum;
    }
    dw = d;
  } else {
    w = 0;
    ww = 0;
    for (let i = 0; i < n; i++) {
      const index = draw[i] ?? 0;
      const sum = sums[index] ?? 0;
      const weight = weights[index] ?? 0;
      d += sum;
      w += weight;
      dd += sum * sum;
      dw += sum * weight;
      ww += weight * weight;
    }
  }
  const theta = d / w;
  const squares = Math.max(0, dd - 2 * theta * dw + theta * theta * ww);
  into.estimates[b] = theta;
  into.errors[b] = Math.sqrt((n / (n - 1)) * squares) / w;
}
