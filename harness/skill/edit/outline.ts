/** What edits need to know of a Markdown text: its sections, and the stretches that must not be torn apart. Taken from the syntax tree, never from line patterns. */
import type { Heading, Nodes, Parents, Root } from "mdast";
import { parseMarkdown, plainText } from "../parse-markdown.ts";
import type { Range } from "./place.ts";
import { isBlank, type Line, lineIndexAt, splitLines } from "./text-lines.ts";

/** A heading with everything below it, up to the next heading of the same or a higher level. */
export interface Section extends Range {
  readonly level: number;
  /** Its whole source line; for a heading underlined with = or -, the lines of its text. */
  readonly line: string;
  /** 1-based. */
  readonly lineNumber: number;
  /** The heading itself, underline included. */
  readonly heading: Range;
  /** End of the text before the first heading of any level. */
  readonly ownTo: number;
  /** What makes it the same heading to a reader: see `headingKey`. */
  readonly key: string;
  /** Position of the enclosing section, -1 for none. */
  readonly parent: number;
}

export interface Fence extends Range {
  readonly closed: boolean;
}

/** All offsets are of `text`. A byte order mark is not expected (files that have one are not edited). */
export interface Outline {
  readonly text: string;
  readonly lines: readonly Line[];
  readonly root: Root;
  readonly frontMatter: Range | null;
  /** In reading order. Headings in fences, HTML, quotations, lists and front matter are none. */
  readonly sections: readonly Section[];
  /** Fenced code, wherever it stands. One that is never closed reaches to the end of what holds it. */
  readonly fences: readonly Fence[];
  /** Header row to last row. */
  readonly tables: readonly Range[];
}

/** Title of a heading as the validator compares them: visible text, case ignored. */
export function headingKey(node: Heading): string {
  return plainText(node).trim().toLowerCase();
}

export function rangeOf(node: Nodes): Range {
  return { from: node.position?.start.offset ?? 0, to: node.position?.end.offset ?? 0 };
}

/** Never fails: any text is some Markdown. */
export function outlineOf(text: string): Outline {
  const root = parseMarkdown(text);
  const lines = splitLines(text);
  const fences: Fence[] = [];
  const tables: Range[] = [];
  visit(root, (node) => {
    if (node.type === "code" && isFenced(node, text)) fences.push({ ...rangeOf(node), closed: isClosed(node, text, lines) });
    if (node.type === "paragraph") {
      const table = tableIn(rangeOf(node), text, lines);
      if (table !== null) tables.push(table);
    }
  });
  const head = root.children[0];
  return {
    text,
    lines,
    root,
    frontMatter: head?.type === "yaml" ? rangeOf(head) : null,
    sections: sectionsOf(root, text, lines),
    fences,
    tables,
  };
}

/** Reading order; not recursive, because nesting in a hostile file is as deep as the file is long. */
function visit(root: Parents, see: (node: Nodes) => void): void {
  const waiting: Nodes[] = [root];
  for (let next = waiting.pop(); next !== undefined; next = waiting.pop()) {
    see(next);
    // Inline nodes hold nothing of interest and are most of the tree.
    if ("children" in next && next.type !== "paragraph" && next.type !== "heading") waiting.push(...next.children.toReversed());
  }
}

function sectionsOf(root: Root, text: string, lines: readonly Line[]): Section[] {
  const headings = root.children.filter((node) => node.type === "heading");
  const open: number[] = [];
  return headings.map((node, i) => {
    const heading = rangeOf(node);
    const next = headings.slice(i + 1).find((other) => other.depth <= node.depth);
    while (open.length > 0 && (headings[open.at(-1) ?? 0]?.depth ?? 0) >= node.depth) open.pop();
    const parent = open.at(-1) ?? -1;
    open.push(i);
    const after = headings[i + 1];
    const inner = node.children.at(-1)?.position?.end.line ?? node.position?.start.line ?? 1;
    const first = node.position?.start.line ?? 1;
    const isAtx = /^ {0,3}#/.test(lines[first - 1]?.text ?? "");
    return {
      level: node.depth,
      line: lines
        .slice(first - 1, isAtx ? first : inner)
        .map((line) => line.text)
        .join("\n"),
      lineNumber: first,
      heading: { from: lines[first - 1]?.from ?? heading.from, to: heading.to },
      from: lines[first - 1]?.from ?? heading.from,
      to: next === undefined ? text.length : lineStart(next, lines),
      ownTo: after === undefined ? text.length : lineStart(after, lines),
      key: headingKey(node),
      parent,
    };
  });
}

/** A heading may be indented by up to three blanks; its section begins with its line. */
function lineStart(node: Nodes, lines: readonly Line[]): number {
  return lines[(node.position?.start.line ?? 1) - 1]?.from ?? 0;
}

function isFenced(node: Nodes, text: string): boolean {
  return /^(?:`{3}|~{3})/.test(text.slice(rangeOf(node).from, rangeOf(node).from + 3));
}

function isClosed(node: Nodes, text: string, lines: readonly Line[]): boolean {
  const { from, to } = rangeOf(node);
  const mark = /^(`{3,}|~{3,})/.exec(text.slice(from, to))?.[1] ?? "```";
  const last = lines[lineIndexAt(lines, Math.max(from, to - 1))];
  if (last === undefined || last.from <= from) return false;
  return new RegExp(`^[\\s>]*\\${mark[0]}{${mark.length},}[ \\t]*$`).test(last.text);
}

const delimiterRow = /^\s*\|?\s*:?-+:?\s*(?:\|\s*:?-+:?\s*)*\|?\s*$/;

/** The table a paragraph holds (plain CommonMark has none): a row, a delimiter row with as many cells, and all lines to the paragraph's end. */
function tableIn(paragraph: Range, text: string, lines: readonly Line[]): Range | null {
  if (!text.slice(paragraph.from, paragraph.to).includes("|")) return null;
  const first = lineIndexAt(lines, paragraph.from);
  const last = lineIndexAt(lines, paragraph.to - 1);
  for (let i = first + 1; i <= last; i++) {
    const [row, delimiter] = [lines[i - 1], lines[i]];
    if (row === undefined || delimiter === undefined || !delimiter.text.includes("|") || !delimiterRow.test(delimiter.text)) continue;
    if (cells(row.text) === cells(delimiter.text)) return { from: Math.max(paragraph.from, row.from), to: paragraph.to };
  }
  return null;
}

function cells(row: string): number {
  return row
    .trim()
    .replace(/^\||(?<!\\)\|$/g, "")
    .split(/(?<!\\)\|/).length;
}

/** Whether an offset lies within the range, its end excluded. */
export function holds(range: Range, offset: number): boolean {
  return range.from <= offset && offset < range.to;
}

/** Position of the last line up to `offset` (exclusive) that is not blank; -1 for none. */
export function lastTextLine(outline: Outline, offset: number): number {
  if (offset <= 0) return -1;
  let i = lineIndexAt(outline.lines, offset - 1);
  while (i >= 0 && isBlank(outline.lines[i])) i--;
  return i;
}
