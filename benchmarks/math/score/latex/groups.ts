/** Bracketed groups: parentheses, intervals, tuples, sets, bars, and the one-token or braced arguments of LaTeX. */
import { type Expr, number, symbol } from "../expression/expr.ts";
import { decimal } from "../expression/rational.ts";
import { type Cursor, Refusal } from "./cursor.ts";
import { below } from "./fold.ts";
import type { Grammar } from "./parse.ts";
import type { Token } from "./tokens.ts";
import { symbolCommands } from "./vocabulary.ts";

/** A number token as a tree. */
export function numberOf(text: string): Expr {
  const [mantissa = "", exponent] = text.split("E");
  const value = decimal(mantissa);
  if (value === undefined) throw new Refusal();
  if (exponent === undefined) return text.includes(".") ? { kind: "float", value } : number(value);
  const written = Number(text);
  const scaled = Math.abs(Number(exponent)) > 400 ? undefined : decimal(written.toFixed(20).slice(0, 400));
  if (scaled === undefined || !Number.isFinite(written)) throw new Refusal();
  return { kind: "float", value: scaled };
}

export function letterOf(cursor: Cursor, text: string): Expr {
  if (text === "e") return { kind: "constant", name: "e" };
  if (text === "I" || (text === "i" && cursor.options.imaginary === true)) return { kind: "constant", name: "i" };
  return symbol(text.toLowerCase());
}

/** `{…}` as a sum, or a single letter, number or plain command. */
export function bracedOrToken(cursor: Cursor, grammar: Grammar): Expr {
  if (cursor.take("mark", "{")) {
    const inner = inGroup(cursor, () => grammar.sum(cursor));
    cursor.expect("mark", "}");
    return inner;
  }
  const token = cursor.next();
  if (token?.kind === "number") return numberOf(token.text);
  if (token?.kind === "letter") return letterOf(cursor, token.text);
  if (token?.kind === "command") {
    if (token.text === "pi" || token.text === "Pi") return { kind: "constant", name: "pi" };
    if (token.text === "infty") return { kind: "constant", name: "infinity" };
    if (symbolCommands.has(token.text)) return symbol(token.text.toLowerCase());
  }
  throw new Refusal();
}

/** Text of a subscript, without braces, in lower case. */
export function subscriptText(cursor: Cursor): string {
  const shown = (token: Token): string => (token.kind === "command" ? `\\${token.text}` : token.text).toLowerCase();
  if (!cursor.take("mark", "{")) {
    const token = cursor.next();
    if (token === undefined || (token.kind === "mark" && token.text !== "*")) throw new Refusal();
    return shown(token);
  }
  let text = "";
  let depth = 1;
  for (;;) {
    const token = cursor.next();
    if (token === undefined) throw new Refusal();
    if (token.kind === "mark" && token.text === "{") depth++;
    if (token.kind === "mark" && token.text === "}" && --depth === 0) return text;
    text += shown(token);
  }
}

/** Parses inside brackets, where a bar does not close one outside. */
export function inGroup<T>(cursor: Cursor, parse: () => T): T {
  const bars = cursor.bars(false);
  const whole = cursor.wholeArgument(false);
  const result = parse();
  cursor.bars(bars);
  cursor.wholeArgument(whole);
  return result;
}

/** Parses a statement; the branches of a ± in a list are items of the list. */
export function listItem(cursor: Cursor, grammar: Grammar): readonly Expr[] {
  const token = cursor.peek();
  const item = grammar.statement(cursor);
  const written = token?.text === "{";
  return item.kind === "set" && !written ? item.items : [item];
}

interface Listed {
  readonly items: readonly Expr[];
  readonly semicolons: boolean;
}

function items(cursor: Cursor, grammar: Grammar): Listed {
  return inGroup(cursor, () => {
    const list = [...listItem(cursor, grammar)];
    let semicolons = false;
    for (;;) {
      if (cursor.take("mark", ";")) semicolons = true;
      else if (!cursor.take("mark", ",")) return { items: list, semicolons };
      list.push(...listItem(cursor, grammar));
    }
  });
}

/** After `(` or `[`: a plain group, an interval of two ends, or a tuple. */
export function parenthesis(cursor: Cursor, grammar: Grammar, open: "(" | "["): Expr {
  const list = items(cursor, grammar);
  const closing = cursor.next();
  if (closing?.kind !== "mark" || (closing.text !== ")" && closing.text !== "]")) throw new Refusal();
  const [from, to] = list.items;
  const matched = (open === "(") === (closing.text === ")");
  if (from === undefined) throw new Refusal();
  if (to === undefined) {
    if (!matched) throw new Refusal();
    return from;
  }
  if (list.items.length > 2 || list.semicolons) {
    if (!matched) throw new Refusal();
    return { kind: "tuple", items: list.items };
  }
  const [openLeft, openRight] = [open === "(", closing.text === ")"];
  if (matched && below(to, from, cursor.budget) === true) return { kind: "tuple", items: [from, to] };
  return { kind: "interval", from, to, openLeft, openRight };
}

/** After `\{`: a set. */
export function braces(cursor: Cursor, grammar: Grammar): Expr {
  if (cursor.take("command", "}")) return { kind: "set", items: [] };
  const list = items(cursor, grammar);
  cursor.expect("command", "}");
  return { kind: "set", items: list.items };
}

/** A sum between two bars or other one-character fences. */
export function fenced(cursor: Cursor, grammar: Grammar, name: string, kind: "mark" | "command", close: string): Expr {
  const bars = cursor.bars(kind === "mark");
  const whole = cursor.wholeArgument(false);
  const inner = grammar.sum(cursor);
  cursor.expect(kind, close);
  cursor.bars(bars);
  cursor.wholeArgument(whole);
  return { kind: "call", name, args: [inner] };
}
