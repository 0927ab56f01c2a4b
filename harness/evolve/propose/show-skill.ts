import type { EvolutionSettings } from "../../core/evolution-presets.ts";
import { decodeUtf8 } from "../../skill/front-matter.ts";
import type { SkillFile } from "../../skill/read-directory.ts";
import { dataBlock, jsonLines } from "./data-block.ts";

export type SkillSizes = EvolutionSettings["sizes"];

/** The texts of a skill that may be read and edited: SKILL.md first, then references/*.md by path. */
export interface SkillTexts {
  readonly texts: readonly { readonly path: string; readonly text: string; readonly lines: number }[];
  /** Paths of all other files (scripts, licence, assets): part of the skill, not open to edits. */
  readonly others: readonly string[];
}

/** Lines as the format check counts them: a final line break begins no further line. */
export function countLines(text: string): number {
  return text.replace(/\n$/, "").split("\n").length;
}

/** Splits a skill into what is shown as text and what is only named. A Markdown file that is not UTF-8 is only named. */
export function skillTexts(files: readonly SkillFile[]): SkillTexts {
  const texts: { path: string; text: string; lines: number }[] = [];
  const others: string[] = [];
  for (const file of [...files].sort(mainFirst)) {
    const decoded = isText(file.path) ? decodeUtf8(file.bytes) : { badLine: 1 };
    if ("text" in decoded) texts.push({ path: file.path, text: decoded.text, lines: countLines(decoded.text) });
    else others.push(file.path);
  }
  return { texts, others };
}

/** Every text file of a skill in a `<skill_file path lines>` block; the paths of its other files in one `<other_files>` block, when there are any. */
export function showSkill(files: readonly SkillFile[]): string {
  const { texts, others } = skillTexts(files);
  const blocks = texts.map(({ path, text, lines }) => dataBlock("skill_file", text, { path, lines }));
  if (others.length > 0) blocks.push(dataBlock("other_files", jsonLines(others)));
  return blocks.join("\n\n");
}

/** A `<budget>` block: how many lines and references a patch may still add. Limits are those of the format check: a file has fewer lines than its limit. */
export function showBudget(files: readonly SkillFile[], sizes: SkillSizes): string {
  const { texts } = skillTexts(files);
  const references = texts.filter(({ path }) => path !== "SKILL.md");
  const main = texts.find(({ path }) => path === "SKILL.md");
  const free = sizes.references - references.length;
  const sentences = [
    roomIn("SKILL.md", main?.lines ?? 0, sizes.skill_lines),
    ...references.map(({ path, lines }) => roomIn(path, lines, sizes.reference_lines)),
    free > 0
      ? `The skill has ${references.length} of at most ${sizes.references} references: ${free} more may be created, each with fewer than ${sizes.reference_lines} lines.`
      : `The skill has ${references.length} references and may have ${sizes.references}: none may be created.`,
  ];
  return dataBlock("budget", sentences.join("\n"));
}

/** Below this many free lines, moving detail elsewhere is worth a sentence. */
const scarce = 50;

function roomIn(path: string, lines: number, limit: number): string {
  const room = limit - 1 - lines;
  if (room < 0) return `${path} has ${lines} lines and must have fewer than ${limit}: at least ${-room} have to go, and none may be added.`;
  const hint = room < scarce && path === "SKILL.md" ? " Move detail into a reference rather than adding it there." : "";
  return `${path} has ${lines} lines and must have fewer than ${limit}: at most ${room} may be added.${hint}`;
}

function isText(path: string): boolean {
  return path === "SKILL.md" || /^references\/.+\.md$/.test(path);
}

function mainFirst(a: SkillFile, b: SkillFile): number {
  if ((a.path === "SKILL.md") !== (b.path === "SKILL.md")) return a.path === "SKILL.md" ? -1 : 1;
  return a.path < b.path ? -1 : a.path > b.path ? 1 : 0;
}
