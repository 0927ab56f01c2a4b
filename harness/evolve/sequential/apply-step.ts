/** The edits of one step on the skill as it stands: what cannot be applied is withheld with its reason, the rest is applied as a whole or not at all. */
import type { Departure, Lineage, TracedEdit } from "../../core/evolution.ts";
import { applyEdits } from "../../skill/edit/apply-edits.ts";
import type { Withheld } from "../../skill/edit/place.ts";
import { resolveEdit } from "../../skill/edit/resolve-edit.ts";
import { renderFindings } from "../../skill/finding.ts";
import type { SkillFile } from "../../skill/read-directory.ts";
import { freshFindings } from "../consolidate/fresh-findings.ts";
import { settle, withhold } from "../consolidate/withhold.ts";
import type { SkillSizes } from "../propose/show-skill.ts";

export type StepOutcome = { readonly departures: readonly Departure[] } & (
  | {
      readonly state: "edited";
      readonly files: readonly SkillFile[];
      readonly spans: Lineage["files"];
      /** `leaves` of an edit name those that said the same at the same place, too. */
      readonly applied: readonly TracedEdit[];
    }
  | { readonly state: "no-edits" }
  | { readonly state: "rolled-back"; readonly note: string }
);

/**
 * Applies edits made against `files`. Departures name every edit that was not applied: invalid or unresolved anchors, the weaker of two that conflict (support, then
 * id), halves of a pair; and all of them when the result has errors of the format check that the skill did not have before, its sizes among them.
 */
export function applyStep(files: readonly SkillFile[], edits: readonly TracedEdit[], sizes: SkillSizes): StepOutcome {
  const unresolved = edits.flatMap((edit): Withheld[] => {
    const resolved = resolveEdit(files, edit.edit);
    return resolved.ok ? [] : [{ edit: edit.id, reason: resolved.reason, note: resolved.note }];
  });
  const resolved = withhold(edits, unresolved, "apply");
  let { kept, departures } = settle(files, resolved.kept, "patch");
  departures = [...resolved.departures, ...departures];
  let applied = applyEdits(files, kept);
  // Edits may spoil a file only together; each round takes at least one out.
  while (!applied.ok && kept.length > 0) {
    const fewer = withhold(kept, applied.problems, "apply");
    if (fewer.kept.length === kept.length) throw new TypeError(`edits are refused without a name: ${JSON.stringify(applied.problems)}`);
    const whole = settle(files, fewer.kept, "patch");
    departures = [...departures, ...fewer.departures, ...whole.departures];
    kept = whole.kept;
    applied = applyEdits(files, kept);
  }
  if (!applied.ok || kept.length === 0) return { state: "no-edits", departures };

  const errors = freshFindings(files, applied.files, sizes).filter((finding) => finding.severity === "error");
  if (errors.length === 0) return { state: "edited", files: applied.files, spans: applied.spans, applied: kept, departures };
  const note = renderFindings(errors);
  const broken = kept.map((edit): Withheld => ({ edit: edit.id, reason: "broke-validation", note: `The step was rolled back: ${note}` }));
  return { state: "rolled-back", note, departures: [...departures, ...withhold(kept, broken, "apply").departures] };
}
