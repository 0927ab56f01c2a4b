/** Plain arithmetic (`2 + 3*4`, `5/6`, `2**3`) as running text has it, with Python's precedence. */
import { add, type Expr, multiply, number, power } from "../expression/expr.ts";
import { decimal, rational } from "../expression/rational.ts";

const MAX_DEPTH = 30;
const minusOne = () => number(rational(-1));

/** The tree of an arithmetic expression, or undefined where the text is none. */
export function parseArithmetic(text: string): Expr | undefined {
  const tokens = text.replaceAll("^", "**").match(/[0-9]+(?:\.[0-9]*)?|\.[0-9]+|\*\*|\/\/|[-+*/()]|\S/g) ?? [];
  let at = 0;
  let depth = 0;

  const sum = (): Expr | undefined => {
    if (++depth > MAX_DEPTH) return undefined;
    let left = term();
    while (left !== undefined && (tokens[at] === "+" || tokens[at] === "-")) {
      const minus = tokens[at++] === "-";
      const right = term();
      left = right === undefined ? undefined : add(left, minus ? multiply(minusOne(), right) : right);
    }
    depth--;
    return left;
  };
  const term = (): Expr | undefined => {
    let left = unary();
    while (left !== undefined && (tokens[at] === "*" || tokens[at] === "/" || tokens[at] === "//")) {
      const op = tokens[at++];
      const right = unary();
      if (right === undefined) return undefined;
      const quotient = op === "*" ? undefined : multiply(left, power(right, minusOne()));
      left = quotient === undefined ? multiply(left, right) : op === "/" ? quotient : { kind: "call", name: "floor", args: [quotient] };
    }
    return left;
  };
  const unary = (): Expr | undefined => {
    if (tokens[at] !== "-" && tokens[at] !== "+") return powered();
    if (++depth > MAX_DEPTH) return undefined;
    const minus = tokens[at++] === "-";
    const inner = unary();
    depth--;
    return inner === undefined ? undefined : minus ? multiply(minusOne(), inner) : inner;
  };
  const powered = (): Expr | undefined => {
    const base = primary();
    if (base === undefined || tokens[at] !== "**") return base;
    at++;
    const exponent = unary();
    return exponent === undefined ? undefined : power(base, exponent);
  };
  const primary = (): Expr | undefined => {
    const token = tokens[at++];
    if (token === undefined) return undefined;
    if (token === "(") {
      const inner = sum();
      return tokens[at++] === ")" ? inner : undefined;
    }
    if (!/^[0-9.]/.test(token) || /^0[0-9]+$/.test(token)) return undefined;
    const value = decimal(token);
    return value === undefined ? undefined : token.includes(".") ? { kind: "float", value } : number(value);
  };
  const whole = sum();
  return at === tokens.length ? whole : undefined;
}
