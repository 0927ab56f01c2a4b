import type { Departure } from "../../core/evolution.ts";
import { applyEdits } from "../../skill/edit/apply-edits.ts";
import { resolveEdit } from "../../skill/edit/resolve-edit.ts";
import type { SkillFile } from "../../skill/read-directory.ts";
import type { SkillSizes } from "../propose/show-skill.ts";
import type { Validated } from "./apply-and-validate.ts";
import type { Plan } from "./compose.ts";
import { freshFindings } from "./fresh-findings.ts";
import { type Draft, spansAfter } from "./repair-skill.ts";
import { routeToReferences } from "./route-to-references.ts";

const anyPairs = { pairs: "any" } as const;

/**
 * What becomes of a plan without guardrails: edits are applied one behind the other to the text as it then is, whatever the earlier ones did to it. Conflicts are not looked
 * for, pairs may break, sizes and format are not checked. An edit that finds no place any more departs, because nothing can be done with it.
 */
export function applyInOrder(start: readonly SkillFile[], plan: Plan, sizes: SkillSizes): Validated {
  const routing = routeToReferences(start, plan.main, plan.aside, sizes);
  const departures: Departure[] = [...plan.departures, ...routing.departures];
  const nothing = applyEdits(start, []);
  if (!nothing.ok) throw new Error("no edits at all could not be applied");
  let draft: Draft = { files: nothing.files, spans: nothing.spans, edits: [] };
  for (const edit of [...plan.main, ...routing.edits]) {
    const resolution = resolveEdit(draft.files, edit.edit, anyPairs);
    if (!resolution.ok) {
      departures.push({ edit: edit.id, stage: "apply", reason: resolution.reason, note: resolution.note });
      continue;
    }
    const applied = applyEdits(draft.files, [edit], anyPairs);
    if (applied.ok) draft = { files: applied.files, spans: spansAfter(draft, applied), edits: [...draft.edits, edit] };
    else departures.push(...applied.problems.map((problem): Departure => ({ ...problem, stage: "apply" })));
  }
  return { draft, findings: freshFindings(start, draft.files, sizes), departures, made: routing.edits };
}
