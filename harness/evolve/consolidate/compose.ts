import type { Departure, Lineage, TracedEdit } from "../../core/evolution.ts";
import { applyEdits } from "../../skill/edit/apply-edits.ts";
import type { SkillFile } from "../../skill/read-directory.ts";
import type { SkillSizes } from "../propose/show-skill.ts";
import { routeToReferences } from "./route-to-references.ts";
import { settle, withhold } from "./withhold.ts";

/** What is to become of S0: edits applied where they say, and edits whose content goes to references. */
export interface Plan {
  readonly main: readonly TracedEdit[];
  readonly aside: readonly TracedEdit[];
  /** Edits taken out of the plan so far. */
  readonly departures: readonly Departure[];
}

/** A plan carried out, in memory. */
export interface Composition {
  readonly files: readonly SkillFile[];
  readonly spans: Lineage["files"];
  /** Every edit that is in `files`, those that write notes and links among them. */
  readonly edits: readonly TracedEdit[];
  /** Edits of the plan, and edits made for its notes, that are not. */
  readonly departures: readonly Departure[];
  /** Edits that were made for notes, also those that are not applied. */
  readonly made: readonly TracedEdit[];
}

/** Carries a plan out as far as it can be: of conflicting edits the better supported stay, of pairs only whole ones. Never fails; with nothing left the result is S0. */
export function compose(start: readonly SkillFile[], plan: Plan, sizes: SkillSizes): Composition {
  const routing = routeToReferences(start, plan.main, plan.aside, sizes);
  const departures: Departure[] = [...routing.departures];
  let edits: readonly TracedEdit[] = [...plan.main, ...routing.edits];
  for (;;) {
    const settled = settle(start, edits, "conflict");
    departures.push(...settled.departures);
    const applied = applyEdits(start, settled.kept);
    if (applied.ok) return { files: applied.files, spans: applied.spans, edits: settled.kept, departures, made: routing.edits };
    const rest = withhold(settled.kept, applied.problems, "apply");
    if (rest.kept.length === settled.kept.length)
      throw new Error(`edits could not be applied, and none of them is to blame: ${applied.problems.map(({ note }) => note).join(" ")}`);
    edits = rest.kept;
    departures.push(...rest.departures);
  }
}
