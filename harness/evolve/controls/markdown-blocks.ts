/** A Markdown file taken apart into blocks and pieces that can stand anywhere else in a file and still say the same. */
import type { Heading, ListItem, Paragraph, Root, RootContent } from "mdast";
import { parseMarkdown, plainText } from "../../skill/parse-markdown.ts";

/** `whole` stays in one piece (table, quotation, HTML …). `last`: must stand at the end, because it swallows what follows. */
export type Block =
  | { readonly kind: "heading"; readonly depth: number; readonly text: string }
  | { readonly kind: "paragraph"; readonly sentences: readonly string[] }
  | { readonly kind: "list"; readonly items: readonly string[] }
  | { readonly kind: "code"; readonly fence: string; readonly info: string; readonly value: string }
  | { readonly kind: "table"; readonly text: string }
  | { readonly kind: "whole"; readonly text: string; readonly last: boolean }
  | { readonly kind: "definition"; readonly text: string };

/** A block with its place in the text: `raw` as it stands there, `to` one past its last character. */
export interface PlacedBlock {
  readonly block: Block;
  readonly raw: string;
  readonly to: number;
}

/**
 * Blocks of a Markdown text without front matter, in order. Sentences and list items are pieces only where cutting leaves their meaning as Markdown alone;
 * otherwise the paragraph or list stays whole. Indented code becomes fenced code, open fences are closed. Line ends must be LF.
 */
export function blocksOf(source: string): readonly PlacedBlock[] {
  const root: Root = parseMarkdown(source);
  return root.children.map((node) => ({ block: blockOf(node, source), raw: rawOf(node, source), to: node.position?.end.offset ?? 0 }));
}

function blockOf(node: RootContent, source: string): Block {
  const raw = rawOf(node, source);
  switch (node.type) {
    case "heading":
      return { kind: "heading", depth: node.depth, text: headingText(node, source) };
    case "paragraph":
      return isTable(raw) ? { kind: "table", text: raw } : { kind: "paragraph", sentences: sentencesOf(node, raw) };
    case "list": {
      const items = node.children.map((item) => itemOf(item, source));
      return items.every((item) => item !== undefined) ? { kind: "list", items } : { kind: "whole", text: raw, last: false };
    }
    case "code": {
      const info = [node.lang, node.meta].filter((part) => part !== null && part !== undefined).join(" ");
      return { kind: "code", fence: fenceFor(node.value, info), info, value: node.value };
    }
    case "definition":
      return { kind: "definition", text: raw };
    case "thematicBreak":
      // `---` on the first line of a file would open front matter.
      return { kind: "whole", text: "***", last: false };
    case "html":
      return { kind: "whole", text: raw, last: swallowsWhatFollows(raw) };
    default:
      return { kind: "whole", text: raw, last: false };
  }
}

function headingText(node: Heading, source: string): string {
  return node.children
    .map((child) => rawOf(child, source))
    .join("")
    .replace(/\s*\n\s*/g, " ");
}

/** Markdown of a block, without blank lines around it. `bullet` is for lists: neighbouring lists need different marks to stay apart. */
export function renderBlock(block: Block, bullet: "-" | "*" = "-"): string {
  switch (block.kind) {
    case "heading":
      return `${"#".repeat(block.depth)} ${block.text}`.trimEnd();
    case "paragraph":
      return joinSentences(block.sentences);
    case "list":
      return block.items.map((item) => renderItem(item, bullet)).join("\n");
    case "code":
      return `${block.fence}${block.info}\n${block.value === "" ? "" : `${block.value}\n`}${block.fence}`;
    case "table":
    case "whole":
    case "definition":
      return block.text;
  }
}

/** Sentences side by side; on lines of their own, as paragraphs, where marks of two of them would join into something new. */
function joinSentences(sentences: readonly string[]): string {
  const together = sentences.join(" ");
  if (!/[*_`~<>[\]\\&|]/.test(together)) return together;
  const apart = sentences.join("\n\n");
  const words = (text: string): string => plainText(parseMarkdown(text)).replace(/\s+/g, "");
  return sentences.length < 2 || (isOneParagraph(together) && words(together) === words(apart)) ? together : apart;
}

function renderItem(item: string, bullet: "-" | "*"): string {
  const [first = "", ...rest] = item.split("\n");
  return [`${bullet} ${first}`.trimEnd(), ...rest.map((line) => (line === "" ? "" : `  ${line}`))].join("\n");
}

function rawOf(node: RootContent, source: string): string {
  return source.slice(node.position?.start.offset ?? 0, node.position?.end.offset ?? 0);
}

/** End of a sentence, the blanks behind it, and something a sentence can begin with. Chinese and Japanese full stops need no blank. */
const boundary = /(?<=[.!?…]["'”’)\]]{0,2})\s+(?=[\p{Lu}\p{Lo}\p{N}"'“‘([`*_~<])|(?<=[。！？])\s*(?=\S)/gu;
const abbreviation = /(?:^|[\s(])(?:e\.g|i\.e|etc|vs|cf|ca|approx|no|fig|mr|mrs|ms|dr|st|\p{Lu})\.$/iu;

function sentencesOf(node: Paragraph, raw: string): string[] {
  const start = node.position?.start.offset ?? 0;
  // Only in plain running text: a cut inside a link, code or emphasis would tear it.
  const plain = node.children
    .filter((child) => child.type === "text")
    .map((child) => ({ from: (child.position?.start.offset ?? 0) - start, to: (child.position?.end.offset ?? 0) - start }));
  const sentences: string[] = [];
  let from = 0;
  for (const match of raw.matchAll(boundary)) {
    const end = match.index + match[0].length;
    const inside = plain.some((range) => range.from <= match.index && end <= range.to);
    if (!inside || abbreviation.test(raw.slice(0, match.index))) continue;
    sentences.push(raw.slice(from, match.index).trim());
    from = end;
  }
  sentences.push(raw.slice(from).trim());
  return sentences.length > 1 && sentences.every(isOneParagraph) ? sentences : [raw.trim()];
}

function isOneParagraph(text: string): boolean {
  // Nothing but a paragraph begins with a word of letters and stays on its line; spares the parser most of its work.
  if (/^\p{L}{2,} [^\n]*$/u.test(text)) return true;
  const { children } = parseMarkdown(text);
  return children.length === 1 && children[0]?.type === "paragraph" && !isTable(text);
}

/** A list item without its mark, its further lines moved to the left; undefined when it does not mean the same as an item of its own. */
function itemOf(item: ListItem, source: string): string | undefined {
  const first = item.children[0];
  const last = item.children.at(-1);
  if (first === undefined || last === undefined) return "";
  const indent = (first.position?.start.column ?? 1) - 1;
  const raw = source.slice(first.position?.start.offset ?? 0, last.position?.end.offset ?? 0);
  const [head = "", ...rest] = raw.split("\n");
  const text = [head, ...rest.map((line) => line.replace(new RegExp(`^[ ]{0,${indent}}`), "").trimEnd())].join("\n");
  const again = parseMarkdown(renderItem(text, "-")).children;
  const list = again[0];
  const same = again.length === 1 && list?.type === "list" && list.children.length === 1 && plainText(list) === plainText(item);
  return same && !/^(?:```|~~~| {4})/.test(head) ? text : undefined;
}

function isTable(raw: string): boolean {
  const second = raw.split("\n")[1] ?? "";
  return second.includes("|") && second.includes("-") && /^[\s|:-]+$/.test(second);
}

function fenceFor(value: string, info: string): string {
  const mark = info.includes("`") ? "~" : "`";
  const longest = Math.max(2, ...[...value.matchAll(mark === "`" ? /`+/g : /~+/g)].map((run) => run[0].length));
  return mark.repeat(longest + 1);
}

/** HTML that only its own end tag closes, and whose end tag is missing, reaches to the end of the file. */
function swallowsWhatFollows(raw: string): boolean {
  if (raw.startsWith("<!--")) return !raw.includes("-->");
  const tag = /^<(script|pre|style|textarea)\b/i.exec(raw)?.[1];
  return tag !== undefined && !raw.toLowerCase().includes(`</${tag.toLowerCase()}>`);
}
