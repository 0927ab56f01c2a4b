/** Calls of named functions: `\sin^2 x`, `\log_2 (x + 1)`, `\gcd(4, 6)`. */
import { type Expr, number, power } from "../expression/expr.ts";
import { rational } from "../expression/rational.ts";
import { type Cursor, Refusal } from "./cursor.ts";
import { bracedOrToken, parenthesis } from "./groups.ts";
import type { Grammar } from "./parse.ts";
import { product } from "./product.ts";
import { inverses } from "./vocabulary.ts";

/** A function of one argument. Without parentheses the argument goes on over products up to the next sign or function. */
export function functionCall(cursor: Cursor, grammar: Grammar, name: string): Expr {
  let base: Expr | undefined;
  let exponent: Expr | undefined;
  for (;;) {
    if (name === "log" && cursor.take("mark", "_")) base = bracedOrToken(cursor, grammar);
    else if (exponent === undefined && cursor.take("mark", "^")) exponent = bracedOrToken(cursor, grammar);
    else break;
  }
  cursor.enter();
  const argument = argumentOf(cursor, grammar);
  cursor.leave();
  const inverse = exponent?.kind === "number" && exponent.value.equals(rational(-1)) ? inverses[name] : undefined;
  if (inverse !== undefined) return { kind: "call", name: inverse, args: [argument] };
  const args = name === "log" ? [argument, base ?? number(rational(10))] : [argument];
  const result: Expr = { kind: "call", name, args };
  return exponent === undefined ? result : power(result, exponent);
}

function argumentOf(cursor: Cursor, grammar: Grammar): Expr {
  const inner = cursor.take("mark", "(") ? parenthesis(cursor, grammar, "(") : wholeProduct(cursor, grammar);
  if (inner.kind === "set" || inner.kind === "tuple" || inner.kind === "interval" || inner.kind === "relation") throw new Refusal();
  return inner;
}

function wholeProduct(cursor: Cursor, grammar: Grammar): Expr {
  const before = cursor.wholeArgument(true);
  const negative = cursor.take("mark", "-");
  const inner = product(cursor, grammar);
  cursor.wholeArgument(before);
  return negative ? { kind: "multiply", args: [number(rational(-1)), inner] } : inner;
}

/** gcd, lcm, max, min of a list in parentheses. */
export function listCall(cursor: Cursor, grammar: Grammar, name: string): Expr {
  cursor.expect("mark", "(");
  const list = parenthesis(cursor, grammar, "(");
  if (list.kind === "interval") return { kind: "call", name, args: [list.from, list.to] };
  return { kind: "call", name, args: list.kind === "tuple" ? list.items : [list] };
}
