/** Complex double value of a tree at a point; the functions are mathjs's. */
import type { Budget } from "../limits.ts";
import { exactValue } from "./exact.ts";
import type { Expr } from "./expr.ts";
import { type Complex, kernel } from "./kernel.ts";
import { toDouble } from "./rational.ts";

export interface Value {
  readonly re: number;
  readonly im: number;
}
/** Value of a symbol. */
export type Point = (name: string) => Value;

const NONE: Value = { re: Number.NaN, im: Number.NaN };
const real = (re: number): Value => ({ re, im: 0 });
export const isFiniteValue = (value: Value): boolean => Number.isFinite(value.re) && Number.isFinite(value.im);
const plus = (a: Value, b: Value): Value => ({ re: a.re + b.re, im: a.im + b.im });
const times = (a: Value, b: Value): Value =>
  a.im === 0 && b.im === 0 ? real(a.re * b.re) : { re: a.re * b.re - a.im * b.im, im: a.re * b.im + a.im * b.re };

/** What mathjs gives for a complex argument, as a plain value. */
function through(fn: (value: Complex) => unknown, value: Value): Value {
  const result: unknown = fn(kernel().complex(value.re, value.im));
  if (typeof result === "number") return real(result);
  if (typeof result === "object" && result !== null && "re" in result && "im" in result)
    return { re: Number(result.re), im: Number(result.im) };
  return NONE;
}

function reciprocal(value: Value): Value {
  const size = value.re * value.re + value.im * value.im;
  if (size === 0) return NONE;
  return value.im === 0 ? real(1 / value.re) : { re: value.re / size, im: -value.im / size };
}

function powerOf(base: Value, exponent: Value): Value {
  if (base.im === 0 && exponent.im === 0) {
    if (base.re === 0) return exponent.re > 0 ? real(0) : exponent.re === 0 ? real(1) : NONE;
    if (base.re > 0 || Number.isInteger(exponent.re)) return real(base.re ** exponent.re);
  }
  return through((value) => kernel().pow(value, kernel().complex(exponent.re, exponent.im)), base);
}

const elementary: Readonly<Record<string, (value: Complex) => unknown>> = {
  sin: (x) => kernel().sin(x),
  cos: (x) => kernel().cos(x),
  tan: (x) => kernel().tan(x),
  cot: (x) => kernel().cot(x),
  sec: (x) => kernel().sec(x),
  csc: (x) => kernel().csc(x),
  asin: (x) => kernel().asin(x),
  acos: (x) => kernel().acos(x),
  atan: (x) => kernel().atan(x),
  acot: (x) => kernel().acot(x),
  asec: (x) => kernel().asec(x),
  acsc: (x) => kernel().acsc(x),
  sinh: (x) => kernel().sinh(x),
  cosh: (x) => kernel().cosh(x),
  tanh: (x) => kernel().tanh(x),
  asinh: (x) => kernel().asinh(x),
  acosh: (x) => kernel().acosh(x),
  atanh: (x) => kernel().atanh(x),
  exp: (x) => kernel().exp(x),
  ln: (x) => kernel().log(x),
};

const realFunctions: Readonly<Record<string, (value: number) => number>> = {
  sin: Math.sin,
  cos: Math.cos,
  tan: Math.tan,
  atan: Math.atan,
  exp: Math.exp,
  sinh: Math.sinh,
  cosh: Math.cosh,
  tanh: Math.tanh,
  asinh: Math.asinh,
};

const MAX_TERMS = 2000;

/** Stable number in (0, 1) for a text. */
export function unitHash(text: string): number {
  let hash = 2166136261;
  for (let i = 0; i < text.length; i++) hash = Math.imul(hash ^ text.charCodeAt(i), 16777619);
  return ((hash >>> 0) + 0.5) / 4294967296;
}

function userFunction(name: string, args: readonly Value[]): Value {
  let value = real(unitHash(name));
  args.forEach((arg, i) => {
    const turned = times(arg, real(0.7 + unitHash(`${name}/${i}`)));
    value = plus(value, through(elementary.sin as (x: Complex) => unknown, plus(turned, real(unitHash(`${i}/${name}`)))));
  });
  return value;
}

function gammaAt(value: Value): Value {
  if (value.im === 0 && value.re <= 0 && Number.isInteger(value.re)) return NONE;
  return Math.abs(value.re) > 150 || Math.abs(value.im) > 150 ? NONE : through((x) => kernel().gamma(x), value);
}

function callOf(name: string, args: readonly Value[]): Value {
  const [a, b] = args;
  if (a === undefined || args.some((arg) => !isFiniteValue(arg))) return NONE;
  const onReal = realFunctions[name];
  if (a.im === 0 && onReal !== undefined) return real(onReal(a.re));
  const known = elementary[name];
  if (known !== undefined) return name === "ln" && a.re === 0 && a.im === 0 ? NONE : through(known, a);
  switch (name) {
    case "log": {
      if ((a.re === 0 && a.im === 0) || b === undefined) return NONE;
      const base = through(elementary.ln as (x: Complex) => unknown, b);
      return times(through(elementary.ln as (x: Complex) => unknown, a), reciprocal(base));
    }
    case "abs":
      return real(Math.hypot(a.re, a.im));
    case "factorial":
      return gammaAt(plus(a, real(1)));
    case "binomial": {
      if (b === undefined) return NONE;
      const below = times(gammaAt(plus(b, real(1))), gammaAt(plus(plus(a, times(b, real(-1))), real(1))));
      return times(gammaAt(plus(a, real(1))), reciprocal(below));
    }
  }
  if (args.some((arg) => arg.im !== 0)) return NONE;
  const values = args.map((arg) => arg.re);
  switch (name) {
    case "floor":
      return real(Math.floor(a.re));
    case "ceil":
      return real(Math.ceil(a.re));
    case "max":
      return real(Math.max(...values));
    case "min":
      return real(Math.min(...values));
    case "mod":
      return b === undefined || b.re === 0 ? NONE : real(a.re - b.re * Math.floor(a.re / b.re));
    default:
      return NONE;
  }
}

/** `sum` or `product` over an index: args are body, index, from, to. */
function series(name: string, args: readonly Expr[], point: Point, budget: Budget): Value {
  const [body, index, from, to] = args;
  if (body === undefined || index?.kind !== "symbol" || from === undefined || to === undefined) return NONE;
  const first = approximate(from, point, budget);
  const last = approximate(to, point, budget);
  if (first.im !== 0 || last.im !== 0 || !Number.isInteger(first.re) || !Number.isInteger(last.re)) return NONE;
  if (last.re - first.re > MAX_TERMS) return NONE;
  let total = real(name === "sum" ? 0 : 1);
  for (let i = first.re; i <= last.re; i++) {
    const term = approximate(body, (symbol) => (symbol === index.name ? real(i) : point(symbol)), budget);
    total = name === "sum" ? plus(total, term) : times(total, term);
  }
  return total;
}

/** The value of a tree at a point; not finite where it has none. */
export function approximate(expr: Expr, point: Point, budget: Budget): Value {
  budget.spend(2);
  switch (expr.kind) {
    case "number":
    case "float":
      return real(toDouble(expr.value));
    case "symbol":
      return point(expr.name);
    case "constant":
      if (expr.name === "pi") return real(Math.PI);
      if (expr.name === "e") return real(Math.E);
      if (expr.name === "infinity") return real(Number.POSITIVE_INFINITY);
      return expr.name === "i" ? { re: 0, im: 1 } : NONE;
    case "percent":
      return times(approximate(expr.arg, point, budget), real(0.01));
    case "add":
      return expr.args.reduce((total, part) => plus(total, approximate(part, point, budget)), real(0));
    case "multiply":
      return expr.args.reduce((total, part) => times(total, approximate(part, point, budget)), real(1));
    case "power": {
      const base = expr.base;
      if (base.kind === "constant" && base.name === "e") return callOf("exp", [approximate(expr.exponent, point, budget)]);
      const whole = base.kind === "number" || base.kind === "float" ? exactValue(expr, budget) : undefined;
      if (whole !== undefined) return real(whole.float ? whole.value : toDouble(whole.value));
      return powerOf(approximate(base, point, budget), approximate(expr.exponent, point, budget));
    }
    case "call": {
      budget.spend(10);
      if (expr.name === "sum" || expr.name === "product") return series(expr.name, expr.args, point, budget);
      const args = expr.args.map((arg) => approximate(arg, point, budget));
      return expr.user === true ? userFunction(expr.name, args) : callOf(expr.name, args);
    }
    default:
      return NONE;
  }
}
