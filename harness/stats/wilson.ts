import type { Bounds } from "./bootstrap-intervals.ts";
import { normalQuantile } from "./distributions.ts";

/** Wilson's score interval for `passes` of `n` (Wilson, JASA 22, 1927; Newcombe, Stat. Med. 17, 1998, method 3). [0, 1] for n = 0. */
export function wilsonInterval(passes: number, n: number, level = 0.95): Bounds {
  if (n === 0) return { low: 0, high: 1 };
  const z = normalQuantile((1 + level) / 2);
  const share = passes / n;
  const middle = share + (z * z) / (2 * n);
  const half = z * Math.sqrt((share * (1 - share)) / n + (z * z) / (4 * n * n));
  const scale = 1 + (z * z) / n;
  // The ends are exactly 0 and 1 at the extremes; rounding must not say otherwise.
  return { low: passes === 0 ? 0 : (middle - half) / scale, high: passes === n ? 1 : (middle + half) / scale };
}
