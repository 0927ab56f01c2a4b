/** Markdown guidance cut into sentences, each with the text around it that may carry its topic or condition. */
import { misplacedSpelling, type Word, wordsOf } from "./words.ts";

export interface Statement {
  readonly words: readonly Word[];
  /** Signs in the spelling that the words were moved about. */
  readonly misplaced: number;
  /** Words of the sentence before it in the same list item or paragraph; empty for the first. */
  readonly before: readonly Word[];
  /** Words of the whole list item or paragraph and of the headings above it. */
  readonly around: readonly Word[];
}

/** Statements of a Markdown text in order. Code blocks, comments and front matter say nothing; a text without any gives an empty list. */
export function statementsOf(markdown: string): readonly Statement[] {
  const out: Statement[] = [];
  let headings: { level: number; text: string }[] = [];
  let block: string[] = [];
  let fence: string | undefined;
  const flush = () => {
    if (block.length > 0) out.push(...statementsOfBlock(block.join(" "), headings.map((h) => h.text).join(" ")));
    block = [];
  };
  const body = markdown.replace(/^---\n[\s\S]*?\n---\n/, "").replace(/<!--[\s\S]*?-->/g, " ");
  for (const line of body.split(/\r?\n/)) {
    const mark = /^\s*(```+|~~~+)/.exec(line)?.[1];
    if (fence !== undefined) {
      if (mark?.startsWith(fence) === true) fence = undefined;
      continue;
    }
    const heading = /^\s{0,3}(#{1,6})\s+(.*?)\s*#*\s*$/.exec(line);
    if (mark !== undefined) {
      flush();
      fence = mark;
    } else if (heading) {
      flush();
      const level = heading[1]?.length ?? 1;
      const text = heading[2] ?? "";
      out.push(...statementsOfBlock(text, "", true));
      headings = [...headings.filter((h) => h.level < level), { level, text }];
    } else if (line.trim() === "") flush();
    else if (/^\s*(?:[-*+]|\d+[.)])\s+/.test(line)) {
      flush();
      block.push(line.replace(/^\s*(?:[-*+]|\d+[.)])\s+(?:\[[ x]\]\s+)?/i, ""));
    } else if (/^\s*\|/.test(line)) {
      flush();
      block.push(line.replace(/\|/g, " , "));
      flush();
    } else block.push(line.replace(/^\s*>\s?/, "").trim());
  }
  flush();
  return out;
}

function statementsOfBlock(text: string, headings: string, title = false): Statement[] {
  const plain = text.replace(/\[([^\]]*)\]\([^)]*\)/g, "$1").replace(/\*\*|__|`/g, "");
  const around = [...wordsOf(headings), ...wordsOf(plain)];
  let before: readonly Word[] = [];
  return plain
    .split(/(?<=[.!?])["')]*\s+(?=["'(]?[\p{Lu}\d])|;\s+/u)
    .map((sentence) => ({ words: wordsOf(sentence), misplaced: title ? 0 : misplacedSpelling(sentence) }))
    .filter(({ words }) => words.length > 0)
    .map(({ words, misplaced }) => {
      const statement = { words, misplaced, before, around };
      before = words;
      return statement;
    });
}
