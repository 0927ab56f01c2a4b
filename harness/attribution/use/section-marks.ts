/** What gives a section of a skill away in an agent's later words and commands: lines, code and terms that stand in it and nowhere else the agent was shown. */
import { splitLines } from "../../skill/edit/text-lines.ts";
import type { SkillFile } from "../../skill/read-directory.ts";
import { type SkillSection, sectionsOf } from "../ablation/leave-out-section.ts";

export interface SectionMarks {
  readonly section: SkillSection;
  /** Lines long enough to be told apart that stand in no other section: one of them in an observation shows that the section was displayed. */
  readonly lines: readonly string[];
  /** Code words (from code blocks and inline code) of this section alone, lower case. */
  readonly code: ReadonlySet<string>;
  /** Other words of this section alone, lower case. */
  readonly words: ReadonlySet<string>;
}

const shortestLine = 24;
const shortestWord = 5;

/** Marks of every section of SKILL.md and of every other Markdown file. */
export function marksOf(files: readonly SkillFile[]): readonly SectionMarks[] {
  const parts = sectionsOf(files).map((section) => ({
    section,
    ...termsIn(textOf(files, section)),
    lines: linesIn(textOf(files, section)),
  }));
  const count = (of: (part: (typeof parts)[number]) => Iterable<string>): Map<string, number> => {
    const counts = new Map<string, number>();
    for (const part of parts) for (const one of new Set(of(part))) counts.set(one, (counts.get(one) ?? 0) + 1);
    return counts;
  };
  const [lines, terms] = [count((part) => part.lines), count((part) => [...part.code, ...part.words])];
  return parts.map(({ section, ...part }) => ({
    section,
    lines: part.lines.filter((line) => lines.get(line) === 1),
    code: new Set([...part.code].filter((term) => terms.get(term) === 1)),
    words: new Set([...part.words].filter((term) => terms.get(term) === 1 && !part.code.has(term))),
  }));
}

function textOf(files: readonly SkillFile[], { file, from, to }: SkillSection): string {
  const bytes = files.find(({ path }) => path === file)?.bytes ?? new Uint8Array();
  return splitLines(new TextDecoder().decode(bytes))
    .slice(from - 1, to)
    .map(({ text }) => text)
    .join("\n");
}

const linesIn = (text: string): string[] =>
  splitLines(text)
    .map((line) => line.text.trim())
    .filter((line) => line.length >= shortestLine);

function termsIn(text: string): { readonly code: ReadonlySet<string>; readonly words: ReadonlySet<string> } {
  const blocks = [...text.matchAll(/^ {0,3}(```+|~~~+)[^\n]*\n([\s\S]*?)^ {0,3}\1/gm)].map((match) => match[2] ?? "");
  const inline = [...text.matchAll(/`([^`\n]+)`/g)].map((match) => match[1] ?? "");
  return { code: new Set([...blocks, ...inline].flatMap(codeWords)), words: new Set(plainWords(text)) };
}

/** Identifiers and calls: `ws.iter_rows` gives `iter_rows`. Lower case, five letters or more. */
export const codeWords = (text: string): string[] => (text.match(/[A-Za-z_][A-Za-z0-9_]{4,}/g) ?? []).map((word) => word.toLowerCase());

/** Words of five letters or more, lower case. */
export const plainWords = (text: string): string[] =>
  (text.match(/\p{L}{5,}/gu) ?? []).map((word) => word.toLowerCase()).filter((word) => word.length >= shortestWord);
