import type { Departure, SkillPatch, TracedEdit } from "../../core/evolution.ts";
import type { Without } from "../../core/evolution-spec.ts";
import type { Withheld } from "../../skill/edit/place.ts";
import { resolveEdit } from "../../skill/edit/resolve-edit.ts";
import type { SkillFile } from "../../skill/read-directory.ts";
import type { MergeInput } from "./merge-call.ts";
import { keepWholePairs, withhold } from "./withhold.ts";

export interface Intake {
  /** One for every patch, in the order given; a patch may be left without edits. */
  readonly inputs: readonly MergeInput[];
  readonly departures: readonly Departure[];
}

/**
 * Takes patches in, each by itself: edits outside of the skill, of protected parts or of an invalid kind depart, and so do files without links and links without files.
 * Anchors that do not resolve stay: an edit may be merged into one that does, or be translated. Leaves and tasks are set anew from the patch, whatever it says.
 * Without guardrails only what may never be written departs: paths outside of the skill and protected parts.
 * Throws a TypeError for two patches or edits of the same id: nothing could be traced then.
 */
export function takeIn(start: readonly SkillFile[], patches: readonly SkillPatch[], without: Without = []): Intake {
  const guarded = !without.includes("guardrails");
  refuseTwins(patches);
  const departures: Departure[] = [];
  const inputs = patches.map((patch): MergeInput => {
    const leaves = patch.edits.map((edit): TracedEdit => ({ ...edit, leaves: [edit.id], tasks: [patch.task] }));
    const sound = withhold(
      leaves,
      leaves.flatMap((leaf) => unsound(start, leaf).filter(({ reason }) => guarded || reason === "out-of-tree" || reason === "protected")),
      "patch",
    );
    const whole = guarded ? keepWholePairs(start, sound.kept, "patch") : { kept: sound.kept, departures: [] };
    departures.push(...sound.departures, ...whole.departures);
    return { id: patch.id, source: patch.source, reasoning: patch.reasoning, edits: whole.kept };
  });
  return { inputs, departures };
}

function unsound(start: readonly SkillFile[], leaf: TracedEdit): Withheld[] {
  const resolution = resolveEdit(start, leaf.edit);
  if (resolution.ok || resolution.reason === "unresolved-anchor") return [];
  return [{ edit: leaf.id, reason: resolution.reason, note: resolution.note }];
}

function refuseTwins(patches: readonly SkillPatch[]): void {
  const seen = new Set<string>();
  for (const id of patches.flatMap((patch) => [patch.id, ...patch.edits.map((edit) => edit.id)])) {
    if (seen.has(id)) throw new TypeError(`two patches or edits are called ${id}; every id names one thing in an evolution`);
    seen.add(id);
  }
}
