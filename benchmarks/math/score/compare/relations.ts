/** Equations and inequalities: what counts as an assignment, and when two of them say the same. */

import { approximate, isFiniteValue, unitHash } from "../expression/approximate.ts";
import { add, type Expr, multiply, number, partsOf, type Relation, type RelationOp, some, symbolsOf } from "../expression/expr.ts";
import { rational } from "../expression/rational.ts";
import type { Budget } from "../limits.ts";
import { agree, sameScalar } from "./numbers.ts";

export const isRelation = (expr: Expr): boolean => expr.kind === "relation" || expr.kind === "chain" || expr.kind === "not";

/** A chain of equations `a = b = c` as `a = c`; anything else as it is. */
export function joinEquations(expr: Expr): Expr {
  if (expr.kind !== "chain" || expr.links.some((link) => link.op !== "=")) return expr;
  const [first, last] = [expr.links[0], expr.links.at(-1)];
  if (last !== undefined && !scalar(last.right)) return expr;
  return first === undefined || last === undefined ? expr : { kind: "relation", op: "=", left: first.left, right: last.right };
}

/** Whether an expression only names something: symbols, with no number but the exponent -1. */
function isName(expr: Expr): boolean {
  if (expr.kind === "symbol") return true;
  if (expr.kind === "power") return isName(expr.base) && expr.exponent.kind === "number" && expr.exponent.value.equals(rational(-1));
  if (expr.kind === "add" || expr.kind === "multiply" || expr.kind === "call") return expr.args.every(isName);
  if (expr.kind === "set" || expr.kind === "tuple" || expr.kind === "interval") return partsOf(expr).every(isName);
  return false;
}

/** The value of `name = value`; undefined where the expression is no assignment. */
export function assigned(expr: Expr): Expr | undefined {
  const joined = joinEquations(expr);
  return joined.kind === "relation" && joined.op === "=" && isName(joined.left) ? joined.right : undefined;
}

/** Right-hand side of an equation, or of the last equation of a chain. */
export function rightSide(expr: Expr): Expr | undefined {
  const joined = joinEquations(expr);
  return joined.kind === "relation" && joined.op === "=" ? joined.right : undefined;
}

const turned: Readonly<Record<RelationOp, RelationOp>> = { "=": "=", "!=": "!=", "<": ">", ">": "<", "<=": ">=", ">=": "<=" };
const difference = (relation: Relation): Expr => add(relation.left, multiply(number(rational(-1)), relation.right));
const minus = (expr: Expr): Expr => multiply(number(rational(-1)), expr);
const scalar = (expr: Expr): boolean =>
  !some(expr, (node) => ["set", "interval", "tuple", "numberSet", "setOperation", "matrix"].includes(node.kind));

export interface RelationRules {
  readonly precision: number;
  /** Equations in one unknown, too, are equal up to a factor. */
  readonly mathematical?: boolean;
}

/** Whether two scalar relations say the same: equal differences of their sides, up to a turn; equations in several unknowns up to a factor. */
export function sameRelation(a: Relation, b: Relation, rules: RelationRules, budget: Budget): boolean {
  const { precision } = rules;
  if (![a.left, a.right, b.left, b.right].every(scalar)) return false;
  const equal = (x: Expr, y: Expr): boolean => sameScalar(x, y, precision, budget);
  if (a.op === b.op && equal(a.left, b.left) && equal(a.right, b.right)) return true;
  if (a.op === turned[b.op] && equal(a.left, b.right) && equal(a.right, b.left)) return true;
  const [left, right] = [difference(a), difference(b)];
  if (a.op === b.op && agree(left, right, budget) === true) return true;
  if (a.op === turned[b.op] && agree(left, minus(right), budget) === true) return true;
  if (a.op !== "=" || b.op !== "=") return false;
  const names = symbolsOf(left);
  if (names.length === 0 && symbolsOf(right).length === 0) return rules.mathematical !== true;
  return (names.length > 1 || rules.mathematical === true) && names.length > 0 && proportional(left, right, budget);
}

/** Whether one expression is a constant multiple of the other. */
function proportional(a: Expr, b: Expr, budget: Budget): boolean {
  const at = (name: string): { re: number; im: number } => ({ re: 0.4 + 1.7 * unitHash(`${name}~`), im: 0 });
  const [x, y] = [approximate(a, at, budget), approximate(b, at, budget)];
  if (!isFiniteValue(x) || !isFiniteValue(y) || x.im !== 0 || y.im !== 0 || x.re === 0 || y.re === 0) return false;
  const factor: Expr = { kind: "symbol", name: " factor" };
  const scaled = multiply(factor, b);
  return agreeWithFactor(a, scaled, x.re / y.re, budget);
}

function agreeWithFactor(a: Expr, scaled: Expr, factor: number, budget: Budget): boolean {
  for (let i = 0; i < 5; i++) {
    const at = (name: string): { re: number; im: number } =>
      name === " factor" ? { re: factor, im: 0 } : { re: (i % 2 === 0 ? 1 : -1) * (0.4 + 1.9 * unitHash(`${name}~${i}`)), im: 0 };
    const [x, y] = [approximate(a, at, budget), approximate(scaled, at, budget)];
    if (!isFiniteValue(x) || !isFiniteValue(y)) continue;
    if (Math.hypot(x.re - y.re, x.im - y.im) > 1e-9 * Math.max(1, Math.hypot(x.re, x.im))) return false;
  }
  return true;
}
