import { LRUCache } from "lru-cache";
import type { Nodes, Root } from "mdast";
import remarkFrontmatter from "remark-frontmatter";
import remarkParse from "remark-parse";
import { unified } from "unified";

const parser = unified().use(remarkParse).use(remarkFrontmatter, ["yaml"]);
/** Trees of texts seen lately: consolidating resolves every edit against the same files, and the same edit at every level. Bounded by the size of the texts. */
const trees = new LRUCache<string, Root>({ maxSize: 4_000_000, sizeCalculation: (_, text) => text.length + 1 });

/** CommonMark tree of a file, front matter recognised. Never fails: any text is some Markdown. Trees are shared between callers and must not be changed. */
export function parseMarkdown(text: string): Root {
  const known = trees.get(text);
  if (known !== undefined) return known;
  const root = parser.parse(text);
  trees.set(text, root);
  return root;
}

/** The node and all nodes below it, in reading order. Not recursive: nesting in a hostile file is as deep as the file is long. */
export function* allNodes(node: Nodes): Generator<Nodes> {
  const waiting: Nodes[] = [node];
  for (let next = waiting.pop(); next !== undefined; next = waiting.pop()) {
    yield next;
    if ("children" in next) waiting.push(...next.children.toReversed());
  }
}

/** First line of a node, 1-based. */
export function lineOf(node: Nodes): number {
  return node.position?.start.line ?? 1;
}

/** Plain text of a node: what a reader sees, without marks. */
export function plainText(node: Nodes): string {
  let text = "";
  for (const part of allNodes(node)) if ("value" in part) text += part.value;
  return text;
}
