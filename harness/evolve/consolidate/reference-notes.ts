/** What an edit that is set aside reads like as a note in a reference. */
import path from "node:path";
import type { TracedEdit } from "../../core/evolution.ts";
import { outlineOf } from "../../skill/edit/outline.ts";
import { linkTarget, pointersIn } from "../../skill/find-links.ts";
import { allNodes, parseMarkdown, plainText } from "../../skill/parse-markdown.ts";
import { sortedUnique } from "./support.ts";

/** A note: a heading text without marks, and Markdown without headings below it: notes of several authors would bring the same ones. */
export interface Note {
  readonly title: string;
  readonly text: string;
  readonly edits: readonly TracedEdit[];
  /** Where it belongs: title of a section of SKILL.md, or of the file it was meant to be. */
  readonly topic: string;
  /** Path of the file it was meant to be, for creations. */
  readonly path?: string;
}

/**
 * The note of an edit that adds text. `gone` are files that edits set aside would have created: text that sends a reader there is left out, because the notes' own link takes
 * its place. Null when nothing else is left of it.
 */
export function noteOf(traced: TracedEdit, gone: readonly string[], topic: string): Note | null {
  const { edit } = traced;
  if (!("content" in edit)) return null;
  const body = withoutPointers(edit.content.replaceAll("\r\n", "\n"), edit.file, gone);
  if (body.trim() === "") return null;
  const own = edit.op === "add_section" ? edit.target_section.replace(/^#+\s*/, "") : undefined;
  const { title, rest } = own === undefined ? splitTitle(body) : { title: own, rest: body };
  const text = boldHeadings(rebaseLinks(rest, edit.file)).trim();
  return { title: shorten(title), text, edits: [traced], topic, ...(edit.op === "create" ? { path: edit.file } : {}) };
}

/** Leaves out blocks (paragraphs, list items at the top) that lead to one of these files. */
function withoutPointers(text: string, file: string, gone: readonly string[]): string {
  const root = parseMarkdown(text);
  const at = pointersIn(file, text, root).flatMap((pointer) =>
    pointer.target !== null && gone.includes(pointer.target) ? [pointer.at] : [],
  );
  const blocks = root.children.flatMap((node) => (node.type === "list" ? node.children : [node]));
  let kept = text;
  for (const node of blocks.toReversed()) {
    const [from, to] = [node.position?.start.offset ?? 0, node.position?.end.offset ?? 0];
    if (at.some((offset) => from <= offset && offset < to)) kept = kept.slice(0, from) + kept.slice(to);
  }
  return kept;
}

/** The first heading, when the text begins with one; else the first words of the text. */
function splitTitle(text: string): { readonly title: string; readonly rest: string } {
  const root = parseMarkdown(text);
  const [first] = root.children;
  if (first?.type === "heading") return { title: plainText(first), rest: text.slice(first.position?.end.offset ?? 0) };
  for (const node of allNodes(root)) if (node.type === "paragraph") return { title: plainText(node), rest: text };
  return { title: "Example", rest: text };
}

const maxTitle = 70;

function shorten(title: string): string {
  const line = title
    .replace(/\s+/g, " ")
    .replace(/[<>[\]`*#|]/g, "")
    .trim()
    // Inside a word an underscore is one; at its edge it would begin or end emphasis.
    .replace(/(?<![A-Za-z0-9_])_+|_+(?![A-Za-z0-9_])/g, "");
  const sentence = /^.*?[.:;!?](?=\s|$)/.exec(line)?.[0] ?? line;
  const short = sentence.length > 10 ? sentence : line;
  if (short.length <= maxTitle) return short.replace(/[.:;]$/, "") || "Note";
  const cut = short.slice(0, maxTitle);
  return `${cut.slice(0, cut.lastIndexOf(" ") > 20 ? cut.lastIndexOf(" ") : maxTitle).replace(/[\uD800-\uDBFF]$/, "")} …`;
}

/** Links written for the place of `file`, rewritten for a file under references/. */
export function rebaseLinks(text: string, file: string): string {
  if (path.posix.dirname(file) === "references") return text;
  const urls = sortedUnique(pointersIn(file, text, parseMarkdown(text)).flatMap(({ by, url }) => (by === "link" ? [url] : [])));
  let rebased = text;
  for (const url of urls) {
    const target = linkTarget(file, url);
    if (target.kind !== "inside") continue;
    const anchor = url.includes("#") ? url.slice(url.indexOf("#")) : "";
    const there = path.posix.relative("references", target.path) + anchor;
    rebased = rebased.replaceAll(`](${url}`, `](${there}`).replaceAll(`]: ${url}`, `]: ${there}`);
  }
  return rebased;
}

/** Headings become lines in bold type, as paragraphs of their own. */
function boldHeadings(text: string): string {
  let result = text;
  for (const { heading, line } of outlineOf(text).sections.toReversed()) {
    const title = line
      .replace(/^\s*#+\s*/, "")
      .replace(/\s+#+\s*$/, "")
      .replaceAll("**", "")
      .trim();
    const rest = result.slice(heading.to).replace(/^\n+/, "");
    result = `${result.slice(0, heading.from)}**${title}**\n\n${rest}`;
  }
  return result;
}
