import type { Bounds } from "./bootstrap-intervals.ts";
import { at, type ClusterColumn, estimate, total } from "./cluster-column.ts";
import { type Random, seededRandom } from "./random.ts";
import { type SignFlipOptions, signFlipTest } from "./sign-flip.ts";

/** Up to this many clusters all 2ᵏ patterns are counted. */
const exactUpTo = 14;

export interface SignFlipInterval extends Bounds {
  readonly level: number;
  readonly method: "sign-flip";
}

/**
 * The differences that the studentised sign-flip test (`signFlipTest`) does not reject at `level`: its inversion, so that test and interval tell one story. Each difference δ is
 * tested by flipping the signs of D − δW. 0 lies inside exactly where p > 1 − level. Bounds stay within `range`; null without clusters.
 */
export function signFlipInterval(
  column: ClusterColumn,
  { level = 0.95, range, ...options }: SignFlipOptions & { readonly level?: number; readonly range: Bounds },
): SignFlipInterval | null {
  if (column.sums.length === 0) return null;
  const centre = estimate(column);
  const rejects = rejectsAt(column, 1 - level, patternsOf(column, options));
  const zeroInside = signFlipTest(column, options).p > 1 - level;
  // Between an exact test at 0 and random patterns beside it the last draw may fall either way; the test has the word.
  const low = edge(centre, range.low, rejects);
  const high = edge(centre, range.high, rejects);
  const tiny = 1e-9;
  if (zeroInside) return { low: Math.min(low, 0), high: Math.max(high, 0), level, method: "sign-flip" };
  return { low: centre > 0 ? Math.max(low, tiny) : low, high: centre < 0 ? Math.min(high, -tiny) : high, level, method: "sign-flip" };
}

/** Where rejection begins on the way from `from`, which is never rejected, to `to`. */
function edge(from: number, to: number, rejects: (shift: number) => boolean): number {
  if (!rejects(to)) return to;
  let inside = from;
  let outside = to;
  for (let i = 0; i < 40; i++) {
    const middle = (inside + outside) / 2;
    if (rejects(middle)) outside = middle;
    else inside = middle;
  }
  return inside;
}

/** Sums over clusters with their signs, one entry a pattern: of D, W, D·W and W². A shift of D by δW moves them linearly. */
interface Patterns {
  readonly exact: boolean;
  readonly d: Float64Array;
  readonly w: Float64Array;
  readonly dw: Float64Array;
  readonly ww: Float64Array;
}

function rejectsAt(column: ClusterColumn, error: number, patterns: Patterns): (shift: number) => boolean {
  const weight = total(column.weights);
  const sum = { d: total(column.sums), dw: 0, ww: 0, dd: 0 };
  for (let i = 0; i < column.sums.length; i++) {
    const [d, w] = [at(column.sums, i), at(column.weights, i)];
    sum.dw += d * w;
    sum.ww += w * w;
    sum.dd += d * d;
  }
  return (shift) => {
    const squares = sum.dd - 2 * shift * sum.dw + shift * shift * sum.ww;
    const statistic = (moved: number, weighted: number): number => {
      const theta = moved / weight;
      const spread = squares - 2 * theta * weighted + theta * theta * sum.ww;
      return (moved * moved) / Math.max(spread, 1e-12 * squares);
    };
    const observed = statistic(sum.d - shift * weight, sum.dw - shift * sum.ww) * (1 - 1e-9);
    let hits = 0;
    for (let i = 0; i < patterns.d.length; i++) {
      if (statistic(at(patterns.d, i) - shift * at(patterns.w, i), at(patterns.dw, i) - shift * at(patterns.ww, i)) >= observed) hits++;
    }
    const p = patterns.exact ? hits / patterns.d.length : (hits + 1) / (patterns.d.length + 1);
    return p <= error;
  };
}

function patternsOf(column: ClusterColumn, { draws = 10_000, seed = "t2s" }: SignFlipOptions): Patterns {
  const groups = alikeClusters(column);
  const exact = column.sums.length <= exactUpTo;
  const count = exact ? 2 ** column.sums.length : draws;
  const empty = (): Float64Array => new Float64Array(count);
  const patterns: Patterns = { exact, d: empty(), w: empty(), dw: empty(), ww: empty() };
  const random = seededRandom(seed);
  for (let i = 0; i < count; i++) {
    let cluster = 0;
    for (const { d, w, size } of groups) {
      const net = exact ? netOfBits(i >>> cluster, size) : netOfDraw(random, size);
      cluster += size;
      patterns.d[i] = at(patterns.d, i) + net * d;
      patterns.w[i] = at(patterns.w, i) + net * w;
      patterns.dw[i] = at(patterns.dw, i) + net * d * w;
      patterns.ww[i] = at(patterns.ww, i) + net * w * w;
    }
  }
  return patterns;
}

/** Clusters with the same difference and weight stay alike under any shift: only how many of them keep their sign matters. */
function alikeClusters(column: ClusterColumn): readonly { readonly d: number; readonly w: number; readonly size: number }[] {
  const groups = new Map<string, { d: number; w: number; size: number }>();
  for (let i = 0; i < column.sums.length; i++) {
    const own = { d: at(column.sums, i), w: at(column.weights, i), size: 0 };
    const name = `${own.d.toFixed(9)} ${own.w.toFixed(9)}`;
    const group = groups.get(name) ?? own;
    groups.set(name, group);
    group.size++;
  }
  return [...groups.values()];
}

function netOfBits(bits: number, size: number): number {
  let net = 0;
  for (let i = 0; i < size; i++) net += ((bits >>> i) & 1) === 1 ? 1 : -1;
  return net;
}

function netOfDraw(random: Random, size: number): number {
  let net = 0;
  for (let left = size; left > 0; left -= 32) {
    const bits = random.uint32();
    net += netOfBits(bits, Math.min(left, 32));
  }
  return net;
}
