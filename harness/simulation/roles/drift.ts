/** Drift: editing a skill again and again, a writer sometimes overwrites or drops what was there, the more the longer it has become. */
import type { SkillEdit } from "../../core/evolution.ts";
import { pickAt } from "../asked.ts";
import { anchorLines, sectionsOf } from "../reading/sections.ts";
import type { Writer } from "./writer.ts";

/** One edit that loses an existing statement while the writer thinks of `lesson`; undefined mostly. */
export function driftedEdit(
  { asked, rates, main }: Writer,
  lesson: { readonly n: number } | undefined,
): (SkillEdit & { readonly lessons: readonly number[] }) | undefined {
  if (lesson === undefined) return undefined;
  const kchars = main.text.length / 1000;
  const chance = Math.min(rates.drift_cap, Math.max(0, kchars - rates.drift_free_kchars) * rates.drift_per_kchar);
  if (asked.draw("drift") >= chance) return undefined;
  const lines = sectionsOf(main.text).flatMap((s) => anchorLines(main.text, s).filter((line) => /^\s*[-*] /.test(line)));
  const victim = pickAt(lines, asked.draw("victim"));
  if (victim === undefined) return undefined;
  const content = asked.draw("dropped") < 0.5 ? "- Take care with this." : "";
  return { op: "replace_in_section", file: "SKILL.md", old_text: victim.trim(), content, lessons: [lesson.n] };
}
