import type { Lineage, TracedEdit } from "../../core/evolution.ts";
import { applyEdits } from "../../skill/edit/apply-edits.ts";
import type { SkillFile } from "../../skill/read-directory.ts";
import { skillHash } from "../../skill/read-skill.ts";
import type { Subject } from "./candidates.ts";

/** The skill that edits make of a start skill, with its lineage. Throws when they cannot be applied. */
export function evolvedSubject(start: readonly SkillFile[], edits: readonly TracedEdit[]): Required<Subject> {
  const applied = applyEdits(start, edits);
  if (!applied.ok) throw new Error(JSON.stringify(applied.problems));
  const lineage: Lineage = {
    v: 1,
    start: skillHash(start),
    skill: skillHash(applied.files),
    files: applied.spans.map((file) => ({ path: file.path, spans: file.spans.map((span) => ({ ...span })) })),
    edits: edits.map((edit) => ({ ...edit, patches: [], nodes: [] })),
    patches: [],
  };
  return { start, files: applied.files, lineage };
}
