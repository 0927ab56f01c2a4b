/** Builders that fold what a formula writes as one number into one number: fractions of integers, signs, mixed numbers, percent. */
import { exactValue } from "../expression/exact.ts";
import { add, type Expr, multiply, number, power } from "../expression/expr.ts";
import { isInteger, one, type Rational, rational, signOf, zero } from "../expression/rational.ts";
import type { Budget } from "../limits.ts";

const minusOne = () => number(rational(-1));
const UNDEFINED: Expr = { kind: "constant", name: "undefined" };

export function negate(expr: Expr): Expr {
  if (expr.kind === "number") return number(expr.value.neg());
  if (expr.kind === "float") return { kind: "float", value: expr.value.neg() };
  return multiply(minusOne(), expr);
}

/** a / b: a rational where both are integers, undefined for a division by zero. */
export function divide(top: Expr, bottom: Expr): Expr {
  if (bottom.kind === "number" && signOf(bottom.value) === 0) return UNDEFINED;
  if (top.kind === "number" && bottom.kind === "number" && isInteger(top.value) && isInteger(bottom.value))
    return number(top.value.div(bottom.value));
  return multiply(top, power(bottom, minusOne()));
}

/** Two factors side by side: a natural number before a positive rational is the sum (mixed number), anything else the product. */
export function juxtapose(left: Expr, right: Expr): Expr {
  if (left.kind === "number" && right.kind === "number" && isInteger(left.value) && left.value.s >= 0n && signOf(right.value) > 0)
    return number(left.value.add(right.value));
  return multiply(left, right);
}

/** Determinant of a square matrix of constants; undefined where it is none. */
export function determinant(rows: readonly (readonly Expr[])[], budget: Budget): Expr | undefined {
  const size = rows.length;
  if (size === 0 || size > 6 || rows.some((row) => row.length !== size)) return undefined;
  const expand = (from: readonly (readonly Expr[])[]): Expr => {
    const [first, ...rest] = from;
    const [corner] = first ?? [];
    if (first === undefined || corner === undefined) return number(one());
    if (rest.length === 0) return corner;
    return add(
      ...first.map((entry, i) => {
        budget.spend(1);
        const minor = expand(rest.map((row) => row.filter((_, j) => j !== i)));
        return multiply(number(rational(i % 2 === 0 ? 1 : -1)), entry, minor);
      }),
    );
  };
  const sum = expand(rows);
  const value = exactValue(sum, budget);
  return value !== undefined && !value.float ? number(value.value) : sum;
}

/** Whether a is below b; undefined where they are not both known. */
export function below(a: Expr, b: Expr, budget: Budget): boolean | undefined {
  const infinite = (expr: Expr): number => {
    if (expr.kind === "constant" && expr.name === "infinity") return 1;
    const [sign, rest] = expr.kind === "multiply" ? expr.args : [];
    return sign?.kind === "number" && rest?.kind === "constant" && rest.name === "infinity" ? signOf(sign.value) : 0;
  };
  if (infinite(a) !== 0 || infinite(b) !== 0) return infinite(a) < infinite(b) || undefined;
  const left = exactValue(a, budget);
  const right = exactValue(b, budget);
  if (left === undefined || right === undefined) return undefined;
  const order = left.float || right.float ? toNumber(left) - toNumber(right) : left.value.compare(right.value);
  return order < 0;
}

const toNumber = (value: { readonly float: boolean; readonly value: number | Rational }): number =>
  Number((value.value ?? zero()).valueOf());
