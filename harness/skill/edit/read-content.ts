import type { List, Root } from "mdast";
import { checkMarkdown } from "../check-markdown.ts";
import { pointersIn } from "../find-links.ts";
import { parseMarkdown } from "../parse-markdown.ts";
import { type Refusal, refuse } from "./edit-path.ts";
import { trimLines } from "./find-anchor.ts";
import { definedTwice, definitionsIn, repeated } from "./link-definitions.ts";
import { headingKey, rangeOf } from "./outline.ts";
import { withLf } from "./text-lines.ts";

/** Markdown that an edit puts in, taken by itself. */
export interface Content {
  /** Line ends `\n`, no blank lines around it; common indentation of up to three blanks, and any before a list, removed. */
  readonly text: string;
  readonly root: Root;
  /** Blanks before the first line as the edit has it: a list indented deep enough continues an item's text. */
  readonly indent: number;
  readonly headings: readonly { readonly level: number; readonly key: string; readonly title: string }[];
  readonly startsWithHeading: boolean;
  /** Set when it is one list and nothing else. */
  readonly list: { readonly ordered: boolean; readonly marker: string } | null;
  /** Rows for a table that is there already: no delimiter row of its own. */
  readonly isRows: boolean;
}

/** Reads the text an edit for `file` puts in, or refuses what would damage any file: open fences, front matter, glued headings, links out of the skill. */
export function readContent(raw: string, file: string): Content | Refusal {
  const whole = trimLines(withLf(raw));
  const strange = strangeSigns(raw);
  if (strange !== null) return strange;
  if (/^---[ \t]*(?:\n|$)/.test(whole))
    return refuse("invalid", "The content begins with a line ---, which would read as front matter; begin with text or a heading.");
  const text = dedent(whole);
  const root = parseClosed(text);
  if (typeof root === "string") return refuse("invalid", root);
  const error = checkMarkdown(file, text, root).find((finding) => finding.severity === "error" && finding.rule !== "crlf");
  if (error !== undefined) return refuse("invalid", `Line ${error.line} of the content: ${error.message}`);
  for (const pointer of pointersIn(file, text, root))
    if (pointer.target === null)
      return refuse("invalid", `The link ${pointer.url} leaves the skill's folder; link to files of the skill, relative to ${file}.`);

  const twin = repeated(definitionsIn(root));
  if (twin !== undefined) return refuse("invalid", definedTwice(twin, "the content"));
  const headings = root.children
    .filter((node) => node.type === "heading")
    .map((node) => ({ level: node.depth, key: headingKey(node), title: text.slice(rangeOf(node).from, rangeOf(node).to) }));
  const seen = new Set<string>();
  for (const { key, title } of headings) {
    if (key === "new section") return refuse("invalid", `"${title}" is a placeholder; give the section a heading that says what it holds.`);
    if (seen.has(key) && key !== "") return refuse("duplicate-heading", `The content has the heading "${title}" twice.`);
    seen.add(key);
  }
  const [first] = root.children;
  return {
    text,
    root,
    indent: /^ */.exec(whole)?.[0].length ?? 0,
    headings,
    startsWithHeading: first?.type === "heading",
    list: first?.type === "list" && root.children.length === 1 ? listKind(first, text) : null,
    isRows: isRows(text),
  };
}

/** Refuses what no text to be put in may hold, because it acts on a terminal or shows readers something else than what stands there; null when there is nothing of it. */
export function strangeSigns(raw: string): Refusal | null {
  const broken = brokenSigns(raw);
  if (broken !== null) return broken;
  const found = /\r(?!\n)|[^\P{Cc}\r\n\t]|\p{Bidi_Control}/u.exec(raw)?.[0];
  if (found === undefined) return null;
  const code = `U+${(found.codePointAt(0) ?? 0).toString(16).toUpperCase().padStart(4, "0")}`;
  return refuse(
    "invalid",
    `The content has the control character ${code}; of those only line ends and tabs belong into a text, so leave it out.`,
  );
}

/** Refuses signs that no file of a skill can be searched for; null when there are none. */
export function brokenSigns(raw: string): Refusal | null {
  return /[\0\uFEFF]|\p{Surrogate}/u.test(raw)
    ? refuse("invalid", "The content has signs that do not belong into a text (NUL, byte order mark or half of a surrogate pair).")
    : null;
}

/** Whether a list is numbered, and the sign of its items: lists of another kind never join. */
export function listKind(list: List, text: string): { readonly ordered: boolean; readonly marker: string } {
  const marker = /^\d*([-*+.)])/.exec(text.slice(rangeOf(list).from, rangeOf(list).from + 12))?.[1] ?? "-";
  return { ordered: list.ordered === true, marker };
}

/** The tree of a text that leaves nothing open: what is put behind it reads as it does by itself. Else a sentence about what is open. */
function parseClosed(text: string): Root | string {
  const root = parseMarkdown(`${text}\n\n# sentinel\n`);
  const sentinel = root.children.at(-1);
  if (sentinel?.type === "heading") return { ...root, children: root.children.slice(0, -1) };
  return sentinel?.type === "html"
    ? "The content has an HTML comment or tag that is never closed; everything behind it would be swallowed."
    : "The content has a code fence that is never closed, or closed by fewer marks than it was opened with.";
}

function dedent(text: string): string {
  const lines = text.split("\n");
  const indents = lines.filter((line) => line.trim() !== "").map((line) => /^ */.exec(line)?.[0].length ?? 0);
  const common = Math.min(...indents);
  const isList = /^ *(?:[-*+]|\d{1,9}[.)])[ \t]/.test(text);
  if (common === 0 || (common > 3 && !isList)) return text;
  return lines.map((line) => line.slice(Math.min(common, line.length))).join("\n");
}

function isRows(text: string): boolean {
  const lines = text.split("\n");
  return lines.every((line) => /^\s*\|.*\S/.test(line)) && !lines.some((line) => /^\s*\|\s*:?-+:?\s*(?:\|\s*:?-+:?\s*)*\|?\s*$/.test(line));
}
