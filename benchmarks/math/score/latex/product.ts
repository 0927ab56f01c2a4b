/** Products: explicit operators over runs of factors that stand side by side. */
import { type Expr, multiply, number, power, symbol } from "../expression/expr.ts";
import { rational } from "../expression/rational.ts";
import { atom } from "./atom.ts";
import { type Cursor, Refusal } from "./cursor.ts";
import { divide, juxtapose } from "./fold.ts";
import { bracedOrToken, subscriptText } from "./groups.ts";
import type { Grammar } from "./parse.ts";
import type { Token } from "./tokens.ts";
import { functionCommands, relationTokens } from "./vocabulary.ts";

const setLike = new Set<Expr["kind"]>(["set", "interval", "tuple", "numberSet", "setOperation"]);
const scalar = (expr: Expr): Expr => {
  if (setLike.has(expr.kind) || expr.kind === "relation" || expr.kind === "chain") throw new Refusal();
  return expr;
};

function operator(token: Token | undefined): "*" | "/" | "mod" | undefined {
  if (token === undefined) return undefined;
  if (token.kind === "mark") return token.text === "*" ? "*" : token.text === "/" || token.text === ":" ? "/" : undefined;
  if (token.kind !== "command") return undefined;
  if (token.text === "cdot" || token.text === "times") return "*";
  return token.text === "div" ? "/" : token.text === "mod" ? "mod" : undefined;
}

/** Factors joined by · × * / ÷ : and mod, from left to right. */
export function product(cursor: Cursor, grammar: Grammar): Expr {
  let left = run(cursor, grammar);
  for (let op = operator(cursor.peek()); op !== undefined; op = operator(cursor.peek())) {
    cursor.next();
    const right = scalar(signedRun(cursor, grammar));
    scalar(left);
    left = op === "*" ? multiply(left, right) : op === "/" ? divide(left, right) : { kind: "call", name: "mod", args: [left, right] };
  }
  return left;
}

function signedRun(cursor: Cursor, grammar: Grammar): Expr {
  if (cursor.take("mark", "+")) return signedRun(cursor, grammar);
  if (!cursor.take("mark", "-")) return run(cursor, grammar);
  const inner = run(cursor, grammar);
  return inner.kind === "number" ? number(inner.value.neg()) : multiply(number(rational(-1)), inner);
}

/** Whether a factor can begin here. */
function startsFactor(token: Token | undefined): boolean {
  if (token === undefined) return false;
  if (token.kind === "number" || token.kind === "letter" || token.kind === "text") return true;
  if (token.kind === "mark") return token.text === "(" || token.text === "[" || token.text === "{" || token.text === "|";
  if (operator(token) !== undefined || Object.hasOwn(relationTokens, token.text)) return false;
  return !notFactors.has(token.text) && !token.text.startsWith("end:");
}
const notFactors = new Set("} cup cap setminus pm mp approx notin rfloor rceil rvert rangle \\ % choose circ".split(" "));

/** Factors side by side; the right-most pair is joined first. */
function run(cursor: Cursor, grammar: Grammar): Expr {
  const starts: (Token | undefined)[] = [cursor.peek()];
  const factors = [postfix(cursor, grammar)];
  while (startsFactor(cursor.peek()) && !(cursor.barCloses() && barNext(cursor)) && !(cursor.functionEnds() && functionNext(cursor))) {
    starts.push(cursor.peek());
    factors.push(postfix(cursor, grammar));
  }
  if (factors.length === 1) return factors[0] ?? symbol("");
  if (cursor.options.mixedNumbers === "fractions") return joinFactors(factors.map(scalar), starts);
  return factors.map(scalar).reduceRight((right, left) => juxtapose(left, right));
}

/** Products, but for a number before a written fraction. */
function joinFactors(factors: readonly Expr[], starts: readonly (Token | undefined)[]): Expr {
  factors.forEach((_, i) => {
    if (i > 0 && starts[i]?.kind === "number" && starts[i - 1]?.kind === "number") throw new Refusal();
  });
  const [first, second] = factors;
  const written = starts[1]?.kind === "command" && /^[dt]?frac$/.test(starts[1].text) && starts[0]?.kind === "number";
  if (factors.length === 2 && first !== undefined && second !== undefined && written) return juxtapose(first, second);
  return multiply(...factors);
}

const barNext = (cursor: Cursor): boolean => {
  const token = cursor.peek();
  return token?.kind === "mark" && token.text === "|";
};

const functionNext = (cursor: Cursor): boolean => {
  const token = cursor.peek();
  return token?.kind === "command" && Object.hasOwn(functionCommands, token.text);
};

/** An atom with what follows it: subscripts, powers, !, degrees and percent. */
export function postfix(cursor: Cursor, grammar: Grammar): Expr {
  cursor.enter();
  let expr = atom(cursor, grammar);
  for (;;) {
    if (cursor.take("mark", "!")) expr = { kind: "call", name: "factorial", args: [scalar(expr)] };
    else if (cursor.peek()?.kind === "command" && cursor.peek()?.text === "%") {
      if (cursor.peek(-1)?.kind !== "number" || (expr.kind !== "number" && expr.kind !== "float")) throw new Refusal();
      cursor.next();
      expr = { kind: "percent", arg: expr };
    } else if (cursor.take("mark", "_")) {
      expr = subscript(expr, subscriptText(cursor));
      if (expr.kind === "number") cursor.take("command", "%");
    } else if (cursor.take("mark", "^") || cursor.take("mark", "**")) expr = raised(cursor, grammar, expr);
    else break;
  }
  cursor.leave();
  return expr;
}

function subscript(expr: Expr, text: string): Expr {
  if (expr.kind === "number" || expr.kind === "float") return expr;
  if (expr.kind === "symbol") return symbol(`${expr.name}_${text}`);
  if (expr.kind === "power" && expr.base.kind === "symbol") return power(symbol(`${expr.base.name}_${text}`), expr.exponent);
  if (expr.kind === "constant") return symbol(`${expr.name}_${text}`);
  throw new Refusal();
}

function raised(cursor: Cursor, grammar: Grammar, base: Expr): Expr {
  const start = cursor.position();
  const braced = cursor.take("mark", "{");
  if (cursor.take("command", "circ")) {
    if (braced) cursor.expect("mark", "}");
    return scalar(base);
  }
  cursor.seek(start);
  const token = cursor.peek();
  if (token?.kind === "letter" && token.text === "T") {
    cursor.next();
    return base.kind === "matrix" ? transpose(base) : scalar(base);
  }
  const exponent = scalar(bracedOrToken(cursor, grammar));
  const hundredth = token?.kind === "number" && cursor.take("command", "%");
  return power(scalar(base), hundredth ? { kind: "percent", arg: exponent } : exponent);
}

function transpose(matrix: Extract<Expr, { kind: "matrix" }>): Expr {
  const [first = []] = matrix.rows;
  return { kind: "matrix", rows: first.map((_, column) => matrix.rows.map((row) => row[column] ?? row[0] ?? first[0] ?? symbol(""))) };
}
