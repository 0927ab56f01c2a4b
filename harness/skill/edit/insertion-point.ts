/**
 * Where a text goes that is put beside an anchor or at a section's end. The rule, so that nothing is ever torn apart:
 * - beside a line of a paragraph, quotation or HTML block means beside the whole block; beside a heading means directly below or above it;
 * - beside a table row: rows become rows there (never above the delimiter row), anything else goes beside the table;
 * - beside a list item: a list of the same kind becomes items there, other text continues the item (indented), headings go beside the whole list;
 * - beside a line in the middle of code is refused, because nobody can know whether code or prose is meant;
 * - a heading may only stand where the next thing is a heading that keeps its parent, or the end: it would take over the text below.
 */
import type { Code, Html, List, ListItem, RootContent } from "mdast";
import { type Refusal, refuse } from "./edit-path.ts";
import { holds, lastTextLine, type Outline, rangeOf, type Section } from "./outline.ts";
import type { Range } from "./place.ts";
import { type Content, listKind } from "./read-content.ts";
import { isBlank, lineIndexAt } from "./text-lines.ts";

/** Parts of a `Place` that an insertion decides. */
export interface Insertion {
  readonly at: number;
  readonly order: number;
  readonly text: string;
  readonly joins: Range | null;
}

/** Order of what meets at one point: what continues the thing above, then text, then headings from deep to high, then what continues the thing below. */
const classes = { continuation: 0, items: 1, after: 2, append: 3, before: 4, mixed: 5, headings: 6, itemsBelow: 12 } as const;

interface Spot {
  readonly top: RootContent;
  readonly items: readonly { readonly list: List; readonly item: ListItem }[];
  readonly leaf: RootContent;
}

export function insertBeside(outline: Outline, anchor: Range, side: "after" | "before", content: Content): Insertion | Refusal {
  const text = outline.text.slice(anchor.from, anchor.to);
  const at = side === "before" ? anchor.from + text.search(/\S/) : anchor.from + text.trimEnd().length - 1;
  const spot = spotAt(outline, at);
  if (spot === null) return refuse("unresolved-anchor", "The anchor stands in no block of text; anchor at a line of text.");
  if (spot.leaf.type === "code") {
    const problem = insideCode(outline, spot.leaf, at, side);
    if (problem !== null) return problem;
  }
  if (content.headings.length > 0) return checkHeadings(outline, blockBeside(outline, spot.top, side, content), content);
  const table = spot.leaf.type === "paragraph" ? outline.tables.find((range) => holds(range, at)) : undefined;
  if (table !== undefined && content.isRows) return besideRow(outline, table, at, side, content);
  return besideItem(outline, spot, side, content) ?? blockBeside(outline, spot.top, side, content);
}

/** At the end of a section: text ends the section's own text, before its first sub-heading, so that it stays in the section; sub-sections end the whole. */
export function insertAtEnd(outline: Outline, section: Section, content: Content): Insertion | Refusal {
  const highest = highestLevel(content);
  if (highest !== null && highest <= section.level)
    return refuse(
      "invalid",
      `The content has a heading of level ${highest}, which would end the section "${section.line}"; use add_section for it.`,
    );
  const end = content.startsWithHeading ? section.to : section.ownTo;
  const line = lastTextLine(outline, end);
  const at = outline.lines[line]?.to ?? 0;
  const problem = insideBlock(outline, at);
  if (problem !== null) return problem;
  const order = orderOf(content, classes.append, 0);
  const plain = { at, order, text: content.text, joins: null };
  if (content.headings.length > 0) return checkHeadings(outline, plain, content);

  const top = outline.root.children.find((node) => holds(rangeOf(node), at - 1));
  const table = outline.tables.find((range) => holds(range, at - 1));
  if (table !== undefined && content.isRows && top?.type === "paragraph") return tight(plain, table);
  if (top?.type === "list" && content.list !== null && top.spread !== true && sameKind(top, content, outline))
    return tight(plain, rangeOf(top));
  return plain;
}

/** Behind a section and behind all that is deeper than the new heading: those sections would become its own. */
export function insertSection(outline: Outline, after: Section | null, level: number, text: string): Insertion | Refusal {
  const next = outline.sections.find((section) => after !== null && section.from >= after.to && section.level <= level);
  const line = lastTextLine(outline, after === null ? outline.text.length : (next?.from ?? outline.text.length));
  const at = outline.lines[line]?.to ?? 0;
  return insideBlock(outline, at) ?? { at, order: orderOfLevel(level), text, joins: null };
}

function tight(plain: Insertion, joins: Range): Insertion {
  return { ...plain, order: classes.items * 100 + 99, joins };
}

function spotAt(outline: Outline, at: number): Spot | null {
  const top = outline.root.children.find((node) => holds(lineRange(outline, node), at));
  if (top === undefined || top.type === "yaml") return null;
  const items: { readonly list: List; readonly item: ListItem }[] = [];
  let leaf: RootContent = top;
  while (leaf.type === "list") {
    const list: List = leaf;
    const item = list.children.find((node) => holds(lineRange(outline, node), at));
    if (item === undefined) break;
    items.push({ list, item });
    const child: RootContent | undefined = item.children.find((node) => holds(rangeOf(node), at)) ?? item.children[0];
    if (child === undefined) break;
    leaf = child;
  }
  return { top, items, leaf };
}

/** A node with the indentation before it. */
function lineRange(outline: Outline, node: RootContent): Range {
  const { from, to } = rangeOf(node);
  const line = outline.lines[lineIndexAt(outline.lines, from)];
  const before = line === undefined ? "" : outline.text.slice(line.from, from);
  return { from: before.trim() === "" ? (line?.from ?? from) : from, to };
}

function insideCode(outline: Outline, node: Code | Html, at: number, side: "after" | "before"): Refusal | null {
  const { from, to } = rangeOf(node);
  const [first, last] = [lineIndexAt(outline.lines, from), lineIndexAt(outline.lines, Math.max(from, to - 1))];
  const fence = outline.fences.find((one) => one.from === from);
  const line = lineIndexAt(outline.lines, at);
  if (side === "before" ? line === first : line === last && fence?.closed !== false) return null;
  return refuse(
    "unresolved-anchor",
    `The anchor stands inside the code block of lines ${first + 1}–${last + 1}; anchor at text outside of it, or change the code with replace_in_section.`,
  );
}

/** A code block or HTML block that is open at a point swallows what is put there. */
function insideBlock(outline: Outline, at: number): Refusal | null {
  const open = outline.root.children.find((node) => node.type === "html" && node.value.includes("<!--") && !node.value.includes("-->"));
  if (open !== undefined && rangeOf(open).from < at)
    return refuse(
      "invalid",
      `The comment opened in line ${lineIndexAt(outline.lines, rangeOf(open).from) + 1} is never closed, so nothing can be put behind it.`,
    );
  const fence = outline.fences.find((one) => one.from < at && (at < one.to || (at === one.to && !one.closed)));
  if (fence === undefined) return null;
  const line = lineIndexAt(outline.lines, fence.from) + 1;
  return refuse("invalid", `The code fence opened in line ${line} is never closed, so nothing can be put behind it.`);
}

function blockBeside(outline: Outline, node: RootContent, side: "after" | "before", content: Content): Insertion {
  return { at: edgeOf(outline, node, side), order: orderOf(content, classes[side], 0), text: content.text, joins: null };
}

/** End of the last line of text up to the end of a node, or above its beginning. */
function edgeOf(outline: Outline, node: RootContent, side: "after" | "before"): number {
  const { from, to } = rangeOf(node);
  const line = lastTextLine(outline, side === "after" ? to : (outline.lines[lineIndexAt(outline.lines, from)]?.from ?? from));
  return outline.lines[line]?.to ?? 0;
}

function besideRow(outline: Outline, table: Range, at: number, side: "after" | "before", content: Content): Insertion {
  const header = lineIndexAt(outline.lines, table.from);
  const row = lineIndexAt(outline.lines, at);
  const line = outline.lines[Math.max(header + 1, side === "after" ? row : row - 1)];
  const indent = /^\s*/.exec(outline.lines[header]?.text ?? "")?.[0].length ?? 0;
  const below = side === "before" && row > header + 1;
  const order = (below ? classes.itemsBelow : classes.items) * 100 + 99 - Math.min(indent, 99);
  return { at: line?.to ?? table.to, order, text: indentBy(content.text, indent), joins: table };
}

/** Null when the anchor is in no list, or in one whose items do not begin their lines: then the whole list is the block. */
function besideItem(outline: Outline, spot: Spot, side: "after" | "before", content: Content): Insertion | null {
  const inner = spot.items.at(-1);
  if (inner === undefined || spot.items.some(({ item }) => markerColumn(outline, item) === null)) return null;
  const column = markerColumn(outline, inner.item) ?? 0;
  const nested = contentColumn(inner.item);
  const joins = tightRange(spot);
  if (content.list !== null && side === "after" && content.indent >= nested)
    return itemPiece(edgeOf(outline, spot.leaf, "after"), classes.items, nested, content.text, joins);
  if (content.list !== null && sameKind(inner.list, content, outline))
    return side === "after"
      ? itemPiece(edgeOf(outline, inner.item, "after"), classes.items, column, content.text, joins)
      : itemPiece(endOfLineAbove(outline, inner.item), classes.itemsBelow, column, content.text, joins);
  const holder =
    side === "after" ? inner.item : (inner.list.children[inner.list.children.indexOf(inner.item) - 1] ?? spot.items.at(-2)?.item);
  if (holder === undefined) return null;
  const isBullets = content.list !== null && !content.list.ordered;
  return itemPiece(edgeOf(outline, inner.item, side), classes.continuation, contentColumn(holder), content.text, isBullets ? joins : null);
}

/** The widest list around a spot in which items follow each other without blank lines; null when those of the innermost do not. */
function tightRange(spot: Spot): Range | null {
  const lists = spot.items.map(({ list }) => list).toReversed();
  const loose = lists.findIndex((list) => list.spread === true);
  const widest = lists[(loose < 0 ? lists.length : loose) - 1];
  return widest === undefined ? null : rangeOf(widest);
}

/** New items directly above one share its list even where blank lines part that from the text before. */
function endOfLineAbove(outline: Outline, item: ListItem): number {
  return outline.lines[lineIndexAt(outline.lines, rangeOf(item).from) - 1]?.to ?? 0;
}

function itemPiece(at: number, place: number, indent: number, text: string, joins: Range | null): Insertion {
  return { at, order: place * 100 + 99 - Math.min(indent, 99), text: indentBy(text, indent), joins };
}

function markerColumn(outline: Outline, item: ListItem): number | null {
  const { from } = rangeOf(item);
  const start = outline.lines[lineIndexAt(outline.lines, from)]?.from ?? from;
  const before = outline.text.slice(start, from);
  return /^ *$/.test(before) ? before.length : null;
}

/** Where the text of an item begins, counted from the start of the line. */
function contentColumn(item: ListItem): number {
  const own = (item.position?.start.column ?? 1) - 1;
  const first = item.children[0]?.position?.start;
  return first !== undefined && first.line === item.position?.start.line ? first.column - 1 : own + 2;
}

function indentBy(text: string, indent: number): string {
  const blanks = " ".repeat(indent);
  return text
    .split("\n")
    .map((line) => (line.trim() === "" ? line : blanks + line))
    .join("\n");
}

function sameKind(list: List, content: Content, outline: Outline): boolean {
  const kind = listKind(list, outline.text);
  return content.list !== null && kind.ordered === content.list.ordered && kind.marker === content.list.marker;
}

function highestLevel(content: Content): number | null {
  return content.headings.length === 0 ? null : Math.min(...content.headings.map((heading) => heading.level));
}

function orderOf(content: Content, text: number, indent: number): number {
  const highest = highestLevel(content);
  if (highest === null) return text * 100 + 99 - indent;
  return content.startsWithHeading ? orderOfLevel(highest) : classes.mixed * 100 + 99;
}

function orderOfLevel(level: number): number {
  return (classes.headings + 6 - level) * 100 + 99;
}

/** Whether an order is that of a text followed by headings: a second one at the same point would end up under the first one's headings. */
export function isMixed(order: number): boolean {
  return Math.floor(order / 100) === classes.mixed;
}

function checkHeadings(outline: Outline, insertion: Insertion, content: Content): Insertion | Refusal {
  const from = outline.lines.find((line) => (insertion.at === 0 || line.from > insertion.at) && !isBlank(line))?.from;
  if (from === undefined) return insertion;
  const below = outline.sections.find((section) => section.from === from);
  const highest = highestLevel(content) ?? 6;
  if (below !== undefined && highest >= below.level) return insertion;
  const line = lineIndexAt(outline.lines, from) + 1;
  return refuse(
    "invalid",
    below === undefined
      ? `The headings in the content would take over the text from line ${line} on; put them at the end of a section (append_to_section or add_section).`
      : `The section "${below.line}" would come to stand under the new heading; use add_section, which goes behind it.`,
  );
}
