/** Expression trees: what the front ends build and what comparisons work on. Plain data; every node is made by this project's own code. */
import type { Rational } from "./rational.ts";

export type RelationOp = "=" | "<" | "<=" | ">" | ">=" | "!=";
export type NumberSet = "Reals" | "Integers" | "Naturals" | "Rationals" | "Complexes";

export type Expr =
  /** Exact rational. */
  | { readonly kind: "number"; readonly value: Rational }
  /** Decimal number: `value` is what was written, calculations with it are done in doubles. */
  | { readonly kind: "float"; readonly value: Rational }
  | { readonly kind: "symbol"; readonly name: string }
  | { readonly kind: "constant"; readonly name: "pi" | "e" | "i" | "infinity" | "undefined" }
  | { readonly kind: "add" | "multiply"; readonly args: readonly Expr[] }
  | { readonly kind: "power"; readonly base: Expr; readonly exponent: Expr }
  /** `n%`: a hundredth of its argument. */
  | { readonly kind: "percent"; readonly arg: Expr }
  /** Known function or, with `user`, a name that is only equal to itself. */
  | { readonly kind: "call"; readonly name: string; readonly args: readonly Expr[]; readonly user?: boolean }
  | { readonly kind: "relation"; readonly op: RelationOp; readonly left: Expr; readonly right: Expr }
  /** Chain such as `a < b = c`: the relations between neighbours. */
  | { readonly kind: "chain"; readonly links: readonly Relation[] }
  | { readonly kind: "not"; readonly arg: Expr }
  /** Finite set; the items keep the order they were written in. */
  | { readonly kind: "set"; readonly items: readonly Expr[] }
  | { readonly kind: "tuple"; readonly items: readonly Expr[] }
  | { readonly kind: "interval"; readonly from: Expr; readonly to: Expr; readonly openLeft: boolean; readonly openRight: boolean }
  | { readonly kind: "setOperation"; readonly op: "union" | "intersection" | "difference"; readonly args: readonly Expr[] }
  | { readonly kind: "numberSet"; readonly name: NumberSet }
  | { readonly kind: "matrix"; readonly rows: readonly (readonly Expr[])[] };

export type Relation = Extract<Expr, { kind: "relation" }>;
export type Kind = Expr["kind"];

/** The direct parts of a node, in writing order. */
export function partsOf(expr: Expr): readonly Expr[] {
  switch (expr.kind) {
    case "number":
    case "float":
    case "symbol":
    case "constant":
    case "numberSet":
      return [];
    case "add":
    case "multiply":
    case "call":
    case "setOperation":
      return expr.args;
    case "power":
      return [expr.base, expr.exponent];
    case "percent":
    case "not":
      return [expr.arg];
    case "relation":
      return [expr.left, expr.right];
    case "chain":
      return expr.links;
    case "set":
    case "tuple":
      return expr.items;
    case "interval":
      return [expr.from, expr.to];
    case "matrix":
      return expr.rows.flat();
  }
}

/** Names of the free symbols of a tree, sorted. */
export function symbolsOf(expr: Expr): readonly string[] {
  const names = new Set<string>();
  const walk = (node: Expr): void => {
    if (node.kind === "symbol") names.add(node.name);
    for (const part of partsOf(node)) walk(part);
  };
  walk(expr);
  return [...names].sort();
}

/** Whether a tree holds a node for which `test` is true. */
export function some(expr: Expr, test: (node: Expr) => boolean): boolean {
  return test(expr) || partsOf(expr).some((part) => some(part, test));
}

/** One text a tree: equal trees, and only these, have equal texts. */
export function keyOf(expr: Expr): string {
  switch (expr.kind) {
    case "number":
    case "float":
      return `${expr.kind}:${expr.value.toFraction()}`;
    case "symbol":
    case "constant":
    case "numberSet":
      return `${expr.kind}:${JSON.stringify(expr.name)}`;
    default: {
      const detail =
        expr.kind === "call"
          ? JSON.stringify(expr.name)
          : expr.kind === "relation" || expr.kind === "setOperation"
            ? expr.op
            : expr.kind === "interval"
              ? `${expr.openLeft}${expr.openRight}`
              : expr.kind === "matrix"
                ? expr.rows.length
                : "";
      return `${expr.kind}${detail}(${partsOf(expr).map(keyOf).join(",")})`;
    }
  }
}

export const number = (value: Rational): Expr => ({ kind: "number", value });
export const symbol = (name: string): Expr => ({ kind: "symbol", name });
export const add = (...args: readonly Expr[]): Expr => ({ kind: "add", args });
export const multiply = (...args: readonly Expr[]): Expr => ({ kind: "multiply", args });
export const power = (base: Expr, exponent: Expr): Expr => ({ kind: "power", base, exponent });
export const call = (name: string, ...args: readonly Expr[]): Expr => ({ kind: "call", name, args });
