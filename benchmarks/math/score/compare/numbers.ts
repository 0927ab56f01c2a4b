/** Equality of scalar expressions: exact where both are rational, to the rounding where a decimal is compared, else by values at sample points. */
import { approximate, isFiniteValue, type Point, unitHash, type Value } from "../expression/approximate.ts";
import { type Exact, exactValue, rationalOf } from "../expression/exact.ts";
import { type Expr, keyOf, some, symbolsOf } from "../expression/expr.ts";
import { fromDouble, type Rational, roundedUnits, toDouble } from "../expression/rational.ts";
import type { Budget } from "../limits.ts";

/** Relative difference up to which two double results are the same number. */
const TOLERANCE = 1e-11;

/** A decimal as such, maybe with a sign or a percent sign. */
function isDecimal(expr: Expr): boolean {
  if (expr.kind === "float") return true;
  if (expr.kind === "percent") return isDecimal(expr.arg);
  if (expr.kind !== "multiply" || expr.args.length !== 2) return false;
  const [sign, rest] = expr.args;
  return sign?.kind === "number" && sign.value.n === 1n && sign.value.d === 1n && rest !== undefined && isDecimal(rest);
}

function sameExact(a: Exact, b: Exact): boolean {
  if (!a.float && !b.float) return a.value.equals(b.value);
  const left = a.float ? a.value : toDouble(a.value);
  const right = b.float ? b.value : toDouble(b.value);
  return left === right;
}

/** The number that is rounded: what was written for a decimal, the double value for anything else. */
function roundable(expr: Expr, budget: Budget): Rational | undefined {
  if (expr.kind === "float" || expr.kind === "number") return expr.value;
  const value = exactValue(expr, budget);
  if (value !== undefined) return rationalOf(value);
  const near = approximate(expr, () => ({ re: Number.NaN, im: 0 }), budget);
  return isFiniteValue(near) && Math.abs(near.im) < 1e-12 ? fromDouble(near.re) : undefined;
}

const SAMPLES = 5;

/** Value of a symbol at the i-th sample: real, of both signs. */
function samplePoint(i: number): Point {
  return (name) => {
    const size = 0.35 + 2.1 * unitHash(`${name}#${i}`);
    return { re: i % 2 === 1 && unitHash(`${i}#${name}`) < 0.6 ? -size : size, im: 0 };
  };
}

const close = (a: Value, b: Value): boolean => {
  const scale = Math.max(Math.hypot(a.re, a.im), Math.hypot(b.re, b.im));
  return Math.hypot(a.re - b.re, a.im - b.im) <= TOLERANCE * Math.max(scale, 1e-3);
};

/** Whether two trees agree at every sample point where both have a value; undefined where there is none. */
export function agree(a: Expr, b: Expr, budget: Budget): boolean | undefined {
  const constant = symbolsOf(a).length + symbolsOf(b).length === 0;
  let compared = 0;
  for (let i = 0; i < (constant ? 1 : SAMPLES); i++) {
    const point = samplePoint(i);
    const left = approximate(a, point, budget);
    const right = approximate(b, point, budget);
    if (constant && left.im === 0 && right.im === 0 && Math.abs(left.re) === Number.POSITIVE_INFINITY) return left.re === right.re;
    if (!isFiniteValue(left) && !isFiniteValue(right)) continue;
    if (!isFiniteValue(left) || !isFiniteValue(right)) {
      if (constant) return false;
      continue;
    }
    if (!close(left, right)) return false;
    compared++;
  }
  return compared === 0 ? undefined : true;
}

/** A tree whose decimals are exact numbers. */
function exactly(expr: Expr): Expr {
  switch (expr.kind) {
    case "float":
      return { kind: "number", value: expr.value };
    case "add":
    case "multiply":
    case "call":
      return { ...expr, args: expr.args.map(exactly) };
    case "power":
      return { ...expr, base: exactly(expr.base), exponent: exactly(expr.exponent) };
    case "percent":
      return { ...expr, arg: exactly(expr.arg) };
    default:
      return expr;
  }
}

/** As sameScalar, with decimals as exact numbers; only a decimal for what is no integer may be rounded. */
export function sameNumber(gold: Expr, pred: Expr, precision: number, budget: Budget): boolean {
  const [left, right] = [exactly(gold), exactly(pred)];
  if (sameScalar(left, right, precision, budget)) return true;
  const value = exactValue(left, budget);
  if (value !== undefined && !value.float && value.value.d === 1n) return false;
  return (isDecimal(gold) || isDecimal(pred)) && sameScalar(gold, pred, precision, budget);
}

/** How a name made of words is written as a formula: a number, π, or letters side by side; undefined for anything else. */
function spelling(expr: Expr): string | undefined {
  if (expr.kind === "number") return `${expr.value.s < 0n ? "-" : ""}${expr.value.n}${expr.value.d === 1n ? "" : `/${expr.value.d}`}`;
  if (expr.kind === "symbol") return expr.name;
  if (expr.kind === "constant") return expr.name === "i" ? undefined : expr.name;
  if (expr.kind !== "multiply") return undefined;
  const parts = expr.args.map((arg) => (arg.kind === "number" ? undefined : spelling(arg)));
  return parts.includes(undefined) ? undefined : parts.join("");
}

/** Whether a name is raised to a decimal: `r^5.0` is not `r^5` for the reference system. */
const decimalPower = (expr: Expr): boolean =>
  some(expr, (node) => node.kind === "power" && node.base.kind === "symbol" && node.exponent.kind === "float");

/** Whether two scalars are equal. `precision`: decimals to which a decimal is compared. */
export function sameScalar(a: Expr, b: Expr, precision: number, budget: Budget): boolean {
  if (isDecimal(a) || isDecimal(b)) {
    const [left, right] = [roundable(a, budget), roundable(b, budget)];
    if (left !== undefined && right !== undefined) return roundedUnits(left, precision) === roundedUnits(right, precision);
  }
  if (a.kind === "symbol" || b.kind === "symbol") {
    const words = spelling(a);
    return words !== undefined && words === spelling(b);
  }
  const left = exactValue(a, budget);
  const right = left === undefined ? undefined : exactValue(b, budget);
  if (left !== undefined && right !== undefined) return sameExact(left, right);
  if (decimalPower(a) !== decimalPower(b)) return false;
  const sampled = agree(a, b, budget);
  return sampled ?? (keyOf(a) === keyOf(b) && !some(a, (node) => node.kind === "constant" && node.name === "undefined"));
}
