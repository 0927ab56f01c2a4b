/** Where in a text an answer may stand, best first: what "I hope it is correct" follows, boxes, what follows "answer", the rest from the end. */
import type { Expr } from "../expression/expr.ts";
import { MAX_CANDIDATES } from "../limits.ts";
import { boxesOf, lastGroup } from "./boxes.ts";
import { plainNumbers } from "./plain-numbers.ts";
import { type Span, spansOf } from "./spans.ts";

export type MatchType = "latex" | "expr" | "string";

export interface Candidate {
  readonly start: number;
  readonly end: number;
  readonly type: MatchType;
  /** Parts of one answer (boxes or formulas that belong together); a plain number has one. */
  readonly parts: readonly { readonly text: string; readonly percent: boolean }[];
  /** What joins the parts in the text that is compared. */
  readonly glue: string;
  /** A plain number that was read already. */
  readonly expr?: Expr;
}

/** Longest text between "answer" and the answer. */
const ANCHOR_REACH = 50;

const byEnd = (a: Candidate, b: Candidate): number => b.end - a.end || a.start - b.start;

function spanCandidate(spans: readonly Span[]): Candidate {
  const [first, last] = [spans[0], spans.at(-1)];
  return {
    start: first?.start ?? 0,
    end: last?.end ?? 0,
    type: "latex",
    parts: spans.map((span) => ({ text: span.content, percent: span.percent })),
    glue: " and ",
  };
}

/** Formulas with nothing but a comma, "and" or "or" between them are one candidate. */
function joinSpans(text: string, spans: readonly Span[]): readonly Candidate[] {
  const runs: Span[][] = [];
  for (const span of spans) {
    const before = runs.at(-1)?.at(-1);
    const between = before === undefined || span.start - before.end > 40 ? "x" : text.slice(before.end, span.start);
    if (/^\s*(?:,|and|or)\s*$/.test(between)) runs.at(-1)?.push(span);
    else runs.push([span]);
  }
  return runs.map(spanCandidate);
}

function numberCandidates(text: string, from: number, most: number): readonly Candidate[] {
  return plainNumbers(text, from, most).map(({ start, end, text: shown, expr }) => ({
    start,
    end,
    type: "expr" as const,
    parts: [{ text: shown, percent: false }],
    glue: "",
    ...(expr === undefined ? {} : { expr }),
  }));
}

function boxCandidates(text: string): readonly Candidate[] {
  const boxes = lastGroup(text, boxesOf(text));
  const last = boxes.at(-1);
  const [first] = boxes;
  if (first === undefined || last === undefined) return [];
  const percent = /^[^$\n]{0,20}\$ ?(?:\\?%|percentage|percent|pct)/.test(text.slice(last.end, last.end + 40));
  const parts = boxes.map((box, i) => ({ text: box.content, percent: percent && i === boxes.length - 1 }));
  return [{ start: first.start, end: last.end, type: "latex", parts, glue: "," }];
}

const anchorWord = /answer/gi;

/** Places right after the word "answer"; with `final`, only after "final answer". */
function anchors(text: string, final: boolean): readonly number[] {
  const places: number[] = [];
  for (const match of text.matchAll(anchorWord)) {
    const at = match.index;
    if (final && !/final $/i.test(text.slice(Math.max(0, at - 6), at))) continue;
    places.push(at + match[0].length);
    if (places.length > MAX_CANDIDATES) places.shift();
  }
  return places;
}

/** The first candidate within reach of each anchor. */
function anchored(text: string, final: boolean, candidates: readonly Candidate[]): readonly Candidate[] {
  const found: Candidate[] = [];
  for (const type of ["latex", "expr"] as const) {
    const own = candidates.filter((candidate) => candidate.type === type).sort((a, b) => a.start - b.start || b.end - a.end);
    let at = 0;
    for (const anchor of anchors(text, final)) {
      while (at < own.length && (own[at]?.start ?? 0) < anchor) at++;
      const first = own[at];
      if (first === undefined || first.start - anchor > ANCHOR_REACH) continue;
      if (type === "expr" && text.slice(anchor, Math.max(anchor, first.start - 1)).includes("\n")) continue;
      for (let i = at; own[i]?.start === first.start; i++) found.push(own[i] ?? first);
    }
  }
  return found;
}

const hope = /^\S{0,2}\s{0,2}I hope/;

/** Candidates of the given types in the order they are tried. */
export function candidatesOf(text: string, types: ReadonlySet<MatchType>): readonly Candidate[] {
  const latex = types.has("latex") ? joinSpans(text, spansOf(text)).slice(-MAX_CANDIDATES) : [];
  const numbers = types.has("expr") ? numberCandidates(text, 0, MAX_CANDIDATES) : [];
  const free = [...latex, ...numbers];
  const hopeful = text.includes("I hope") ? anchored(text, true, free).filter(({ end }) => hope.test(text.slice(end, end + 12))) : [];
  const boxed = types.has("latex") ? boxCandidates(text) : [];
  return [...[...hopeful].sort(byEnd), ...boxed, ...[...anchored(text, false, free)].sort(byEnd), ...[...free].sort(byEnd)].slice(
    0,
    MAX_CANDIDATES,
  );
}
