/** The reference answer inside a text. */
import type { PlacedLeak } from "./placed-leak.ts";
import { type NumberIn, numbersIn } from "./spellings.ts";

const why = "is the reference answer";

/** Numbers that say something about arithmetic, angles, money or calendars rather than about one answer. */
const common: ReadonlySet<number> = new Set([
  15, 16, 18, 20, 24, 25, 26, 28, 29, 30, 31, 32, 36, 40, 45, 50, 52, 60, 64, 75, 80, 90, 99, 100, 120, 128, 144, 180, 200, 256, 270, 360,
  365, 366, 500, 512, 720, 999, 1000, 1024, 1440, 3600, 10_000, 86_400, 100_000, 1_000_000,
]);
const isCommon = (n: number): boolean => n <= 14 || common.has(n) || (n >= 1900 && n <= 2100);

/** The words before a number by which it is said to be the answer. */
const saidAsAnswer =
  /(?:\b(?:answer|result|solution|final value|outcome|total)\b[^.\n]{0,40}?(?:\b(?:is|was|be|equals?|as|of|gives?|becomes?)\b|[:=])\s*(?:exactly |just |simply |then )?|\\boxed\s*\{|\bbox\s*:?\s*)[$\\(*_`"' ]*$/iu;

/** Every place that tells the answer. Ordinary numbers and words tell it only where they are said to be the answer. */
export function answerLeaks(text: string, answer: string): readonly PlacedLeak[] {
  const bare = normalised(answer);
  if (bare === "") return [];
  const value = amountOf(bare);
  if (value !== undefined) return numberLeaks(text, value);
  return /^[\p{L}\s]+$/u.test(plainText(answer)) ? nameLeaks(text, plainText(answer).trim()) : expressionLeaks(text, bare);
}

/** One spelling for what LaTeX allows several. */
function normalised(latex: string): string {
  return latex
    .replace(/\\(?:left|right|displaystyle|quad|[,;! ])/g, "")
    .replace(/\\[dt]frac/g, "\\frac")
    .replace(/\\frac(\d)(\d)/g, "\\frac{$1}{$2}")
    .replace(/\\sqrt(\d)/g, "\\sqrt{$1}")
    .replace(/\^\{?\\circ\}?|\\?\$|\\?%/g, "")
    .replace(/\{,\}|(?<=\d),(?=\d{3}(?!\d))/g, "")
    .replace(/\s+/g, "");
}

const plainText = (answer: string): string => answer.replace(/\\(?:text|mathrm|textbf|mbox)\s*\{([^{}]*)\}/g, "$1").replace(/\$/g, "");

function amountOf(bare: string): { readonly n: number; readonly d: number } | undefined {
  const [, sign, top, bottom] = /^(-?)\\frac\{(\d+)\}\{(\d+)\}$/.exec(bare) ?? /^(-?)(\d+)\/(\d+)$/.exec(bare) ?? [];
  if (top !== undefined && bottom !== undefined && Number(bottom) !== 0)
    return { n: sign === "-" ? -Number(top) : Number(top), d: Number(bottom) };
  const [, whole, part = ""] = /^(-?\d*)(?:\.(\d+))?(?:\\text\{.*\})?$/.exec(bare) ?? [];
  return whole === undefined || `${whole}${part}`.replace("-", "") === ""
    ? undefined
    : { n: Number(`${whole}${part}`), d: 10 ** part.length };
}

function numberLeaks(text: string, answer: { readonly n: number; readonly d: number }): readonly PlacedLeak[] {
  const size = Math.abs(answer.n / answer.d);
  const ordinary = Number.isInteger(size) ? isCommon(size) : Math.abs(answer.n) <= 5 && answer.d <= 6;
  return numbersIn(text)
    .filter((number) => tells(number, answer))
    .filter(({ at }) => !ordinary || saidAsAnswer.test(text.slice(Math.max(0, at - 80), at)))
    .map(({ found, at }) => ({ found, why, at }));
}

/** Equal but for the sign, or the answer rounded to at least three decimal places. */
function tells(written: NumberIn, answer: { readonly n: number; readonly d: number }): boolean {
  const [x, y] = [Math.abs(written.n / written.d), Math.abs(answer.n / answer.d)];
  if (Math.abs(x - y) <= y * 1e-12) return true;
  return written.places >= 3 && !Number.isInteger(y) && Math.abs(x - y) <= 0.5000001 * 10 ** -written.places;
}

/** A single word or name tells the answer as a name in the middle of a sentence, in quotes, or said as the answer. */
function nameLeaks(text: string, name: string): readonly PlacedLeak[] {
  const escaped = name.replace(/[.*+?^${}()|[\]\\]/g, "\\$&");
  const isName = /^\p{Lu}\p{Ll}{2,}/u.test(name) || name.includes(" ");
  return [...text.matchAll(new RegExp(`(?<![\\p{L}\\p{N}])${escaped}(?![\\p{L}\\p{N}])`, isName ? "gu" : "giu"))]
    .filter(({ index }) => isName || saidAsAnswer.test(text.slice(Math.max(0, index - 80), index)))
    .map((match) => ({ found: match[0], why, at: match.index }));
}

/** Expressions of three signs and more, wherever they stand; shorter ones where they are said to be the answer. */
function expressionLeaks(text: string, bare: string): readonly PlacedLeak[] {
  // Normalised letter by letter, so that a place can be found again.
  const parts = [...bare].map((sign) => sign.replace(/[.*+?^${}()|[\]\\]/g, "\\$&"));
  const loose = new RegExp(`(?<![\\p{L}\\p{N}])${parts.join(String.raw`(?:\s|\$|\\left|\\right|\\[,;! ])*`)}(?![\\p{L}\\p{N}])`, "gu");
  return [...text.replace(/\\[dt]frac/g, "\\frac").matchAll(loose)]
    .filter(({ index }) => bare.length >= 4 || saidAsAnswer.test(text.slice(Math.max(0, index - 80), index)))
    .map((match) => ({ found: match[0], why, at: match.index }));
}
