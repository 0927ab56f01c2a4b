/** Where in SKILL.md a lesson goes: the section whose words it shares, sometimes behind a certain line, else a section of its own. */
import type { SkillEdit } from "../../core/evolution.ts";
import { pickAt } from "../asked.ts";
import { anchorLines, type Section, sectionsOf } from "../reading/sections.ts";
import { contentWords, sharedWords } from "../reading/word-overlap.ts";
import type { Writer } from "./writer.ts";

export interface Placeable {
  readonly n: number;
  readonly title: string;
  readonly content: string;
}

/** The edit that puts a text where the lesson belongs. */
export function placeFor(
  { asked, rates, main }: Pick<Writer, "asked" | "rates" | "main">,
  lesson: Placeable,
): (content: string) => SkillEdit {
  const { draw } = asked;
  const section = bestSection(main.text, `${lesson.title} ${lesson.content}`);
  if (section === undefined) {
    const heading = `## ${lesson.title.replace(/[.!?:]+$/, "")}`;
    const taken = sectionsOf(main.text).some((s) => s.heading === heading);
    return (content) => ({ op: "add_section", file: "SKILL.md", target_section: taken ? `${heading} (again)` : heading, content });
  }
  const lines = anchorLines(main.text, section).filter((line) => /^\s*(?:[-*]|\d+\.) /.test(line));
  const line = draw("behind", lesson.n) < rates.insert_after ? pickAt(lines, draw("line", lesson.n)) : undefined;
  return (content) =>
    line === undefined
      ? { op: "append_to_section", file: "SKILL.md", target_section: section.heading, content }
      : { op: "insert_after", file: "SKILL.md", target_section: section.heading, target_text: line.trim(), content };
}

/** The section with the most words in common, headings counting three times; only headings that occur once. Undefined when nothing fits. */
export function bestSection(markdown: string, text: string): Section | undefined {
  const sections = sectionsOf(markdown).filter(
    (s, _, all) => all.filter((o) => o.heading === s.heading).length === 1 && !s.heading.startsWith("# "),
  );
  const wanted = contentWords(text);
  let best: { readonly section: Section; readonly score: number } | undefined;
  for (const section of sections) {
    const score =
      3 * sharedWords(wanted, contentWords(section.heading)) + Math.min(4, sharedWords(wanted, contentWords(section.lines.join(" "))));
    if (score >= 2 && (best === undefined || score > best.score)) best = { section, score };
  }
  return best?.section;
}
