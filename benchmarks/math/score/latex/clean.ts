/**
 * What is done to the text of a formula before it is parsed, as Math-Verify 0.8.0 was seen to do it: layout commands, units and words around
 * the answer vanish, short fractions and roots get braces, `and` / `or` become commas.
 */
import { closingBrace } from "./tokens.ts";
import { dropUnits } from "./units.ts";

const fonts = /\\(?:mathrm|mathbf|mathit|mathsf|mathtt|textbf|textit|textrm|textnormal|textsf|texttt|mathrm)(?![a-zA-Z])/g;
const layout = /\\(?:left|right)(?![a-zA-Z])|\\displaystyle(?![a-zA-Z])|["'$]/g;

const matrices = /\\begin\{(?:[pbvB]?matrix|smallmatrix|array)\}/;

/** `{,}` as a comma, layout gone, doubled backslashes before names single (but for the rows of a matrix), fonts as text. */
function basics(text: string): string {
  const single = matrices.test(text) ? text : text.replace(/\\\\(?=[a-zA-Z])/g, "\\");
  return single
    .replace(/\\! ?/g, "")
    .replaceAll("\\$", "")
    .replaceAll("{,}", ",")
    .replace(layout, "")
    .replace(/(^|[^\\])\\ (?=.)/g, "$1 ")
    .replace(/\n/g, " ")
    .replace(fonts, "\\text")
    .replace(/\\[dtc]frac(?![a-zA-Z])/g, "\\frac");
}

/** `and` and `or` between parts of an answer are commas. */
function conjunctions(text: string): string {
  return text
    .replace(/,? ?\\text\{ ?(?:and|or) ?\}/g, ",")
    .replace(/(^|[0-9]), ?(?:and|or)(?![a-zA-Z])/g, "$1,")
    .replace(/(^|[^a-zA-Z])(?:and|or)(?![a-zA-Z])/g, "$1,")
    .replace(/,( ?),/g, (whole, blank: string) => (/^,,$/.test(whole) && blank === "" ? "," : whole));
}

/** Reads one argument of a command: a group, or one character. */
function argumentAt(text: string, at: number): { readonly content: string; readonly end: number } | undefined {
  let i = at;
  while (text[i] === " ") i++;
  const char = text[i];
  if (char === undefined) return undefined;
  if (char === "{") {
    const close = closingBrace(text, i);
    return close < 0 ? undefined : { content: text.slice(i + 1, close), end: close + 1 };
  }
  return /[a-zA-Z0-9]/.test(char) ? { content: char, end: i + 1 } : undefined;
}

/** `\frac12` and `\sqrt2` with braces. A fraction whose arguments are not both found stays as it is. */
export function braceArguments(text: string, depth = 0): string {
  if (depth > 32 || (!text.includes("\\frac") && !text.includes("\\sqrt"))) return text;
  let result = "";
  let i = 0;
  while (i < text.length) {
    if (text.startsWith("\\frac", i) && !/[a-zA-Z]/.test(text[i + 5] ?? "")) {
      const top = argumentAt(text, i + 5);
      const bottom = top === undefined ? undefined : argumentAt(text, top.end);
      const short = top !== undefined && bottom !== undefined && acceptable(text, i + 5, top, bottom);
      if (short) {
        result += `\\frac{${braceArguments(top.content, depth + 1)}}{${braceArguments(bottom.content, depth + 1)}}`;
        i = bottom.end;
        continue;
      }
      result += "\\frac";
      i += 5;
    } else if (text.startsWith("\\sqrt", i) && !/[a-zA-Z[]/.test(text[i + 5] ?? "")) {
      const radicand = argumentAt(text, i + 5);
      if (radicand !== undefined) {
        result += `\\sqrt{${braceArguments(radicand.content, depth + 1)}}`;
        i = radicand.end;
        continue;
      }
      result += "\\sqrt";
      i += 5;
    } else result += text[i++];
  }
  return result;
}

interface Argument {
  readonly content: string;
  readonly end: number;
}

/** Unbraced arguments are digits only: `\frac a b` and `\frac{x}y` are not read. */
function acceptable(text: string, start: number, top: Argument, bottom: Argument): boolean {
  const braced = (argument: Argument): boolean => text[argument.end - 1] === "}";
  const digit = (argument: Argument): boolean => /^[0-9]$/.test(argument.content);
  if (braced(top) && braced(bottom)) return true;
  if (!braced(top) && !braced(bottom)) return text[start] !== " " || digit(top) ? digit(top) && digit(bottom) : false;
  return digit(braced(top) ? bottom : top);
}

/** Thousands separators of a formula that is one number; `0,123` is a decimal. */
function separators(text: string): string {
  if (!/^[-+]?[0-9]{1,3}(?:,[0-9]{3})+(?:\.[0-9]+)?$/.test(text)) return text;
  if (/^[-+]?0/.test(text)) return text.split(",").length > 2 ? text : text.replace(/^([-+]?)0*(?=[0-9])/, "$1").replace(",", ".");
  return text.replaceAll(",", "");
}

/** Text of a formula ready to be parsed. Linear in its length. */
export function cleanFormula(raw: string): string {
  let text = conjunctions(basics(raw))
    .replace(/,? ?\\ldots/g, "")
    .replace(/ ?(?:percentage|percent|pct)(?![a-zA-Z])/g, "\\%")
    .replace(/sqrt\(([^()]*)\)/g, "\\sqrt{$1}")
    .replaceAll("\\\\sqrt", "\\sqrt");
  text = dropUnits(text).trim();
  return separators(braceArguments(text).trim());
}
