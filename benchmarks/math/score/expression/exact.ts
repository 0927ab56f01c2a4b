/** Exact value of a constant tree. Decimals take part as doubles: that is how the reference system (Python floats) calculates with them. */
import type { Budget } from "../limits.ts";
import { MAX_BITS } from "../limits.ts";
import { type Expr, partsOf } from "./expr.ts";
import {
  decimal,
  exactRoot,
  fromDouble,
  integerPower,
  isInteger,
  numerator,
  one,
  type Rational,
  rational,
  sizeOf,
  toDouble,
  zero,
} from "./rational.ts";

export type Exact = { readonly float: false; readonly value: Rational } | { readonly float: true; readonly value: number };

const exact = (value: Rational | undefined): Exact | undefined =>
  value === undefined || sizeOf(value) > MAX_BITS ? undefined : { float: false, value };
const float = (value: number): Exact | undefined => (Number.isFinite(value) ? { float: true, value } : undefined);
const double = (value: Exact): number => (value.float ? value.value : toDouble(value.value));

function combine(
  a: Exact,
  b: Exact,
  exactly: (a: Rational, b: Rational) => Rational,
  doubles: (a: number, b: number) => number,
): Exact | undefined {
  return a.float || b.float ? float(doubles(double(a), double(b))) : exact(exactly(a.value, b.value));
}

function powerOf(base: Exact, exponent: Exact): Exact | undefined {
  if (base.float || exponent.float) return float(double(base) ** double(exponent));
  const { value } = exponent;
  if (isInteger(value)) return exact(integerPower(base.value, numerator(value)));
  const root = exactRoot(base.value, value.d);
  return root === undefined ? undefined : exact(integerPower(root, numerator(value)));
}

const MAX_FACTORIAL = 1500n;

export function factorialOf(n: bigint): bigint | undefined {
  if (n < 0n || n > MAX_FACTORIAL) return undefined;
  let product = 1n;
  for (let i = 2n; i <= n; i++) product *= i;
  return product;
}

export function gcd(a: bigint, b: bigint): bigint {
  let [x, y] = [a < 0n ? -a : a, b < 0n ? -b : b];
  while (y !== 0n) [x, y] = [y, x % y];
  return x;
}

const floorOf = (value: Rational): bigint => {
  const whole = value.n / value.d;
  if (value.s >= 0n) return whole;
  return value.n % value.d === 0n ? -whole : -whole - 1n;
};

function binomial(n: bigint, k: bigint): bigint | undefined {
  if (n < 0n || n > 4000n) return undefined;
  if (k < 0n || k > n) return 0n;
  let result = 1n;
  for (let i = 1n; i <= (k > n - k ? n - k : k); i++) result = (result * (n - i + 1n)) / i;
  return result;
}

function callOf(name: string, args: readonly Exact[]): Exact | undefined {
  const [a, b] = args;
  if (a === undefined) return undefined;
  if (args.some((arg) => arg.float)) {
    const values = args.map(double);
    const [x = 0] = values;
    if (name === "floor") return exact(rational(BigInt(Math.floor(x))));
    if (name === "ceil") return exact(rational(BigInt(Math.ceil(x))));
    if (name === "abs") return float(Math.abs(x));
    if (name === "max") return float(Math.max(...values));
    if (name === "min") return float(Math.min(...values));
    return undefined;
  }
  const values = args.map((arg) => (arg.float ? zero() : arg.value));
  const [x = zero(), y = zero()] = values;
  const integers = values.every(isInteger);
  switch (name) {
    case "abs":
      return exact(x.s < 0n ? x.neg() : x);
    case "floor":
      return exact(rational(floorOf(x)));
    case "ceil":
      return exact(rational(-floorOf(x.neg())));
    case "factorial": {
      const product = isInteger(x) ? factorialOf(numerator(x)) : undefined;
      return product === undefined ? undefined : exact(rational(product));
    }
    case "binomial": {
      const count = integers && b !== undefined ? binomial(numerator(x), numerator(y)) : undefined;
      return count === undefined ? undefined : exact(rational(count));
    }
    case "mod":
      return y.n === 0n || b === undefined ? undefined : exact(x.sub(y.mul(rational(floorOf(x.div(y))))));
    case "gcd":
      return integers ? exact(rational(values.map(numerator).reduce(gcd))) : undefined;
    case "lcm": {
      if (!integers || values.some((value) => value.n === 0n)) return undefined;
      return exact(rational(values.map((value) => value.n).reduce((p, q) => (p / gcd(p, q)) * q)));
    }
    case "max":
      return exact(values.reduce((p, q) => (p.compare(q) >= 0 ? p : q)));
    case "min":
      return exact(values.reduce((p, q) => (p.compare(q) <= 0 ? p : q)));
    default:
      return undefined;
  }
}

/** The value of a tree of numbers, or undefined where it is not a rational or double, or above the size caps. */
export function exactValue(expr: Expr, budget: Budget): Exact | undefined {
  budget.spend(1);
  switch (expr.kind) {
    case "number":
      return exact(expr.value);
    case "float":
      return float(toDouble(expr.value));
    case "percent": {
      const arg = exactValue(expr.arg, budget);
      return arg === undefined
        ? undefined
        : combine(
            arg,
            { float: false, value: rational(1, 100) },
            (a, b) => a.mul(b),
            (a) => a / 100,
          );
    }
    case "add":
    case "multiply": {
      let total: Exact | undefined = { float: false, value: expr.kind === "add" ? zero() : one() };
      for (const part of partsOf(expr)) {
        const value = exactValue(part, budget);
        if (value === undefined || total === undefined) return undefined;
        total =
          expr.kind === "add"
            ? combine(
                total,
                value,
                (a, b) => a.add(b),
                (a, b) => a + b,
              )
            : combine(
                total,
                value,
                (a, b) => a.mul(b),
                (a, b) => a * b,
              );
      }
      return total;
    }
    case "power": {
      const base = exactValue(expr.base, budget);
      const exponent = base === undefined ? undefined : exactValue(expr.exponent, budget);
      return base === undefined || exponent === undefined ? undefined : powerOf(base, exponent);
    }
    case "call": {
      if (expr.user === true) return undefined;
      const args: Exact[] = [];
      for (const part of expr.args) {
        const value = exactValue(part, budget);
        if (value === undefined) return undefined;
        args.push(value);
      }
      budget.spend(50);
      return callOf(expr.name, args);
    }
    default:
      return undefined;
  }
}

/** A decimal of a text as an exact value; used where a literal is all there is. */
export const literal = (text: string): Exact | undefined => exact(decimal(text));

/** The exact rational behind an exact value. */
export const rationalOf = (value: Exact): Rational => (value.float ? fromDouble(value.value) : value.value);
