/** One edit in place of several that want the same place. */
import type { SkillEdit } from "../../core/evolution.ts";
import { type Asked, pickAt } from "../asked.ts";
import type { Knowledge } from "../knowledge.ts";
import type { Persona } from "../persona.ts";
import { contentOf, type ShownEdit, withContent } from "../reading/edits.ts";
import { bulletOf } from "../writing/write-lesson.ts";

/** By the rate both sides under their conditions, else the better supported one alone. Undefined without edits. */
export function synthesised(
  knowledge: Knowledge,
  { draw }: Asked,
  rates: Persona["merger"],
  edits: readonly ShownEdit[],
): (SkillEdit & { readonly from: readonly string[] }) | undefined {
  const [strongest] = [...edits].sort((a, b) => b.support - a.support);
  if (strongest === undefined) return undefined;
  if (draw("unites") >= rates.unites || contentOf(strongest.edit) === "") return { ...strongest.edit, from: [strongest.id] };
  const lines = new Map<string, string>();
  for (const { edit } of edits) {
    const taught = [...knowledge.lessonsIn(contentOf(edit)).keys()];
    if (taught.length === 0 && contentOf(edit).trim() !== "") lines.set(contentOf(edit).trim().toLowerCase(), contentOf(edit).trim());
    for (const id of taught) {
      const wording = pickAt(knowledge.lesson(id)?.wordings ?? [], draw("wording", id));
      if (wording !== undefined) lines.set(id, bulletOf(wording));
    }
  }
  return { ...withContent(strongest.edit, [...lines.values()].join("\n")), from: edits.map((e) => e.id) };
}
