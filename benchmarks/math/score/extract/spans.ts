/** Formulas of a text: what stands between `$…$`, `\(…\)`, `\[…\]`, `$$…$$`, in `[ … ]`, and bare fractions of integers. */
import { closingBrace } from "../latex/tokens.ts";

export interface Span {
  readonly start: number;
  /** One past the end, with the closing mark. */
  readonly end: number;
  readonly content: string;
  /** Followed by a percent sign or word. */
  readonly percent: boolean;
}

const percentAfter = /^ ?(?:\\?%|percentage|percent|pct)/;

function closed(text: string, start: number, opening: string, closing: string, lines: boolean): { from: number; to: number } | undefined {
  const from = start + opening.length;
  const limit = lines ? text.length : lineEnd(text, from);
  for (let i = from; i < limit; i++) {
    if (text[i] === "\\" && !text.startsWith(closing, i)) i++;
    else if (text.startsWith(closing, i)) return i === from ? undefined : { from, to: i };
  }
  return undefined;
}

function lineEnd(text: string, from: number): number {
  const end = text.indexOf("\n", from);
  return end < 0 ? text.length : end;
}

interface Delimiter {
  readonly open: string;
  readonly close: string;
  readonly lines: boolean;
}
const delimiters: readonly Delimiter[] = [
  { open: "$$", close: "$$", lines: true },
  { open: "\\[", close: "\\]", lines: true },
  { open: "$", close: "$", lines: false },
  { open: "\\(", close: "\\)", lines: false },
];

/** All formulas between delimiters, in order. A delimiter that is never closed costs one look through the text a kind. */
export function spansOf(text: string, from = 0, most = Number.POSITIVE_INFINITY): readonly Span[] {
  const spans: Span[] = [];
  const hopeless = new Map<string, number>();
  let i = from;
  while (i < text.length && spans.length < most) {
    const char = text[i];
    if (char !== "$" && char !== "\\" && char !== "[") {
      i++;
      continue;
    }
    const span = spanAt(text, i, hopeless);
    if (span === undefined)
      i += char === "\\" && (text[i + 1] === "$" || text[i + 1] === "\\") && text[i + 2] !== "(" && text[i + 2] !== "[" ? 2 : 1;
    else {
      spans.push(span);
      i = span.end;
    }
  }
  return spans;
}

/** Longest formula between plain brackets. */
const MAX_BRACKET = 300;

function spanAt(text: string, at: number, hopeless: Map<string, number>): Span | undefined {
  for (const { open, close, lines } of delimiters) {
    if (!text.startsWith(open, at) || at < (hopeless.get(open) ?? 0)) continue;
    const found = closed(text, at, open, close, lines);
    if (found === undefined) {
      hopeless.set(open, lines ? Number.POSITIVE_INFINITY : lineEnd(text, at));
      continue;
    }
    if (text.slice(found.from, found.to).trim() === "") continue;
    return finish(text, at, found.to + close.length, text.slice(found.from, found.to));
  }
  if (text[at] === "[" && text[at + 1] === " " && /\s/.test(text[at - 1] ?? "")) {
    const ahead = text.slice(at + 2, at + 2 + MAX_BRACKET);
    const length = ahead.indexOf(" ]");
    const content = ahead.slice(0, Math.max(0, length));
    const end = at + 2 + length;
    if (length >= 0 && !content.includes("\n") && /^(?:\s|$)/.test(text.slice(end + 2, end + 3))) return finish(text, at, end + 2, content);
  }
  return text.startsWith("\\frac{", at) ? bareFraction(text, at) : undefined;
}

function bareFraction(text: string, at: number): Span | undefined {
  const top = closingBrace(text.slice(0, at + 400), at + 5);
  if (top < 0 || text[top + 1] !== "{") return undefined;
  const bottom = closingBrace(text.slice(0, at + 800), top + 1);
  if (bottom < 0) return undefined;
  const parts = [text.slice(at + 6, top), text.slice(top + 2, bottom)];
  if (!parts.every((part) => /^-?[0-9]+$/.test(part))) return undefined;
  const start = text[at - 1] === "-" ? at - 1 : at;
  return finish(text, start, bottom + 1, text.slice(start, bottom + 1));
}

function finish(text: string, start: number, end: number, content: string): Span {
  const match = percentAfter.exec(text.slice(end, end + 14));
  return { start, end: end + (match?.[0].length ?? 0), content, percent: match !== null };
}
