/** Finds what an edit is anchored at. Exactly one place fits, or the refusal says how many do and where. */
import { type Refusal, refuse } from "./edit-path.ts";
import type { Outline, Section } from "./outline.ts";
import type { Range } from "./place.ts";
import { lineIndexAt, withLf } from "./text-lines.ts";

/** The section under a heading line such as `## Checks`. Blanks at the ends and closing # marks do not matter; case and level do. */
export function findSection(outline: Outline, heading: string, file: string): Section | Refusal {
  const wanted = headingParts(heading);
  const found = outline.sections.filter((section) => {
    const parts = headingParts(section.line);
    return section.level === (wanted.level ?? section.level) && parts.text === wanted.text;
  });
  const [only] = found;
  if (only !== undefined && found.length === 1) return only;
  if (found.length > 1)
    return refuse("unresolved-anchor", `The heading "${heading}" stands ${found.length} times in ${file}: ${linesOf(found)}.`);
  const known = outline.sections.map((section) => `"${"#".repeat(section.level)} ${headingParts(section.line).text}"`);
  const shown = known.length > 40 ? [...known.slice(0, 40), "…"] : known;
  return refuse(
    "unresolved-anchor",
    known.length === 0
      ? `${file} has no headings, so "${heading}" cannot be found.`
      : `${file} has no heading "${heading}"; its headings are ${shown.join(", ")}.`,
  );
}

/** Level is undefined for a line without # marks: a heading that is underlined. */
function headingParts(line: string): { readonly level?: number; readonly text: string } {
  const match = /^ {0,3}(#{1,6})(?:[ \t]+|$)/.exec(line);
  const rest = match === null ? line : withoutClosingMarks(line.slice(match[0].length));
  const text = rest.trim().replace(/\s+/g, " ");
  return match?.[1] === undefined ? { text } : { level: match[1].length, text };
}

/** Without the # marks a heading line may end with, when there are blanks before them. */
function withoutClosingMarks(text: string): string {
  const trimmed = text.trimEnd();
  let end = trimmed.length;
  while (end > 0 && trimmed[end - 1] === "#") end--;
  const isClosing = end < trimmed.length && (end === 0 || trimmed[end - 1] === " " || trimmed[end - 1] === "\t");
  return isClosing ? trimmed.slice(0, end) : text;
}

function linesOf(found: readonly { readonly lineNumber: number }[]): string {
  const numbers = found.map((place) => place.lineNumber);
  const shown = numbers.length > 10 ? [...numbers.slice(0, 10), "…"] : numbers;
  return `line${numbers.length === 1 ? "" : "s"} ${shown.join(", ")}`;
}

/**
 * The one place of an anchor text, whatever line ends it is written with; blank lines and line ends around it are not part of it. Searched in the section when one is
 * given, else in the whole text; front matter does not count.
 */
export function findText(outline: Outline, anchor: string, within: Section | null, file: string): Range | Refusal {
  const wanted = trimLines(withLf(anchor));
  const all = occurrences(outline.text, wanted);
  const body = all.filter((range) => outline.frontMatter === null || range.from >= outline.frontMatter.to);
  const found = within === null ? body : body.filter((range) => range.from >= within.from && range.to <= within.to);
  const [only] = found;
  if (only !== undefined && found.length === 1) return only;
  const quoted = `"${wanted.length > 80 ? `${wanted.slice(0, 80)}…` : wanted}"`;
  const where = within === null ? file : `section "${within.line}" of ${file}`;
  const at = (ranges: readonly Range[]): string =>
    linesOf(ranges.map((range) => ({ lineNumber: lineIndexAt(outline.lines, range.from) + 1 })));
  if (found.length > 1)
    return refuse(
      "unresolved-anchor",
      `The text ${quoted} stands ${found.length} times in ${where}: ${at(found)}; take more of the text around the one that is meant.`,
    );
  if (body.length === 0 && all.length > 0)
    return refuse("protected", `The text ${quoted} stands in the front matter of ${file}, which is protected.`);
  const elsewhere = body.length > 0 ? ` It stands elsewhere: ${at(body)}.` : "";
  return refuse("unresolved-anchor", `The text ${quoted} does not stand in ${where}.${elsewhere}`);
}

/** Without blank lines and line ends at both ends; blanks before the first word stay. A loop, because an expression tries again at every blank line of a long run. */
export function trimLines(text: string): string {
  const isBlankSign = (at: number): boolean => text[at] === " " || text[at] === "\t";
  let [from, to] = [0, text.length];
  for (let at = 0; at < text.length && (isBlankSign(at) || text[at] === "\n"); at++) if (text[at] === "\n") from = at + 1;
  for (let at = to - 1; at >= from && (isBlankSign(at) || text[at] === "\n"); at--) if (text[at] === "\n") to = at;
  return text.slice(from, to);
}

/** All places of `wanted` (line ends `\n`) in a text with any line ends, overlapping ones included, as offsets of the text. */
function occurrences(text: string, wanted: string): Range[] {
  const found: Range[] = [];
  const map = text.includes("\r") ? offsetsOfLf(text) : null;
  const haystack = map === null ? text : withLf(text);
  for (let at = haystack.indexOf(wanted); at >= 0; at = haystack.indexOf(wanted, at + 1))
    found.push({ from: map?.[at] ?? at, to: map?.[at + wanted.length] ?? at + wanted.length });
  return found;
}

/** For every offset of `withLf(text)` the one of the text itself. */
function offsetsOfLf(text: string): number[] {
  const offsets: number[] = [];
  for (let i = 0; i <= text.length; i++) if (!(text[i] === "\n" && text[i - 1] === "\r")) offsets.push(i);
  return offsets;
}
