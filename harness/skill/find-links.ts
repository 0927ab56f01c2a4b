import path from "node:path";
import type { Root } from "mdast";
import { allNodes } from "./parse-markdown.ts";

/** A file of the skill named in prose or in a command, bare, after `./` or under the place where sandboxes mount skills. */
const mention = /(?<![\w./-])(?:\/skill\/|\.\/)?((?:references|scripts|assets)\/[\w./-]*\.[A-Za-z0-9]{1,5})(?![\w*])/g;

/** Where a link leads. `external`: the web, of which nothing is known. `inside`: a path from the skill's root, which need not exist. */
export type LinkTarget =
  | { readonly kind: "external" }
  | { readonly kind: "absolute" }
  | { readonly kind: "outside" }
  | { readonly kind: "inside"; readonly path: string; readonly anchor: string };

/** Takes a link's address apart; `from` is the file it stands in. Never fails. */
export function linkTarget(from: string, url: string): LinkTarget {
  if (/^(?:[a-z][a-z0-9+.-]*:|\/\/)/i.test(url)) return { kind: "external" };
  const [rawPath = "", anchor = ""] = url.split("#", 2);
  const decoded = decode(rawPath.split("?", 1)[0] ?? "");
  if (decoded.startsWith("/")) return { kind: "absolute" };
  const target = decoded === "" ? from : path.posix.normalize(path.posix.join(path.posix.dirname(from), decoded));
  if (target === ".." || target.startsWith("../")) return { kind: "outside" };
  return { kind: "inside", path: target, anchor: decode(anchor).toLowerCase() };
}

/** Skill files named in a line without regard to Markdown: commands in code blocks name files too. `inside` is normalised, `named` as written. */
export function mentionsIn(line: string): { readonly named: string; readonly inside: string; readonly index: number }[] {
  return [...line.matchAll(mention)].map((match) => {
    const named = match[1] ?? "";
    return { named, inside: path.posix.normalize(named), index: match.index };
  });
}

/** One place where a text sends its reader to another file of the skill, or (target null) out of it. */
export interface Pointer {
  readonly target: string | null;
  /** The address as written. */
  readonly url: string;
  readonly by: "link" | "mention";
  /** Offset in the text. */
  readonly at: number;
}

/** All links and mentions of a Markdown text that stands in the file `from`, in no particular order. Links to the web are left out. */
export function pointersIn(from: string, text: string, root: Root): Pointer[] {
  const pointers: Pointer[] = [];
  for (const node of allNodes(root)) {
    if (node.type !== "link" && node.type !== "image" && node.type !== "definition") continue;
    const target = linkTarget(from, node.url);
    const at = node.position?.start.offset ?? 0;
    if (target.kind !== "external") pointers.push({ target: target.kind === "inside" ? target.path : null, url: node.url, by: "link", at });
  }
  for (const { named, inside, index } of mentionsIn(text)) pointers.push({ target: inside, url: named, by: "mention", at: index });
  return pointers;
}

function decode(text: string): string {
  try {
    return decodeURIComponent(text);
  } catch {
    // A stray % sign: take the text as it is, then the look-up decides.
    return text;
  }
}
