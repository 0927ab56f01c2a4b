import { decodeUtf8, splitFrontMatter } from "../../skill/front-matter.ts";
import type { SkillFile } from "../../skill/read-directory.ts";
import { type Skill, skillHash } from "../../skill/read-skill.ts";

/** A Markdown file of a skill in two parts: `head` is the front matter with its closing line and the blank lines below, or "". */
export interface SplitText {
  readonly head: string;
  readonly body: string;
}

/** Text of a skill's file. Throws when it is not UTF-8, which `readSkill` and `validateFiles` refuse as well. */
export function textOf(file: SkillFile): string {
  const decoded = decodeUtf8(file.bytes);
  if (!("text" in decoded)) throw new TypeError(`${file.path} line ${decoded.badLine} is not UTF-8`);
  return decoded.text.replace(/^\uFEFF/, "").replace(/\r\n?/g, "\n");
}

/** Parts a Markdown text into its front matter and the rest; nothing is lost: `head + body` is the text. */
export function splitText(text: string): SplitText {
  const head = /^---[ \t]*\n(?:[\s\S]*?\n)?---[ \t]*(?:\n[ \t]*)*(?:\n|$)/.exec(text)?.[0] ?? "";
  return { head, body: text.slice(head.length) };
}

/** The skill with other texts in its files. Name and description are read from the new SKILL.md; throws a TypeError when that has no front matter. */
export function skillWith(files: readonly SkillFile[]): Skill {
  const sorted = [...files].sort((a, b) => (a.path < b.path ? -1 : 1));
  const main = sorted.find((file) => file.path === "SKILL.md");
  const front = main === undefined ? undefined : splitFrontMatter(textOf(main));
  if (front === undefined || !("body" in front)) throw new TypeError("a skill needs a SKILL.md with front matter");
  const { name, description } = front.value;
  return { name: String(name), description: String(description), body: front.body, files: sorted, hash: skillHash(sorted) };
}
