import { studentCdf } from "./distributions.ts";

/**
 * p value of two one-sided tests of "the difference is at least as large as the margin, one way or the other": the larger of the two; at most α means equivalent at α, and is the same
 * as a 1 − 2α interval inside ±margin (Schuirmann, J. Pharmacokinet. Biopharm. 15, 1987). Throws a RangeError for a margin that is not above 0.
 */
export function equivalenceP(
  { difference, se, df }: { readonly difference: number; readonly se: number; readonly df: number },
  margin: number,
): number {
  if (!(margin > 0)) throw new RangeError(`an equivalence margin has to be above 0, not ${margin}`);
  if (se === 0) return Math.abs(difference) < margin ? 0 : 1;
  return Math.max(studentCdf((difference - margin) / se, df), studentCdf((-difference - margin) / se, df));
}
