/** A located answer → text that the formula parser reads as it is meant. */
import { closingBrace } from "../latex/tokens.ts";

/** Macros whose argument is all that counts. */
const wrappers = /^\\(?:text|textbf|textit|textrm|textnormal|mathrm|mathbf|mathit|mbox|hbox|bm|boldsymbol|underline|ensuremath)$/;

/** `\textbf{204}`, `\textcolor{red}{204}` and the like without the macro, where its argument is a formula rather than words. */
function unwrap(text: string, depth = 0): string {
  if (depth > 6 || !text.includes("\\")) return text;
  let result = "";
  let i = 0;
  while (i < text.length) {
    if (text[i] !== "\\") {
      result += text[i++];
      continue;
    }
    let end = i + 1;
    while (end < text.length && /[a-zA-Z]/.test(text[end] ?? "")) end++;
    const macro = text.slice(i, Math.max(end, i + 2));
    i += macro.length;
    const open = text[i] === " " && text[i + 1] === "{" ? i + 1 : i;
    const close = text[open] === "{" ? closingBrace(text, open) : -1;
    if (close < 0) {
      result += macro;
      continue;
    }
    const content = text.slice(open + 1, close);
    if (macro === "\\color") i = close + 1;
    else if (macro === "\\textcolor" && text[close + 1] === "{") {
      const second = closingBrace(text, close + 1);
      result += second < 0 ? macro : unwrap(text.slice(close + 2, second), depth + 1);
      i = second < 0 ? i : second + 1;
    } else if (wrappers.test(macro) && isFormula(content)) {
      result += `{${unwrap(content, depth + 1)}}`;
      i = close + 1;
    } else result += macro;
  }
  return result;
}

/** Whether the inside of a text macro is a formula: it has a digit or command and no run of letters. */
const isFormula = (content: string): boolean =>
  /[0-9\\]/.test(content) && !/[a-zA-Z]{2}/.test(content.replace(/\\[a-zA-Z]+/g, "")) && !/[a-zA-Z]\s|\s[a-zA-Z]/.test(content);

const thousands = /^([-+]?)([0-9]{1,3}(?:(?:,|\{,\}|\\,|\\!|\\ | |~|_)+[0-9]{3})+)(\.[0-9]+)?$/;

/** Digits of a number written with thousands separators of one kind. */
function joinThousands(text: string): string {
  const plain = text.replaceAll("{,}", ",").replaceAll("\\!", "").replaceAll(", ", ",");
  const match = thousands.exec(plain);
  return match === null ? text : `${match[1]}${(match[2] ?? "").replace(/[^0-9]/g, "")}${match[3] ?? ""}`;
}

/** The answer without layout, closing punctuation, congruence moduli and separators. */
export function cleanAnswer(raw: string): string {
  let text = unwrap(raw.replace(/\\(?:displaystyle|textstyle|bf|rm|it|Large|large|huge)(?![a-zA-Z])/g, ""))
    .replace(/\\p?(?:mod|bmod)(?![a-zA-Z])[^,;]*$/, "")
    .replace(/\\(?:bigl?|bigr|Bigl?|Bigr|biggl?|biggr)(?![a-zA-Z])/g, "")
    .replace(/\\(?:operatorname|mathop)\{(sin|cos|tan|log|ln|arcsin|arccos|arctan|lcm|gcd)\}/g, "\\$1 ")
    .replace(/[~\u00a0]/g, " ")
    .trim();
  if (text.startsWith("$") && text.endsWith("$")) text = text.replace(/^\$+|\$+$/g, "").trim();
  text = text.replace(/^(?:\\approx|=|:)\s*/, "");
  text = text.replace(/(?:\s|\\,|\\ |\\quad|[.,;:?])+$/, "").trim();
  text = text.replace(/^\{([0-9.,\\! -]*)\}$/, "$1").trim();
  const equals = text.lastIndexOf("=") + 1;
  return text.slice(0, equals) + joinThousands(text.slice(equals).trim());
}
