import type { Block, Inline } from "../skills/skill-data.ts";
import { type Child, h } from "./element.ts";

/** Where a link inside the skill leads; undefined: nowhere in this report. */
export type LinkTo = (url: string) => string | undefined;

const headings = ["h3", "h4", "h5", "h6"] as const;

/** A block of Markdown as elements: texts stay texts, markup is shown as it is written, links lead only into the report. */
export function markdownBlock(block: Block, linkTo: LinkTo): Child {
  switch (block.t) {
    case "heading":
      return h(headings[Math.min(block.depth, headings.length) - 1] ?? "h6", {}, inlines(block.c, linkTo));
    case "paragraph":
      return h("p", {}, inlines(block.c, linkTo));
    case "code":
    case "verbatim":
      return h("pre", { tabindex: 0, "aria-label": block.t === "code" ? "Code" : "As it is written" }, block.v);
    case "rule":
      return h("hr");
    case "quote":
      return h(
        "blockquote",
        {},
        block.c.map((child) => markdownBlock(child, linkTo)),
      );
    case "list": {
      const items = block.items.map((item) =>
        h(
          "li",
          {},
          item.map((child) => markdownBlock(child, linkTo)),
        ),
      );
      return block.start === null ? h("ul", {}, items) : h("ol", { start: block.start }, items);
    }
  }
}

const inlines = (parts: readonly Inline[], linkTo: LinkTo): Child => parts.map((part) => inline(part, linkTo));

function inline(part: Inline, linkTo: LinkTo): Child {
  switch (part.t) {
    case "text":
      return part.v;
    case "code":
    case "html":
      return h("code", {}, part.v);
    case "strong":
      return h("strong", {}, inlines(part.c, linkTo));
    case "em":
      return h("em", {}, inlines(part.c, linkTo));
    case "break":
      return h("br");
    case "image":
      return h("em", {}, `[picture ${part.v}: ${part.url}]`);
    case "link": {
      const href = linkTo(part.url);
      return href === undefined ? [inlines(part.c, linkTo), h("code", {}, part.url)] : h("a", { href }, inlines(part.c, linkTo));
    }
  }
}
