/** The smallest parts of a formula: numbers, names, groups, fractions, roots, functions. */
import { type Expr, number, power, symbol } from "../expression/expr.ts";
import { rational } from "../expression/rational.ts";
import { bigOperator } from "./big-operators.ts";
import { type Cursor, Refusal } from "./cursor.ts";
import { divide } from "./fold.ts";
import { functionCall, listCall } from "./functions.ts";
import { bracedOrToken, braces, fenced, inGroup, letterOf, numberOf, parenthesis, subscriptText } from "./groups.ts";
import { matrix } from "./matrix.ts";
import type { Grammar } from "./parse.ts";
import { accents, functionCommands, listFunctions, numberSets, symbolCommands } from "./vocabulary.ts";

export function atom(cursor: Cursor, grammar: Grammar): Expr {
  const token = cursor.next();
  if (token === undefined) throw new Refusal();
  switch (token.kind) {
    case "number":
      return numberOf(token.text);
    case "letter": {
      const letter = letterOf(cursor, token.text);
      return letter.kind === "constant" ? letter : (userCall(cursor, token.text) ?? letter);
    }
    case "text": {
      const name = token.text.replace(/[\s()]/g, "");
      if (name === "") throw new Refusal();
      if (name === "\\pi") return { kind: "constant", name: "pi" };
      return userCall(cursor, `text ${name}`) ?? symbol(name.toLowerCase());
    }
    case "mark":
      if (token.text === "(" || token.text === "[") return parenthesis(cursor, grammar, token.text);
      if (token.text === "{") return plainGroup(cursor, grammar);
      if (token.text === "|") return fenced(cursor, grammar, "abs", "mark", "|");
      throw new Refusal();
    case "command":
      return command(cursor, grammar, token.text);
  }
}

function plainGroup(cursor: Cursor, grammar: Grammar): Expr {
  const inner = inGroup(cursor, () => grammar.sum(cursor));
  if (cursor.take("command", "choose")) {
    const below = inGroup(cursor, () => grammar.sum(cursor));
    cursor.expect("mark", "}");
    return { kind: "call", name: "binomial", args: [inner, below] };
  }
  if (cursor.peek()?.text !== ",") {
    cursor.expect("mark", "}");
    return inner;
  }
  const items = [inner];
  while (cursor.take("mark", ",")) items.push(inGroup(cursor, () => grammar.sum(cursor)));
  cursor.expect("mark", "}");
  return { kind: "set", items };
}

/** `f(x)`, `f(2, y)`: a name called with single letters or numbers; undefined (and nothing taken) where it is a product. */
function userCall(cursor: Cursor, name: string): Expr | undefined {
  const start = cursor.position();
  let inverse = false;
  let called = name;
  if (cursor.take("mark", "_")) called = `${name}_${subscriptText(cursor)}`;
  if (cursor.take("mark", "^")) {
    inverse = cursor.take("mark", "{") && cursor.take("mark", "-") && cursor.next()?.text === "1" && cursor.take("mark", "}");
    if (!inverse) {
      cursor.seek(start);
      return undefined;
    }
  }
  const args: Expr[] = [];
  if (cursor.take("mark", "(")) {
    for (;;) {
      const token = cursor.next();
      if (token?.kind === "number") args.push(numberOf(token.text));
      else if (token?.kind === "letter") args.push(letterOf(cursor, token.text));
      else if (token?.kind === "command" && symbolCommands.has(token.text)) args.push(symbol(token.text.toLowerCase()));
      else break;
      if (cursor.take("mark", ",")) continue;
      if (!cursor.take("mark", ")")) break;
      const result: Expr = { kind: "call", name: called, args, user: true };
      return inverse ? power(result, number(rational(-1))) : result;
    }
  }
  cursor.seek(start);
  return undefined;
}

const fractions = new Set(["frac", "dfrac", "tfrac", "cfrac"]);
const binomials = new Set(["binom", "dbinom", "tbinom"]);

function command(cursor: Cursor, grammar: Grammar, name: string): Expr {
  if (name === "pi" || name === "Pi") return { kind: "constant", name: "pi" };
  if (name === "infty") return { kind: "constant", name: "infinity" };
  if (name === "emptyset") return { kind: "set", items: [] };
  if (name === "{") return braces(cursor, grammar);
  if (symbolCommands.has(name)) return userCall(cursor, name) ?? symbol(name.toLowerCase());
  if (fractions.has(name)) return fraction(cursor, grammar);
  if (binomials.has(name)) return { kind: "call", name: "binomial", args: [group(cursor, grammar), group(cursor, grammar)] };
  if (name === "sqrt") return root(cursor, grammar);
  if (Object.hasOwn(functionCommands, name)) return functionCall(cursor, grammar, functionCommands[name] ?? name);
  if (listFunctions.has(name)) return listCall(cursor, grammar, name);
  if (accents.has(name)) return accent(cursor, name);
  if (name === "mathbb") return numberSet(cursor);
  if (name === "lfloor") return fenced(cursor, grammar, "floor", "command", "rfloor");
  if (name === "lceil") return fenced(cursor, grammar, "ceil", "command", "rceil");
  if (name === "lvert") return fenced(cursor, grammar, "abs", "command", "rvert");
  if (name === "vert") return fenced(cursor, grammar, "abs", "command", "vert");
  if (name.startsWith("begin:")) return matrix(cursor, grammar, name.slice("begin:".length));
  return bigOperator(cursor, grammar, name);
}

function group(cursor: Cursor, grammar: Grammar): Expr {
  cursor.expect("mark", "{");
  const inner = inGroup(cursor, () => grammar.sum(cursor));
  cursor.expect("mark", "}");
  return inner;
}

function fraction(cursor: Cursor, grammar: Grammar): Expr {
  const derivative = derivativeOf(cursor, grammar);
  if (derivative !== undefined) return derivative;
  const top = group(cursor, grammar);
  return divide(top, group(cursor, grammar));
}

/** `\frac{d}{dx} …`: kept as an opaque call. */
function derivativeOf(cursor: Cursor, grammar: Grammar): Expr | undefined {
  const start = cursor.position();
  if (cursor.take("mark", "{")) {
    const d = cursor.next();
    if (d?.kind === "letter" && d.text === "d" && cursor.take("mark", "}") && cursor.take("mark", "{")) {
      const variable = cursor.next();
      if (variable?.kind === "letter" && variable.text.length === 2 && variable.text.startsWith("d") && cursor.take("mark", "}"))
        return { kind: "call", name: `derivative ${variable.text}`, args: [grammar.sum(cursor)], user: true };
    }
  }
  cursor.seek(start);
  return undefined;
}

function root(cursor: Cursor, grammar: Grammar): Expr {
  let degree: Expr = number(rational(2));
  if (cursor.take("mark", "[")) {
    degree = inGroup(cursor, () => grammar.sum(cursor));
    cursor.expect("mark", "]");
  }
  const radicand = bracedOrToken(cursor, grammar);
  if (radicand.kind === "set" || radicand.kind === "tuple" || radicand.kind === "interval") throw new Refusal();
  return power(radicand, divide(number(rational(1)), degree));
}

function accent(cursor: Cursor, name: string): Expr {
  if (cursor.peek()?.text !== "{") throw new Refusal();
  return symbol(`${name === "overrightarrow" ? "vec" : name} ${subscriptText(cursor)}`);
}

function numberSet(cursor: Cursor): Expr {
  const name = cursor.peek()?.text === "{" ? subscriptText(cursor).toUpperCase() : "";
  if (!Object.hasOwn(numberSets, name)) throw new Refusal();
  return { kind: "numberSet", name: numberSets[name] ?? "Reals" };
}
