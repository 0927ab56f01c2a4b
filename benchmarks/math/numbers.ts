/** Whole numbers and fractions, exact. */

export function gcd(a: number, b: number): number {
  let [x, y] = [Math.abs(a), Math.abs(b)];
  while (y > 0) [x, y] = [y, x % y];
  return x;
}

export function lcm(a: number, b: number): number {
  return Math.abs(a * b) / gcd(a, b);
}

/** n!, exact up to 18!. */
export function factorial(n: number): number {
  let product = 1;
  for (let k = 2; k <= n; k++) product *= k;
  return product;
}

/** k objects out of n in order: n (n-1) … */
export function inOrder(n: number, k: number): number {
  let product = 1;
  for (let i = 0; i < k; i++) product *= n - i;
  return product;
}

/** A fraction with a positive denominator, as it came out: not necessarily in lowest terms. */
export interface Fraction {
  readonly n: number;
  readonly d: number;
}

export function reduced({ n, d }: Fraction): Fraction {
  const common = gcd(n, d) * Math.sign(d);
  return { n: n / common, d: d / common };
}

/** The fraction in LaTeX as it stands; a whole number without a bar. */
export function texOf({ n, d }: Fraction): string {
  if (d === 1) return String(n);
  return n < 0 ? `-\\frac{${-n}}{${d}}` : `\\frac{${n}}{${d}}`;
}

/** A decimal with so many places, rounded half away from zero, computed without binary fractions; "NaN" for what is no fraction. */
export function rounded({ n, d }: Fraction, places: number): string {
  if (!Number.isSafeInteger(n) || !Number.isSafeInteger(d) || d === 0) return "NaN";
  const scale = 10n ** BigInt(places);
  const top = BigInt(Math.abs(n)) * scale * 2n + BigInt(d);
  const digits = (top / (2n * BigInt(d))).toString().padStart(places + 1, "0");
  const sign = n < 0 ? "-" : "";
  return places === 0 ? `${sign}${digits}` : `${sign}${digits.slice(0, -places)}.${digits.slice(-places)}`;
}
