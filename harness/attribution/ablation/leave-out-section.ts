import { outlineOfFile } from "../../skill/edit/resolve-edit.ts";
import { splitLines } from "../../skill/edit/text-lines.ts";
import type { SkillFile } from "../../skill/read-directory.ts";
import { leadsTo } from "./leave-out-edits.ts";

/** A stretch of SKILL.md that can be left out as a whole, or a whole reference file. Lines are 1-based and inclusive. */
export interface SkillSection {
  readonly file: string;
  /** The heading line; for a file its path. */
  readonly heading: string;
  readonly from: number;
  readonly to: number;
}

const decoder = new TextDecoder();
const encoder = new TextEncoder();

/**
 * The parts of a skill that can be left out one at a time, in reading order: the sections of SKILL.md below its title (a section that holds all others counts as title,
 * its own text stays), then the other Markdown files. Subsections go with their section.
 */
export function sectionsOf(files: readonly SkillFile[]): readonly SkillSection[] {
  const sections: SkillSection[] = [];
  for (const file of files) {
    const outline = file.path.endsWith(".md") ? outlineOfFile(file) : null;
    if (outline === null) continue;
    if (file.path !== "SKILL.md") {
      sections.push({ file: file.path, heading: file.path, from: 1, to: Math.max(1, outline.lines.length) });
      continue;
    }
    let parent = -1;
    let level = outline.sections.map((section, index) => ({ section, index })).filter(({ section }) => section.parent === parent);
    while (level.length === 1 && outline.sections.some((section) => section.parent === (level[0]?.index ?? -1))) {
      parent = level[0]?.index ?? -1;
      level = outline.sections.map((section, index) => ({ section, index })).filter(({ section }) => section.parent === parent);
    }
    for (const { section } of level) {
      const before = outline.lines.filter((line) => line.from < section.to).length;
      sections.push({ file: file.path, heading: section.line, from: section.lineNumber, to: Math.max(section.lineNumber, before) });
    }
  }
  return sections.toSorted((a, b) => Number(a.file !== "SKILL.md") - Number(b.file !== "SKILL.md"));
}

/** The skill without one of its sections. With a file go the lines of SKILL.md and of other Markdown files that lead to it; a file that only the section linked stays, unlinked. */
export function leaveOutSection(files: readonly SkillFile[], section: SkillSection): readonly SkillFile[] {
  if (section.file === "SKILL.md")
    return files.map((file) => (file.path === "SKILL.md" ? withLines(file, (_, line) => line < section.from || line > section.to) : file));
  const gone = new Set([section.file]);
  return files
    .filter((file) => file.path !== section.file)
    .map((file) => (file.path.endsWith(".md") ? withLines(file, (text) => !leadsTo(text, file.path, gone)) : file));
}

/** The file with the lines that are kept; the very same file when all are. */
function withLines(file: SkillFile, keep: (text: string, line: number) => boolean): SkillFile {
  const lines = splitLines(decoder.decode(file.bytes));
  const kept = lines.filter((line, i) => keep(line.text, i + 1));
  if (kept.length === lines.length) return file;
  return { ...file, bytes: encoder.encode(kept.map(({ text, eol }) => text + (eol === "" ? "\n" : eol)).join("")) };
}
