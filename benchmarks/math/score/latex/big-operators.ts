/** Sums, products, integrals and limits. Sums and products can be worked out; the others are only equal to themselves. */
import { type Expr, symbol } from "../expression/expr.ts";
import { type Cursor, Refusal } from "./cursor.ts";
import { bracedOrToken } from "./groups.ts";
import type { Grammar } from "./parse.ts";

const series: Readonly<Record<string, string>> = { sum: "sum", prod: "product" };

export function bigOperator(cursor: Cursor, grammar: Grammar, name: string): Expr {
  if (Object.hasOwn(series, name)) return seriesOf(cursor, grammar, series[name] ?? name);
  if (name === "int") return integral(cursor, grammar);
  if (name === "lim") return limit(cursor, grammar);
  throw new Refusal();
}

function seriesOf(cursor: Cursor, grammar: Grammar, name: string): Expr {
  cursor.expect("mark", "_");
  cursor.expect("mark", "{");
  const index = cursor.next();
  if (index?.kind !== "letter") throw new Refusal();
  cursor.expect("mark", "=");
  const from = grammar.sum(cursor);
  cursor.expect("mark", "}");
  cursor.expect("mark", "^");
  const to = bracedOrToken(cursor, grammar);
  return { kind: "call", name, args: [productAfter(cursor, grammar), symbol(index.text.toLowerCase()), from, to] };
}

const productAfter = (cursor: Cursor, grammar: Grammar): Expr => grammar.product(cursor);

function integral(cursor: Cursor, grammar: Grammar): Expr {
  const bounds: Expr[] = [];
  if (cursor.take("mark", "_")) {
    bounds.push(bracedOrToken(cursor, grammar));
    cursor.expect("mark", "^");
    bounds.push(bracedOrToken(cursor, grammar));
  }
  return { kind: "call", name: "integral", args: [grammar.sum(cursor), ...bounds], user: true };
}

function limit(cursor: Cursor, grammar: Grammar): Expr {
  cursor.expect("mark", "_");
  cursor.expect("mark", "{");
  const variable = cursor.next();
  if (variable?.kind !== "letter") throw new Refusal();
  if (!cursor.take("command", "to")) cursor.expect("command", "rightarrow");
  const target = grammar.sum(cursor);
  cursor.expect("mark", "}");
  return { kind: "call", name: "limit", args: [productAfter(cursor, grammar), symbol(variable.text.toLowerCase()), target], user: true };
}
