/** Old against new: a lesson that contradicts a line of the skill should be kept beside it, each with its condition; sometimes the newest run simply wins. */
import type { SkillEdit } from "../../core/evolution.ts";
import { itemRuns, sectionsOf } from "../reading/sections.ts";
import type { Placeable } from "./place-edit.ts";
import type { Writer } from "./writer.ts";

/** By the rate, the edit that puts `bullet`, the lesson as a list item, in place of an item that says the opposite; undefined where none does. */
export function overrulingEdit({ asked, rates, main, knowledge }: Writer, { n }: Placeable, bullet: string): SkillEdit | undefined {
  if (asked.draw("overrule", n) >= rates.overrules) return undefined;
  const opposite = [...knowledge.lessonsIn(bullet).keys()].flatMap((id) => knowledge.lesson(id)?.contradicts ?? []);
  if (opposite.length === 0) return undefined;
  const items = sectionsOf(main.text).flatMap((section) => itemRuns(main.text, section).flat());
  const opposed = items.find((line) => opposite.some((id) => knowledge.lessonsIn(line).has(id)));
  return opposed === undefined ? undefined : { op: "replace_in_section", file: "SKILL.md", old_text: opposed, content: bullet };
}
