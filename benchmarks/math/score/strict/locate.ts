/** The final answer of a response: where it is given, if it is. */

import { spansOf } from "../extract/spans.ts";
import { groupEnds } from "../latex/tokens.ts";

const OPEN = "<think>";
const CLOSE = "</think>";

/** The text without its thinking: closed blocks, an unclosed one to the end, and everything before a closing tag that was never opened. */
export function withoutThinking(text: string): string {
  let kept = "";
  let from = 0;
  let open = 0;
  for (;;) {
    if (open >= 0 && open <= from) open = text.indexOf(OPEN, from);
    const close = text.indexOf(CLOSE, from);
    if (close >= 0 && (open < 0 || close < open)) {
      kept = "";
      from = close + CLOSE.length;
    } else if (open < 0) return kept + text.slice(from);
    else {
      kept += text.slice(from, open);
      if (close < 0) return kept;
      from = close + CLOSE.length;
    }
  }
}

interface Part {
  readonly start: number;
  readonly end: number;
  readonly content: string;
}

const boxMacro = /\\(?:boxed|fbox|framebox)(?![a-zA-Z])/g;

/** Boxes with braces, blanks before the braces, or one bare token; an unclosed box is none. */
function boxes(text: string): readonly Part[] {
  const found: Part[] = [];
  let free = 0;
  let ends: ReadonlyMap<number, number> | undefined;
  for (const match of text.matchAll(boxMacro)) {
    if (match.index < free) continue;
    ends ??= groupEnds(text, match.index + match[0].length);
    let at = match.index + match[0].length;
    while (text[at] === " " || text[at] === "\n") at++;
    if (text[at] === "{") {
      const close = ends.get(at);
      if (close === undefined) continue;
      found.push({ start: match.index, end: close + 1, content: text.slice(at + 1, close) });
      free = close + 1;
    } else {
      const end = /^[0-9]+|^[a-zA-Z]/.exec(text.slice(at, at + 40))?.[0].length ?? 0;
      if (end > 0) found.push({ start: match.index, end: at + end, content: text.slice(at, at + end) });
    }
  }
  return found;
}

const inner = (content: string, depth = 0): string => {
  const last = boxes(content).at(-1);
  return last === undefined || depth > 8 ? content : inner(last.content, depth + 1);
};

/** The last box, with those before it that only "and", "or" or a comma part from it. */
function boxed(text: string): string | undefined {
  const all = boxes(text);
  const last = all.at(-1);
  if (last === undefined) return undefined;
  let first = all.length - 1;
  const linked = (between: string): boolean =>
    between.length < 60 && /(?:,|and|or)/.test(between) && /^(?:[\s$,;]|and|or|\\quad|\\text\{|\}|\\\(|\\\)|\\\[|\\\])*$/.test(between);
  while (first > 0 && linked(text.slice(all[first - 1]?.end, all[first]?.start))) first--;
  return all
    .slice(first)
    .map((box) => inner(box.content))
    .join(", ");
}

/** What stands in the last `<answer>` element. */
function tagged(text: string): string | undefined {
  const close = text.lastIndexOf("</answer>");
  const open = close < 0 ? -1 : text.lastIndexOf("<answer>", close);
  return open < 0 ? undefined : text.slice(open + "<answer>".length, close);
}

const bare = (text: string): string => text.replace(/[*_`#]+/g, " ").trim();

/** The one formula of a piece of text, or undefined where it has none. */
function formula(text: string): string | undefined {
  const spans = spansOf(text, 0, 8);
  const [first] = spans;
  if (first === undefined) return undefined;
  const joined: string[] = [first.content];
  for (let i = 1; i < spans.length; i++) {
    const [before, span] = [spans[i - 1], spans[i]];
    if (before === undefined || span === undefined || !/^\s*(?:,|and|or)\s*$/.test(text.slice(before.end, span.start))) break;
    joined.push(span.content);
  }
  const percent = spans[joined.length - 1]?.percent === true ? "\\%" : "";
  return joined.join(", ") + percent;
}

const anchor = /\b(?:answer|result)\b/gi;
const MAX_ANCHORS = 200;

/** What follows the last "answer is", "answer:" or "answer =" that something follows. */
function announced(text: string): string | undefined {
  const places = [...text.matchAll(anchor)].slice(-MAX_ANCHORS).reverse();
  for (const place of places) {
    const tail = text.slice(place.index + place[0].length, place.index + 600);
    const lead = /^(?:\*\*)?(?:\s+to\s[^.:\n]{1,80})?\s*(?:\*\*)?\s*(?::|=|is\b|would be\b|must be\b)\s*(?:\*\*)?[ \t]*:?\s*/.exec(tail);
    if (lead === null) continue;
    const rest = tail.slice(lead[0].length);
    const line = (/^[^\n]*/.exec(rest)?.[0] ?? "").trim();
    const opening = /^(?:\\\[|\$\$)/.test(rest) ? rest : line;
    const found = formula(opening);
    const before = found === undefined ? line : opening.slice(0, spansOf(opening, 0, 1)[0]?.start ?? 0);
    if (found !== undefined && /^[\s*]*(?:(?:the|simply|just|therefore|thus|about|approximately|exactly|:)[\s*]*){0,3}$/i.test(before))
      return found;
    const words = bare(sentence(line));
    if (words !== "") return words;
  }
  return undefined;
}

/** Up to the end of the sentence; a point inside a number does not end it. */
function sentence(line: string): string {
  const end = line.search(/[.!?;](?:\s|\*|$)|\s\(/);
  const cut = end < 0 ? line : line.slice(0, end);
  return cut.replace(/\s+(?:since|because|as|where|for|when)\s[\s\S]*$/, "");
}

const conclusion = /^(?:thus|therefore|hence|so|finally|in conclusion|we (?:get|have|find|conclude))\b/i;

/** The last line, if it concludes and has a formula. */
function concluded(text: string): string | undefined {
  const line = bare(text.slice(-2000).trimEnd().split("\n").at(-1) ?? "");
  if (!conclusion.test(line)) return undefined;
  const last = spansOf(line, 0, 20).at(-1);
  return last !== undefined && /^[\s.]*$/.test(line.slice(last.end)) ? last.content : undefined;
}

/** A response that is nothing but an answer: one formula, or one short line without prose. */
function whole(text: string): string | undefined {
  const trimmed = text.replace(/^\s*```[a-z]*\n?|\n?```\s*$/g, "").trim();
  const [only, ...others] = spansOf(trimmed, 0, 2);
  if (only !== undefined && others.length === 0 && only.start === 0 && /^[\s.]*$/.test(trimmed.slice(only.end)))
    return only.content + (only.percent ? "\\%" : "");
  if (trimmed.length > 2000 || trimmed.includes("\n")) return formulaList(trimmed);
  return formulaList(trimmed) ?? bare(trimmed);
}

const formulaList = (text: string): string | undefined => {
  const found = formula(text);
  return found !== undefined && /^[\s$,.]*$/.test(text.replace(/\$[^$]*\$/g, "").replace(/and|or/g, "")) ? found : undefined;
};

/** The final answer as LaTeX or words; undefined where the response gives none. */
export function locateAnswer(response: string): string | undefined {
  const text = withoutThinking(response);
  const found = boxed(text) ?? tagged(text) ?? announced(text) ?? concluded(text) ?? whole(text);
  return found === undefined || found.trim() === "" ? undefined : found;
}

/** The content of the last box of a text, as it is written there; undefined where there is none. */
export const locateBox = (text: string): string | undefined => boxes(text).at(-1)?.content;
