import { at, type ClusterColumn, total } from "./cluster-column.ts";
import { type Random, seededRandom } from "./random.ts";

export interface SignFlipResult {
  /** Two-sided. */
  readonly p: number;
  /** `exact`: all sign patterns were counted; `monte-carlo`: `draws` random ones, p = (hits + 1) / (draws + 1). */
  readonly method: "exact" | "monte-carlo";
  readonly draws: number;
  /** Clusters with a difference other than 0: only these carry evidence. */
  readonly differing: number;
}

export interface SignFlipOptions {
  readonly draws?: number;
  readonly seed?: string | number;
}

/** Up to this many differing clusters all 2ᵏ patterns are counted. */
const exactUpTo = 20;

/**
 * Studentised sign-flip test of "the mean paired difference is 0" over clusters: under the null each cluster's difference is as likely
 * with the other sign. The statistic is (Σ sD)² / Σ(sD − θW)², the squared t of the ratio estimator; with weights of 1 this orders the
 * patterns as |Σ sD| does. Studentising: Janssen, Stat. Probab. Lett. 36, 1997; the +1: Phipson & Smyth, SAGMB 9, 2010.
 * p = 1 when nothing differs. Default 10,000 draws, seed "t2s".
 */
export function signFlipTest(column: ClusterColumn, options: SignFlipOptions = {}): SignFlipResult {
  const { draws = 10_000, seed = "t2s" } = options;
  const flips: { d: number; w: number }[] = [];
  for (let i = 0; i < column.sums.length; i++)
    if (at(column.sums, i) !== 0) flips.push({ d: at(column.sums, i), w: at(column.weights, i) });
  const k = flips.length;
  if (k === 0) return { p: 1, method: "exact", draws: 1, differing: 0 };
  const statistic = statisticOf(column);
  const d = Float64Array.from(flips, (flip) => flip.d);
  const dw = Float64Array.from(flips, (flip) => flip.d * flip.w);
  const observed = statistic(total(d), total(dw));
  // Sums of fractions come out different in the last bits when added in another order: equal patterns must count as equal.
  const reaches = (sum: number, weighted: number) => statistic(sum, weighted) >= observed * (1 - 1e-9);
  if (k <= exactUpTo) return { p: exactShare(d, dw, reaches), method: "exact", draws: 2 ** k, differing: k };
  const hits = randomHits(d, dw, reaches, draws, seededRandom(seed));
  return { p: (hits + 1) / (draws + 1), method: "monte-carlo", draws, differing: k };
}

function statisticOf(column: ClusterColumn): (sum: number, weighted: number) => number {
  const weight = total(column.weights);
  const weightSquares = column.weights.reduce((sum, w) => sum + w * w, 0);
  const squares = column.sums.reduce((sum, d) => sum + d * d, 0);
  return (sum, weighted) => {
    const theta = sum / weight;
    const spread = squares - 2 * theta * weighted + theta * theta * weightSquares;
    // No spread at all (every cluster alike) is the most extreme pattern there is; the floor keeps it finite and above all others.
    return (sum * sum) / Math.max(spread, 1e-12 * squares);
  };
}

type Reaches = (sum: number, weighted: number) => boolean;

/** Gray code: one sign changes from pattern to pattern. The first sign stays: opposite patterns have the same statistic. */
function exactShare(d: Float64Array, dw: Float64Array, reaches: Reaches): number {
  const signs = new Int8Array(d.length).fill(1);
  let sum = total(d);
  let weighted = total(dw);
  const patterns = 2 ** (d.length - 1);
  let hits = 0;
  for (let pattern = 0; pattern < patterns; pattern++) {
    if (pattern > 0) {
      const bit = 1 + Math.log2(pattern & -pattern);
      const sign = -(signs[bit] ?? 1);
      signs[bit] = sign;
      sum += 2 * sign * at(d, bit);
      weighted += 2 * sign * at(dw, bit);
    }
    if (reaches(sum, weighted)) hits++;
  }
  return hits / patterns;
}

/** Clusters that are alike up to their sign: only how many of them are positive matters. */
interface Alike {
  readonly size: number;
  readonly d: number;
  readonly w: number;
}

function alikeClusters(d: Float64Array, dw: Float64Array): readonly Alike[] {
  const groups = new Map<string, { size: number; d: number; w: number }>();
  for (let i = 0; i < d.length; i++) {
    const own = { size: 0, d: Math.abs(at(d, i)), w: Math.abs(at(dw, i)) };
    // Rounded as in commonValue: thirds that were added up in another order are the same thirds.
    const name = `${own.d.toFixed(9)} ${own.w.toFixed(9)}`;
    const group = groups.get(name) ?? own;
    groups.set(name, group);
    group.size++;
  }
  return [...groups.values()];
}

/** Signs come 32 at a time: of clusters that are alike the number of positive ones is counted in one go. */
function randomHits(d: Float64Array, dw: Float64Array, reaches: Reaches, draws: number, random: Random): number {
  const groups = alikeClusters(d, dw);
  let hits = 0;
  for (let draw = 0; draw < draws; draw++) {
    let sum = 0;
    let weighted = 0;
    let bits = 0;
    let left = 0;
    for (const group of groups) {
      let positive = 0;
      let wanted = group.size;
      while (wanted > 0) {
        if (left === 0) {
          bits = random.uint32();
          left = 32;
        }
        const take = Math.min(wanted, left);
        positive += ones(take === 32 ? bits : bits & ((1 << take) - 1));
        bits = take === 32 ? 0 : bits >>> take;
        left -= take;
        wanted -= take;
      }
      const net = 2 * positive - group.size;
      sum += net * group.d;
      weighted += net * group.w;
    }
    if (reaches(sum, weighted)) hits++;
  }
  return hits;
}

/** Number of set bits of a 32-bit word (Warren, Hacker's Delight, 2nd ed., §5-1). */
function ones(word: number): number {
  const pairs = word - ((word >>> 1) & 0x55555555);
  const fours = (pairs & 0x33333333) + ((pairs >>> 2) & 0x33333333);
  return Math.imul((fours + (fours >>> 4)) & 0x0f0f0f0f, 0x01010101) >>> 24;
}
