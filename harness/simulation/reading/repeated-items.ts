/** What a skill says more than once. */
import type { Knowledge } from "../knowledge.ts";
import { countOf } from "./sections.ts";

/** List items that can be quoted as an anchor, in order. */
export function listItems(markdown: string): readonly string[] {
  return markdown.split("\n").filter((line) => /^\s*(?:[-*]|\d+\.) \S/.test(line) && countOf(markdown, line) === 1);
}

/** Items that teach what an earlier one taught already. */
export function repeatedItems(knowledge: Knowledge, markdown: string): readonly string[] {
  const said = new Set<string>();
  return listItems(markdown).filter((line) => {
    const ids = [...knowledge.lessonsIn(line).keys()].sort().join(" ");
    const repeats = ids !== "" && said.has(ids);
    said.add(ids);
    return repeats;
  });
}
