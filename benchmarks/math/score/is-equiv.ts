/**
 * The string comparison of the MATH tradition (hendrycks/math, `math_equivalence`): both sides are normalised as text and have to be the
 * same text. A side that the normalisation cannot handle makes the comparison one of the raw texts.
 */
import { MAX_TEXT } from "./limits.ts";
import type { Verdict } from "./verdict.ts";

const pieces = (text: string, separator: string): readonly [string, ...string[]] => {
  const [first = "", ...rest] = text.split(separator);
  return [first, ...rest];
};

/** `\sqrt3` as `\sqrt{3}`; undefined where a root has nothing behind it. */
function braceRoots(text: string): string | undefined {
  const [head, ...tails] = pieces(text, "\\sqrt");
  let result = head;
  for (const tail of tails) {
    const [first] = tail;
    if (first === undefined) return undefined;
    result += first === "{" ? `\\sqrt${tail}` : `\\sqrt{${first}}${tail.slice(first.length)}`;
  }
  return result;
}

/** `\frac12`, `\frac1{2}` with braces. A bare fraction with fewer than two characters leaves the text as it is; one with none is undefined. */
function braceFractions(text: string): string | undefined {
  const [head, ...tails] = pieces(text, "\\frac");
  let result = head;
  for (const tail of tails) {
    const characters = Array.from(tail.slice(0, 4));
    const [top, bottom] = characters;
    if (top === undefined) return undefined;
    if (top === "{") result += `\\frac${tail}`;
    else if (bottom === undefined) return text;
    else {
      const rest = tail.slice(top.length + bottom.length);
      result += bottom === "{" ? `\\frac{${top}}{${rest}` : `\\frac{${top}}{${bottom}}${rest}`;
    }
  }
  return result;
}

/** `3/4` as a fraction, only if the whole text is one of two integers written plainly. */
function slashFraction(text: string): string {
  const match = /^(0|-?[1-9][0-9]*)\/(0|-?[1-9][0-9]*)$/.exec(text);
  return match === null ? text : `\\frac{${match[1]}}{${match[2]}}`;
}

/** The normal form; undefined where the official normalisation raises. */
function normalForm(raw: string): string | undefined {
  let text = raw
    .replaceAll("\n", "")
    .replaceAll("\\!", "")
    .replaceAll("\\\\", "\\")
    .replaceAll("tfrac", "frac")
    .replaceAll("dfrac", "frac")
    .replaceAll("\\left", "")
    .replaceAll("\\right", "")
    .replaceAll("^{\\circ}", "")
    .replaceAll("^\\circ", "")
    .replaceAll("\\$", "");
  const [value, ...units] = pieces(text, "\\text{ ");
  if (units.length > 1) return undefined;
  text = value.replaceAll("\\%", "").replaceAll(" .", " 0.").replaceAll("{.", "{0.");
  if (text === "") return text;
  if (text.startsWith(".")) text = `0${text}`;
  const [name, ...sides] = pieces(text, "=");
  if (sides.length === 1 && Array.from(name).length <= 2) text = sides[0] ?? "";
  const rooted = braceRoots(text);
  if (rooted === undefined) return undefined;
  const bare = braceFractions(rooted.replaceAll(" ", ""));
  if (bare === undefined) return undefined;
  return slashFraction(bare === "0.5" ? "\\frac{1}{2}" : bare);
}

/** Pure and linear in the texts' length; never throws. A text above the cap is false with a message. */
export function isEquiv(gold: string, pred: string): Verdict {
  if (gold.length > MAX_TEXT || pred.length > MAX_TEXT)
    return { verdict: false, message: `refused: a text is longer than ${MAX_TEXT} characters` };
  const [left, right] = [normalForm(gold), normalForm(pred)];
  return { verdict: left === undefined || right === undefined ? gold === pred : left === right, message: "" };
}
