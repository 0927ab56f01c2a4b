/** Word patterns of lessons (core/world.ts): words in order with small gaps, and whether a negation governs what they matched. */
import { isImperative, isMark, type Word } from "./words.ts";

interface Element {
  readonly alternatives: readonly { readonly text: string; readonly stem: boolean }[];
  /** Most other words allowed between the previous element and this one. */
  readonly gap: number;
}
export type Pattern = readonly Element[];

/** First and one-past-last word of a match. */
export interface Span {
  readonly from: number;
  readonly to: number;
}

/** Reads a pattern's text. Throws a TypeError for an empty one, because it would match everything. */
export function compilePattern(text: string): Pattern {
  const elements: Element[] = [];
  let gap = 2;
  for (const part of text.trim().split(/\s+/)) {
    if (part === "..") {
      gap = 6;
      continue;
    }
    const alternatives = part.split("|").map((a) => ({ text: a.replace(/\*$/, ""), stem: a.endsWith("*") }));
    if (alternatives.some((a) => a.text === "")) throw new TypeError(`lesson pattern "${text}" has an empty word`);
    elements.push({ alternatives, gap });
    gap = 2;
  }
  if (elements.length === 0) throw new TypeError("a lesson pattern is empty");
  return elements;
}

/** Whether the pattern's first word is a verb: advice that must stand where a clause can begin. */
export function opensWithVerb(pattern: Pattern): boolean {
  const first = pattern[0]?.alternatives[0];
  return (
    first !== undefined && (isImperative(first.text) || (first.stem && ["", "e", "p", "t"].some((end) => isImperative(first.text + end))))
  );
}

function fits(word: Word, element: Element): boolean {
  return element.alternatives.some((a) => (a.stem ? word.startsWith(a.text) : word === a.text || word === `${a.text}s`));
}

/** The shortest match from each start, in order. */
export function findPattern(pattern: Pattern, words: readonly Word[]): readonly Span[] {
  const spans: Span[] = [];
  for (let from = 0; from < words.length; from++) {
    const to = matchFrom(pattern, words, 0, from);
    if (to !== undefined) spans.push({ from, to });
  }
  return spans;
}

function matchFrom(pattern: Pattern, words: readonly Word[], index: number, at: number): number | undefined {
  const element = pattern[index];
  const word = words[at];
  if (element === undefined || word === undefined || !fits(word, element)) return undefined;
  const next = pattern[index + 1];
  if (next === undefined) return at + 1;
  for (let to = at + 1, skipped = 0; to < words.length && skipped <= next.gap; to++) {
    const end = matchFrom(pattern, words, index + 1, to);
    if (end !== undefined) return end;
    if (words[to] === ":") return undefined;
    if (!isMark(words[to] ?? "")) skipped++;
  }
  return undefined;
}

const negators = new Set(
  (
    "never not dont doesnt didnt shouldnt mustnt wont cannot cant neednt no none avoid avoids avoiding without refrain stop forget forgets forgetting " +
    "skip skipping neglect omit omitting fail unnecessary pointless useless instead rather nobody hardly rarely resist"
  ).split(" "),
);
const needless = new Set(
  "unnecessary pointless useless needless harmful wrong mistake forbidden overkill discouraged superfluous".split(" "),
);
const harm = new Set(
  (
    "wrong mistake harmful fails breaks break skips skip skipping shifts shift loses lose corrupts dangerous bug forbidden bad misses miss misreads " +
    "silently fatal pitfall trap incorrect error errors empty missing ruins spoils leaves discouraged off garbage unreliable fragile"
  ).split(" "),
);
const predicate = new Set("is are was were isnt arent has have had be".split(" "));

/** Whether the words before and around a match turn it into its opposite: an odd number of negators in its clause, or a verdict such as "is unnecessary" after it. */
export function isNegated(words: readonly Word[], span: Span): boolean {
  let count = 0;
  for (let i = span.from - 1; i >= 0 && span.from - i <= 6; i--) {
    const word = words[i] ?? "";
    if (isMark(word)) break;
    if (!negators.has(word)) continue;
    if (word === "not" && words[i + 1] === "only") continue;
    if ((word === "not" || (word === "no" && words[i + 1] !== "need")) && predicate.has(words[i - 1] ?? "") && span.from - i > 2) continue;
    if ((word === "instead" || word === "rather") && !["of", "than"].includes(words[i + 1] ?? "")) continue;
    count++;
  }
  for (let i = span.from + 1; i < span.to - 1; i++) if (negators.has(words[i] ?? "") && words[i + 1] !== "only") count++;
  for (let i = span.to; i < words.length && i - span.to < 6; i++) {
    const word = words[i] ?? "";
    if (isMark(word)) break;
    if (needless.has(word)) count++;
    if (word === "not" && ["needed", "necessary", "required", "worth", "recommended", "advisable"].includes(words[i + 1] ?? "")) count++;
  }
  return count % 2 === 1;
}

/** Whether the sentence warns against what was matched: it is negated, or harm is said to follow. */
export function isWarnedAgainst(words: readonly Word[], span: Span): boolean {
  if (isNegated(words, span)) return true;
  for (let i = span.to; i < words.length && i - span.to < 12; i++) if (harm.has(words[i] ?? "")) return true;
  return false;
}
