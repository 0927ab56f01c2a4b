/** Exact rational numbers on mathjs fractions, with a cap on their size. */
import type { Fraction } from "mathjs";
import { MAX_BITS } from "../limits.ts";
import { kernel } from "./kernel.ts";

/** What of a mathjs fraction is used. `n` and `d` are positive, the sign is `s`. */
export interface Rational {
  readonly s: bigint;
  readonly n: bigint;
  readonly d: bigint;
  add(other: Rational): Rational;
  sub(other: Rational): Rational;
  mul(other: Rational): Rational;
  div(other: Rational): Rational;
  neg(): Rational;
  compare(other: Rational): number;
  equals(other: Rational): boolean;
  valueOf(): number;
  toFraction(): string;
}

/** n / d, reduced. Throws where d is 0. */
export function rational(n: bigint | number, d: bigint | number = 1n): Rational {
  const made: Fraction = kernel().fraction(BigInt(n), BigInt(d));
  return made as unknown as Rational;
}

/** Made when they are asked for: the library behind them takes long to load. */
export const zero = (): Rational => rational(0n);
export const one = (): Rational => rational(1n);

export const signOf = (value: Rational): number => (value.n === 0n ? 0 : value.s < 0n ? -1 : 1);
export const isInteger = (value: Rational): boolean => value.d === 1n;
/** Numerator with its sign. */
export const numerator = (value: Rational): bigint => (value.s < 0n ? -value.n : value.n);

/** Upper bound of the bits of a number. */
export function bitsOf(value: bigint): number {
  const magnitude = value < 0n ? -value : value;
  return magnitude < 0x20000000000000n ? Number(magnitude).toString(2).length : magnitude.toString(16).length * 4;
}

export const sizeOf = (value: Rational): number => Math.max(bitsOf(value.n), bitsOf(value.d));

/** The number a decimal literal (`12`, `0.5`, `.5`, `12.`) stands for; undefined where it is above the size cap or no literal. */
export function decimal(text: string): Rational | undefined {
  if (text.length * 3.4 > MAX_BITS) return undefined;
  const [whole = "", rest = ""] = text.split(".");
  if (!/^[0-9]*$/.test(whole) || !/^[0-9]*$/.test(rest) || whole + rest === "") return undefined;
  return rational(BigInt(whole + rest), 10n ** BigInt(rest.length));
}

/** base ^ exponent for an integer exponent; undefined where the result would be above the size cap or is no number. */
export function integerPower(base: Rational, exponent: bigint): Rational | undefined {
  const magnitude = exponent < 0n ? -exponent : exponent;
  if (exponent < 0n && base.n === 0n) return undefined;
  if (base.n !== 0n && sizeOf(base) > 1 && (magnitude > BigInt(MAX_BITS) || BigInt(sizeOf(base)) * magnitude > BigInt(MAX_BITS)))
    return undefined;
  if (base.n === 0n) return magnitude === 0n ? one() : zero();
  const odd = magnitude % 2n === 1n;
  const sign = base.s < 0n && odd ? -1n : 1n;
  const [n, d] = sizeOf(base) > 1 ? [base.n ** magnitude, base.d ** magnitude] : [1n, 1n];
  return exponent < 0n ? rational(sign * d, n) : rational(sign * n, d);
}

/** value ^ (1 / degree) where it is rational and value is not negative. */
export function exactRoot(value: Rational, degree: bigint): Rational | undefined {
  if (value.s < 0n || degree < 1n || degree > 1000n) return undefined;
  const n = integerRoot(value.n, degree);
  const d = integerRoot(value.d, degree);
  return n === undefined || d === undefined ? undefined : rational(n, d);
}

function integerRoot(value: bigint, degree: bigint): bigint | undefined {
  if (value < 2n || degree === 1n) return value;
  let low = 1n;
  let high = 1n << (BigInt(bitsOf(value)) / degree + 1n);
  while (low <= high) {
    const middle = (low + high) >> 1n;
    const power = middle ** degree;
    if (power === value) return middle;
    if (power < value) low = middle + 1n;
    else high = middle - 1n;
  }
  return undefined;
}

/** `value` rounded to `digits` decimals, half to even, as an integer count of that unit. */
export function roundedUnits(value: Rational, digits: number): bigint {
  const scaled = value.mul(rational(10n ** BigInt(Math.max(0, digits)), 10n ** BigInt(Math.max(0, -digits))));
  const whole = scaled.n / scaled.d;
  const twice = (scaled.n % scaled.d) * 2n;
  const up = twice > scaled.d || (twice === scaled.d && whole % 2n === 1n);
  const magnitude = up ? whole + 1n : whole;
  return scaled.s < 0n ? -magnitude : magnitude;
}

/** The exact value of a finite double. */
export function fromDouble(value: number): Rational {
  let scale = 1n;
  let scaled = value;
  while (!Number.isInteger(scaled)) {
    scaled *= 2;
    scale *= 2n;
  }
  return rational(BigInt(scaled), scale);
}

/** The nearest double, infinite where it is too large. */
export function toDouble(value: Rational): number {
  const shift = Math.max(0, Math.max(bitsOf(value.n), bitsOf(value.d)) - 1000);
  if (shift === 0) return Number(numerator(value)) / Number(value.d);
  const difference = bitsOf(value.n) - bitsOf(value.d);
  if (difference > 1030) return value.s < 0n ? -Infinity : Infinity;
  if (difference < -1080) return 0;
  const keep = 1n << BigInt(Math.max(0, 80 - difference));
  const quotient = (value.n * keep) / value.d;
  return ((value.s < 0n ? -1 : 1) * Number(quotient)) / Number(keep);
}
