/** What an edit that is set aside reads like as a note in a reference. */
import path from "node:path";
import type { TracedEdit } from "../../core/evolution.ts";
import { outlineOf } from "../../skill/edit/outline.ts";
import { linkTarget, pointersIn } from "../../skill/find-links.ts";
import { allNodes, parseMarkdown, plainText } from "../../skill/parse-markdown.ts";
import { sortedUnique } from "./support.ts";

/** A note: a heading text without marks, and Markdown below it whose headings are of level 3 or deeper. */
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
  const text = deepen(rebaseLinks(rest, edit.file), 3).trim();
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
    .replace(/[<>[\]`*_#|]/g, "")
    .trim();
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

/** Makes the highest heading one of `level`, the others in proportion, at most 6. */
function deepen(text: string, level: number): string {
  const { sections } = outlineOf(text);
  const shift = level - Math.min(...sections.map((section) => section.level));
  if (sections.length === 0 || shift <= 0) return text;
  let result = text;
  for (const { heading, level: own, line } of sections.toReversed()) {
    const title = line.replace(/^\s*#+\s*/, "").replace(/\s+#+\s*$/, "");
    result = `${result.slice(0, heading.from)}${"#".repeat(Math.min(6, own + shift))} ${title}${result.slice(heading.to)}`;
  }
  return result;
}
