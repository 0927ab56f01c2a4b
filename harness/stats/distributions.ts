/** The few distribution functions the intervals need. simple-statistics supplies ln Γ (10⁻¹² here); its normal functions are tables of four digits, too coarse for tails. */
import { gammaln } from "simple-statistics";

/** Φ(x), absolute error below 10⁻¹⁴. Marsaglia, "Evaluating the Normal Distribution", J. Stat. Software 11(4), 2004. */
export function normalCdf(x: number): number {
  if (Number.isNaN(x)) return Number.NaN;
  if (x < -8) return 0;
  if (x > 8) return 1;
  let sum = x;
  let term = x;
  for (let i = 3, previous = Number.NaN; sum !== previous; i += 2) {
    previous = sum;
    term *= (x * x) / i;
    sum += term;
  }
  return 0.5 + sum * Math.exp(-0.5 * x * x - 0.9189385332046728);
}

/** Φ⁻¹(p) by bisection on Φ to the last bit it resolves; ±Infinity at 0 and 1, NaN outside. */
export function normalQuantile(p: number): number {
  if (!(p >= 0 && p <= 1)) return Number.NaN;
  if (p === 0) return Number.NEGATIVE_INFINITY;
  if (p === 1) return Number.POSITIVE_INFINITY;
  return bisect(normalCdf, p, -8, 8);
}

/**
 * Regularised incomplete beta Iₓ(a, b) for a, b > 0: the continued fraction of DLMF 8.17.22 evaluated by the modified Lentz method.
 * About 10⁻¹¹ absolute for the sizes used here (a, b up to 10⁵).
 */
export function incompleteBeta(x: number, a: number, b: number): number {
  if (!(a > 0 && b > 0) || Number.isNaN(x)) return Number.NaN;
  if (x <= 0) return 0;
  if (x >= 1) return 1;
  if (x > (a + 1) / (a + b + 2)) return 1 - incompleteBeta(1 - x, b, a);
  const front = Math.exp(gammaln(a + b) - gammaln(a) - gammaln(b) + a * Math.log(x) + b * Math.log1p(-x)) / a;
  const tiny = 1e-300;
  const away = (value: number) => (Math.abs(value) < tiny ? tiny : value);
  let c = 1;
  let d = 1 / away(1 - ((a + b) * x) / (a + 1));
  let fraction = d;
  for (let m = 1; m <= 10_000; m++) {
    const even = (m * (b - m) * x) / ((a + 2 * m - 1) * (a + 2 * m));
    d = 1 / away(1 + even * d);
    c = away(1 + even / c);
    fraction *= d * c;
    const odd = (-(a + m) * (a + b + m) * x) / ((a + 2 * m) * (a + 2 * m + 1));
    d = 1 / away(1 + odd * d);
    c = away(1 + odd / c);
    fraction *= d * c;
    if (Math.abs(d * c - 1) < 1e-15) break;
  }
  return front * fraction;
}

/** Student's t distribution function with `df` > 0 degrees of freedom (DLMF 8.17 relation to the incomplete beta). */
export function studentCdf(t: number, df: number): number {
  const tail = incompleteBeta(df / (df + t * t), df / 2, 0.5) / 2;
  return t > 0 ? 1 - tail : tail;
}

/** Quantile of Student's t; NaN unless 0 < p < 1 and df > 0. */
export function studentQuantile(p: number, df: number): number {
  if (!(p > 0 && p < 1 && df > 0)) return Number.NaN;
  if (p === 0.5) return 0;
  if (p < 0.5) return -studentQuantile(1 - p, df);
  // In x = df / (df + t²) the search interval is finite for every df, and the upper tail keeps its digits.
  const x = bisect((at) => incompleteBeta(at, df / 2, 0.5) / 2, 1 - p, 0, 1);
  return Math.sqrt((df * (1 - x)) / x);
}

/** P(X ≤ k) for X ~ Binomial(n, ½), by sums of ln Γ; exact to about 10⁻¹² for n up to 10⁵. */
export function fairCoinCdf(k: number, n: number): number {
  let sum = 0;
  for (let i = 0; i <= Math.min(k, n); i++) sum += fairCoinMass(i, n);
  return Math.min(1, sum);
}

/** P(X = k) for X ~ Binomial(n, ½). */
export function fairCoinMass(k: number, n: number): number {
  return Math.exp(gammaln(n + 1) - gammaln(k + 1) - gammaln(n - k + 1) - n * Math.LN2);
}

function bisect(increasing: (x: number) => number, target: number, from: number, to: number): number {
  let low = from;
  let high = to;
  for (let i = 0; i < 200; i++) {
    const middle = (low + high) / 2;
    if (middle === low || middle === high) return middle;
    if (increasing(middle) < target) low = middle;
    else high = middle;
  }
  return (low + high) / 2;
}
