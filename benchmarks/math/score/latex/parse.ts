/**
 * Formula → expression tree: recursive descent over tokens. What a formula means follows how Math-Verify's LaTeX reader (latex2sympy2_extended
 * 1.10.2) was seen to read it: names in lower case, `2(3)` and `2 3` as mixed numbers, `1/2x` as 1/(2x), `x = 1, 2` as a set for x.
 */
import type { Expr, Relation, RelationOp } from "../expression/expr.ts";
import { type Budget, MAX_FORMULA, MAX_NODES } from "../limits.ts";
import { type Cursor, newCursor, Refusal } from "./cursor.ts";
import { negate } from "./fold.ts";
import { listItem } from "./groups.ts";
import { product } from "./product.ts";
import { type Token, tokenize } from "./tokens.ts";
import { relationTokens } from "./vocabulary.ts";

export interface ParseOptions {
  /** Reads the letter i as the imaginary unit. */
  readonly imaginary?: boolean;
  /** Numbers side by side: `all` (the default) adds them, `fractions` adds only a fraction to a number before it and refuses bare numbers in a row. */
  readonly mixedNumbers?: "all" | "fractions";
}

/** The tree of a formula, or undefined where it is none, or above the caps. Never throws for a text. */
export function parseLatex(text: string, budget: Budget, options: ParseOptions = {}): Expr | undefined {
  if (text.length > MAX_FORMULA) return undefined;
  const tokens = tokenize(text);
  if (tokens === undefined || tokens.length === 0 || tokens.length > MAX_NODES) return undefined;
  budget.spend(tokens.length);
  const cursor = newCursor(tokens, budget, options);
  try {
    const list = statementList(cursor);
    return cursor.peek() === undefined ? list : undefined;
  } catch (error) {
    if (error instanceof Refusal) return undefined;
    throw error;
  }
}

const separator = (token: Token | undefined): boolean => token?.kind === "mark" && (token.text === "," || token.text === ";");

/** Statements between commas; several of them are a set. */
function statementList(cursor: Cursor): Expr {
  const opening = cursor.peek();
  const first = statement(cursor);
  const rest: Expr[] = [];
  let separated = false;
  while (separator(cursor.peek())) {
    cursor.next();
    separated = true;
    rest.push(...listItem(cursor, grammar));
  }
  if (!separated) return first;
  const plain = rest.every((item) => item.kind !== "relation" && item.kind !== "chain" && item.kind !== "not");
  const spread = (expr: Expr): readonly Expr[] => (expr.kind === "set" && opening?.text !== "{" ? expr.items : [expr]);
  if (first.kind === "relation" && first.op === "=" && plain && first.left.kind !== "number")
    return { ...first, right: { kind: "set", items: [...spread(first.right), ...rest] } };
  return { kind: "set", items: [...spread(first), ...rest] };
}

function relationAt(token: Token | undefined): RelationOp | undefined {
  if (token === undefined || token.kind === "number" || token.kind === "letter" || token.kind === "text") return undefined;
  return Object.hasOwn(relationTokens, token.text) ? relationTokens[token.text] : undefined;
}

const about = (token: Token | undefined): boolean => token?.kind === "command" && token.text === "approx";

/** A side, or a chain of relations. Of `a ≈ b` only one side stays: the right one where the left is a mere name. */
function statement(cursor: Cursor): Expr {
  const before = cursor.position();
  const first = chain(cursor);
  if (!about(cursor.peek())) return first;
  cursor.next();
  if (cursor.position() === before) throw new Refusal();
  if (setLike.has(first.kind) || first.kind === "call") throw new Refusal();
  const second = statement(cursor);
  return first.kind === "symbol" ? second : first;
}

function chain(cursor: Cursor): Expr {
  const sides = [sum(cursor)];
  const ops: RelationOp[] = [];
  let negated = false;
  for (;;) {
    const token = cursor.peek();
    if (token?.kind === "command" && token.text === "notin") {
      negated = true;
      ops.push("=");
    } else {
      const op = relationAt(token);
      if (op === undefined) break;
      ops.push(op);
    }
    cursor.next();
    sides.push(sum(cursor));
  }
  const links = ops.map((op, i): Relation => {
    const [left, right] = [sides[i], sides[i + 1]];
    if (left === undefined || right === undefined) throw new Refusal();
    return { kind: "relation", op, left, right };
  });
  const [side] = sides;
  const [link] = links;
  if (side === undefined) throw new Refusal();
  if (link === undefined) return side;
  if (negated) return { kind: "not", arg: link };
  return links.length === 1 ? link : { kind: "chain", links };
}

const setLike = new Set<Expr["kind"]>(["set", "interval", "tuple", "numberSet", "setOperation"]);
const isRelation = (expr: Expr): boolean => expr.kind === "relation" || expr.kind === "chain" || expr.kind === "not";

function setOperator(token: Token | undefined): "union" | "intersection" | "difference" | undefined {
  if (token?.kind !== "command") return undefined;
  return token.text === "cup" ? "union" : token.text === "cap" ? "intersection" : token.text === "setminus" ? "difference" : undefined;
}

const sign = (token: Token | undefined): string | undefined => {
  if (token?.kind === "mark" && (token.text === "+" || token.text === "-")) return token.text;
  return token?.kind === "command" && (token.text === "pm" || token.text === "mp") ? token.text : undefined;
};

/** Both values of a ± b, as a set. */
function plusMinus(left: Expr | undefined, right: Expr): Expr {
  const both = [right, negate(right)].map((part): Expr => (left === undefined ? part : { kind: "add", args: [left, part] }));
  return { kind: "set", items: both };
}

/** A sum of products, or sets joined by ∪, ∩ and ∖. */
export function sum(cursor: Cursor): Expr {
  cursor.enter();
  const terms: Expr[] = [];
  let branches: Expr | undefined;
  let leading = true;
  for (;;) {
    const op = sign(cursor.peek());
    if (op === undefined && !leading) break;
    if (op !== undefined) cursor.next();
    leading = false;
    const term = signed(cursor);
    if (op === "pm" || op === "mp") {
      const left: Expr | undefined = terms.length === 0 ? undefined : terms.length === 1 ? terms[0] : { kind: "add", args: [...terms] };
      branches = plusMinus(left, term);
      break;
    }
    if (op === "-" && setLike.has(term.kind)) throw new Refusal();
    terms.push(op === "-" ? negate(term) : term);
  }
  cursor.leave();
  if (branches !== undefined) return branches;
  const [first] = terms;
  if (first === undefined) throw new Refusal();
  if (terms.length > 1) {
    if (terms.some((term) => setLike.has(term.kind) || isRelation(term))) throw new Refusal();
    return { kind: "add", args: terms };
  }
  return operations(cursor, first);
}

function operations(cursor: Cursor, first: Expr): Expr {
  let left = first;
  for (let op = setOperator(cursor.peek()); op !== undefined; op = setOperator(cursor.peek())) {
    cursor.next();
    const right = product(cursor, grammar);
    if (!setLike.has(left.kind) || !setLike.has(right.kind)) throw new Refusal();
    left =
      left.kind === "setOperation" && left.op === op && op !== "difference"
        ? { kind: "setOperation", op, args: [...left.args, right] }
        : { kind: "setOperation", op, args: [left, right] };
  }
  return left;
}

/** A product with further signs before it, as in `--5`. */
function signed(cursor: Cursor): Expr {
  const op = sign(cursor.peek());
  if (op !== "+" && op !== "-") return product(cursor, grammar);
  cursor.next();
  cursor.enter();
  const inner = signed(cursor);
  cursor.leave();
  if (op === "-" && setLike.has(inner.kind)) throw new Refusal();
  return op === "-" ? negate(inner) : inner;
}

/** What products need of the levels above them. */
export interface Grammar {
  sum(cursor: Cursor): Expr;
  product(cursor: Cursor): Expr;
  statement(cursor: Cursor): Expr;
}
const grammar: Grammar = { sum, statement, product: (cursor) => product(cursor, grammar) };
