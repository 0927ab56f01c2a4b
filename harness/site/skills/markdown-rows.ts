import type { BlockContent, DefinitionContent, Nodes, PhrasingContent, RootContent } from "mdast";
import { parseMarkdown } from "../../skill/parse-markdown.ts";
import type { Block, Inline, MarkdownRow } from "./skill-data.ts";

/** Nesting that is still laid out; what lies deeper is shown as it is written. */
const deepest = 8;

/** A Markdown text as plain data, block by block with its lines; items of top-level lists stand by themselves, so that each can have its origin beside it. */
export function markdownRows(text: string): MarkdownRow[] {
  const lines = text.split("\n");
  return parseMarkdown(text).children.flatMap((node): MarkdownRow[] => {
    if (node.type !== "list") return [{ ...linesOf(node), block: blockOf(node, lines, 0) }];
    return node.children.map((item, i) => ({
      ...linesOf(item),
      block: {
        t: "list",
        start: node.ordered === true ? (node.start ?? 1) + i : null,
        items: [item.children.map((child) => blockOf(child, lines, 1))],
      },
    }));
  });
}

function linesOf(node: Nodes): { from: number; to: number } {
  return { from: node.position?.start.line ?? 1, to: node.position?.end.line ?? 1 };
}

function source(node: Nodes, lines: readonly string[]): string {
  const { from, to } = linesOf(node);
  return lines.slice(from - 1, to).join("\n");
}

function blockOf(node: RootContent | BlockContent | DefinitionContent, lines: readonly string[], depth: number): Block {
  if (depth > deepest) return { t: "verbatim", v: source(node, lines) };
  switch (node.type) {
    case "heading":
      return { t: "heading", depth: node.depth, c: inlines(node.children, depth) };
    case "paragraph": {
      const written = source(node, lines);
      // Tables are no CommonMark: they read best in their own columns.
      if (/^\s*\|.*\|/.test(written)) return { t: "verbatim", v: written };
      return { t: "paragraph", c: inlines(node.children, depth) };
    }
    case "code":
      return { t: "code", v: node.value };
    case "list":
      return {
        t: "list",
        start: node.ordered === true ? (node.start ?? 1) : null,
        items: node.children.map((item) => item.children.map((child) => blockOf(child, lines, depth + 1))),
      };
    case "blockquote":
      return { t: "quote", c: node.children.map((child) => blockOf(child, lines, depth + 1)) };
    case "thematicBreak":
      return { t: "rule" };
    default:
      return { t: "verbatim", v: source(node, lines) };
  }
}

function inlines(nodes: readonly PhrasingContent[], depth: number): Inline[] {
  return nodes.flatMap((node): Inline[] => {
    switch (node.type) {
      case "text":
        return [{ t: "text", v: node.value }];
      case "inlineCode":
        return [{ t: "code", v: node.value }];
      case "strong":
      case "emphasis":
        if (depth > deepest * 2) return inlines(node.children, depth);
        return [{ t: node.type === "strong" ? "strong" : "em", c: inlines(node.children, depth + 1) }];
      case "link":
        return [{ t: "link", url: node.url, c: inlines(node.children, depth + 1) }];
      case "image":
        return [{ t: "image", url: node.url, v: node.alt ?? "" }];
      case "break":
        return [{ t: "break" }];
      case "html":
        return [{ t: "html", v: node.value }];
      default:
        return "children" in node
          ? inlines(node.children, depth + 1)
          : "label" in node && node.label
            ? [{ t: "text", v: `[${node.label}]` }]
            : [];
    }
  });
}
