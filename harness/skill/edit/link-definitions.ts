/** Link reference definitions, `[label]: url`: of several with one label the first of a file counts, so a second one is either ignored or redirects links it does not own. */
import type { Definition, Root } from "mdast";
import { allNodes } from "../parse-markdown.ts";

/** All of a tree, in reading order; `identifier` is the label as Markdown compares it. */
export function definitionsIn(root: Root): Definition[] {
  return [...allNodes(root)].filter((node) => node.type === "definition");
}

/** The first definition whose label an earlier one has. */
export function repeated(definitions: readonly Definition[]): Definition | undefined {
  const seen = new Set<string>();
  return definitions.find(({ identifier }) => seen.has(identifier) || !seen.add(identifier));
}

/** One sentence; `where` is what defines the label already. */
export function definedTwice({ label, identifier }: Definition, where: string): string {
  return `The link label [${label ?? identifier}] is defined in ${where} already, so one of the two would be ignored; choose another label, or write the link out.`;
}
