/** Numbers and sums of numbers that stand in running text, outside any formula. */
import type { Expr } from "../expression/expr.ts";
import { number } from "../expression/expr.ts";
import { decimal } from "../expression/rational.ts";

export interface PlainNumber {
  readonly start: number;
  readonly end: number;
  /** The number as it is compared as text: without thousands separators, with a decimal point. */
  readonly text: string;
  /** Absent for an arithmetic expression, which is parsed from `text`. */
  readonly expr?: Expr;
}

const digit = (char: string | undefined): boolean => char !== undefined && char >= "0" && char <= "9";
const currencies = "$€£¥₹";

/** Whether a number can begin at `at`: after the start, blank space, `=`, `**` or a currency sign that itself stands so. */
function begins(text: string, at: number): boolean {
  const before = text[at - 1];
  if (before === undefined || /\s/.test(before) || before === "=") return true;
  if (before === "*" && text[at - 2] === "*") return true;
  return currencies.includes(before) && (at === 1 || /[\s=]/.test(text[at - 2] ?? ""));
}

function digits(text: string, at: number): number {
  let i = at;
  while (digit(text[i])) i++;
  return i;
}

interface Literal {
  readonly end: number;
  readonly text: string;
}

/** `1,234,567.8`, `1 234`, `12,5`, `12.5`, `12.`, `.5`: what is read as one number from `at`. */
function literalAt(text: string, at: number): Literal | undefined {
  const sign = text[at] === "-" && digit(text[at + 1]) ? 1 : 0;
  const from = at + sign;
  const prefix = sign === 1 ? "-" : "";
  if (text[from] === "." && digit(text[from + 1])) {
    const end = digits(text, from + 1);
    return { end, text: `0.${text.slice(from + 1, end)}` };
  }
  if (!digit(text[from])) return undefined;
  const whole = digits(text, from);
  const grouped = groups(text, from, whole);
  if (grouped !== undefined) return { end: grouped.end, text: prefix + grouped.text };
  const point = text[whole];
  if ((point === "." || point === ",") && digit(text[whole + 1])) {
    const end = digits(text, whole + 1);
    return { end, text: `${prefix}${text.slice(from, whole)}.${text.slice(whole + 1, end)}` };
  }
  return { end: whole, text: prefix + text.slice(from, whole) };
}

function groups(text: string, from: number, whole: number): Literal | undefined {
  if (whole - from > 3 || text[from] === "0") return undefined;
  let i = whole;
  let value = text.slice(from, whole);
  while ((text[i] === "," || text[i] === " ") && digits(text.slice(0, i + 4), i + 1) === i + 4 && i + 4 <= text.length) {
    value += text.slice(i + 1, i + 4);
    i += 4;
  }
  if (i === whole) return undefined;
  if (text[i] === "." && digit(text[i + 1])) {
    const end = digits(text, i + 1);
    return { end, text: `${value}.${text.slice(i + 1, end)}` };
  }
  return { end: i, text: value };
}

const percent = /^ ?(?:%|percentage|percent|pct)/;

function literalExpr(text: string): Expr | undefined {
  const value = decimal(text.startsWith("-") ? text.slice(1) : text);
  if (value === undefined) return undefined;
  const signed = text.startsWith("-") ? value.neg() : value;
  return text.includes(".") ? { kind: "float", value: signed } : number(signed);
}

const MAX_EXPRESSION = 120;

/** Arithmetic from `at`: a number, then at least two more characters of operators, brackets, points, blanks and digits, up to the last that is no blank. */
function expressionAt(text: string, at: number): PlainNumber | undefined {
  let i = at;
  if (text[i] === "-") i++;
  if (text[i] === "(") i++;
  if (text[i] === "-") i++;
  const first = i;
  while (digit(text[i]) || (text[i] === "." && i > first)) i++;
  if (i === first) return undefined;
  const body = i;
  const after = text[text[body] === " " ? body + 1 : body];
  if (after === undefined || !"+-*/^()×÷".includes(after)) return undefined;
  while (i < text.length && i - at < MAX_EXPRESSION && "0123456789+-*/^().×÷ %".includes(text[i] ?? "?")) i++;
  while (i > body && text[i - 1] === " ") i--;
  while (i > body && i < text.length && !" \n\t\r.,;:!?)]}$".includes(text[i] ?? "")) i--;
  const rest = text.slice(body, i).trim();
  if (rest.length < 2 || !/^[+\-*/^()×÷]/.test(rest)) return undefined;
  return { start: at, end: i, text: text.slice(at, i) };
}

/** All numbers and expressions that begin at or after `from`. At most `most`, the last ones. */
export function plainNumbers(text: string, from = 0, most = Number.POSITIVE_INFINITY): readonly PlainNumber[] {
  const found: PlainNumber[] = [];
  let free = from;
  let expressionFree = from;
  for (let i = from; i < text.length; i++) {
    const char = text[i] ?? "";
    if (!digit(char) && char !== "-" && char !== "." && char !== "(") continue;
    if (!begins(text, i)) continue;
    const expression = i >= expressionFree ? expressionAt(text, i) : undefined;
    if (expression !== undefined) {
      found.push(expression);
      expressionFree = expression.end;
    }
    const literal = i >= free ? literalAt(text, i) : undefined;
    if (literal === undefined) continue;
    const suffix = percent.exec(text.slice(literal.end, literal.end + 13));
    const expr = literalExpr(literal.text);
    const end = literal.end + (suffix?.[0].length ?? 0);
    if (expr !== undefined)
      found.push({ start: i, end, text: literal.text, expr: suffix === null ? expr : { kind: "percent", arg: expr } });
    free = end;
    if (found.length > 4 * most) found.splice(0, found.length - most);
  }
  return found;
}
