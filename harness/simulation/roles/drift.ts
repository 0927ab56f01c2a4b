/**
 * Drift: who works a lesson into a skill that has grown long rewrites the passage it goes into more briefly, and some of what stood there is gone. The writer sees one run,
 * not the runs that put those lines there. Of a skill that is edited once a line or two goes; edited again and again, it forgets.
 */
import type { SkillEdit } from "../../core/evolution.ts";
import { pickAt } from "../asked.ts";
import { itemRuns, type Section, sectionsOf } from "../reading/sections.ts";
import { bestSection, type Placeable } from "./place-edit.ts";
import type { Writer } from "./writer.ts";

/** One edit that shortens neighbouring list items of the section `lesson` belongs to; undefined mostly. `anchors`: texts that other edits of the patch need as they are. */
export function driftedEdit(
  { asked, rates, main }: Writer,
  lesson: Placeable | undefined,
  anchors: readonly string[],
): (SkillEdit & { readonly lessons: readonly number[] }) | undefined {
  if (lesson === undefined) return undefined;
  const { draw } = asked;
  const kchars = main.text.length / 1000;
  const chance = Math.min(rates.drift_cap, Math.max(0, kchars - rates.drift_free_kchars) * rates.drift_per_kchar);
  if (draw("drift") >= chance) return undefined;
  const free = (section: Section) => itemRuns(main.text, section, anchors).flatMap((run) => windows(run, rates.drift_items));
  const near = bestSection(main.text, `${lesson.title} ${lesson.content}`);
  const passages = near === undefined ? [] : free(near);
  const passage = pickAt(passages.length > 0 ? passages : sectionsOf(main.text).flatMap(free), draw("passage"));
  if (passage === undefined) return undefined;
  const kept = passage.filter((_, i) => draw("kept", i) >= rates.drift_loss);
  if (kept.length === passage.length) return undefined;
  const content = draw("vague") < 0.5 ? [...kept, "- Take care with this."] : kept;
  return { op: "replace_in_section", file: "SKILL.md", old_text: passage.join("\n"), content: content.join("\n"), lessons: [lesson.n] };
}

/** All stretches of `size` neighbours; the whole list where it is shorter. */
function windows(lines: readonly string[], size: number): readonly (readonly string[])[] {
  return Array.from({ length: Math.max(1, lines.length - size + 1) }, (_, i) => lines.slice(i, i + size));
}
