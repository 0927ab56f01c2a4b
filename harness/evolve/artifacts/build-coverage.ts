import type { Coverage, Departure, Lesson, MergeNode, SkillPatch, TracedEdit } from "../../core/evolution.ts";

export interface CoverageInput {
  /** Every episode of the plan, in order; those with a patch name it. */
  readonly episodes: Coverage["episodes"];
  readonly patches: readonly SkillPatch[];
  /** Lessons of analyses that no patch came of, by the id their patch would have had. */
  readonly unpatched?: readonly Unpatched[];
  readonly nodes: readonly MergeNode[];
  /** Edits made after merging (`Consolidation.made`). */
  readonly made: readonly TracedEdit[];
  /** Applied edits (`Consolidation.lineage.edits`). */
  readonly applied: readonly TracedEdit[];
  /** Those of stage 3, in the order of its steps. */
  readonly departures: readonly Departure[];
}

export interface Unpatched {
  readonly patch: string;
  readonly lessons: readonly Pick<Lesson, "title">[];
  readonly state: "rejected" | "no-edit";
  readonly note?: string;
}

/** How a proposed edit ended: as part of an applied edit, or with a departure. */
export interface Fate {
  readonly appliedAs: string | null;
  readonly departure: Departure | null;
}

/**
 * The account of an evolution: every episode, every lesson, every edit, and how it ended. An edit is applied when some applied edit stands on it (named is the one that stands
 * on the fewest others); else it ended with the last departure of an edit that stood on it. Throws a TypeError when a patch belongs to no episode or an edit is unaccounted
 * for: an evolution that lost something without a reason is a mistake in the program.
 */
export function buildCoverage(input: CoverageInput): Coverage {
  const { patches, episodes } = input;
  const homeless = patches.find(({ id }) => episodes.filter(({ patch }) => patch === id).length !== 1);
  if (homeless !== undefined) throw new TypeError(`patch ${homeless.id} does not belong to exactly one episode of the coverage`);
  const fates = leafFates(input);
  const lessons = [
    ...patches.flatMap((patch) => lessonsOf(patch, fates)),
    ...(input.unpatched ?? []).flatMap(({ patch, lessons: told, state, note }) =>
      told.map(({ title }, lesson) => ({ patch, lesson, title, edits: [], state, note })),
    ),
  ].sort((a, b) => a.patch.length - b.patch.length || (a.patch < b.patch ? -1 : a.patch > b.patch ? 1 : a.lesson - b.lesson));
  const departures = [...patches.flatMap((patch) => patch.departures), ...input.departures];
  const counts = new Map<string, number>();
  const count = (name: string): void => void counts.set(name, (counts.get(name) ?? 0) + 1);
  for (const { state } of episodes) count(`episodes.${state}`);
  for (const { state } of lessons) count(`lessons.${state}`);
  for (const { departure } of fates.values()) count(departure === null ? "edits.applied" : `edits.${departure.reason}`);
  counts.set("edits", fates.size);
  counts.set("lessons", lessons.length);
  counts.set("episodes", episodes.length);
  return { v: 1, episodes, lessons, departures, counts: Object.fromEntries([...counts].sort(([a], [b]) => (a < b ? -1 : 1))) };
}

/** By id of every edit that a patch writer proposed, taken or not, how it ended. Throws a TypeError for one that neither was applied nor departed. */
export function leafFates({ patches, nodes, made, applied, departures }: Omit<CoverageInput, "episodes" | "unpatched">): Map<string, Fate> {
  const leavesOf = new Map<string, Set<string>>();
  for (const edit of [...patches.flatMap((patch) => patch.edits), ...nodes.flatMap((node) => node.edits), ...made])
    leavesOf.set(edit.id, new Set([...(leavesOf.get(edit.id) ?? []), ...(edit.leaves.length > 0 ? edit.leaves : [edit.id])]));
  const last = new Map<string, Departure>();
  for (const departure of departures) for (const leaf of leavesOf.get(departure.edit) ?? []) last.set(leaf, departure);
  const appliedAs = new Map<string, TracedEdit>();
  for (const edit of applied)
    for (const leaf of edit.leaves)
      if ((appliedAs.get(leaf)?.leaves.length ?? Number.POSITIVE_INFINITY) > edit.leaves.length) appliedAs.set(leaf, edit);
  const fates = new Map<string, Fate>();
  for (const patch of patches) {
    for (const departure of patch.departures) fates.set(departure.edit, { appliedAs: null, departure });
    for (const { id } of patch.edits) {
      const as = appliedAs.get(id)?.id ?? null;
      const departure = as === null ? (last.get(id) ?? null) : null;
      if (as === null && departure === null) throw new TypeError(`edit ${id} was neither applied nor withheld with a reason`);
      fates.set(id, { appliedAs: as, departure });
    }
  }
  return fates;
}

function lessonsOf(patch: SkillPatch, fates: ReadonlyMap<string, Fate>): Coverage["lessons"] {
  return patch.lessons.map(({ title }, lesson) => {
    const ids = Object.keys(patch.lessonsOf).filter((id) => patch.lessonsOf[id]?.includes(lesson) === true);
    const edits = ids.flatMap((edit) => {
      const fate = fates.get(edit);
      return fate === undefined ? [] : [{ edit, ...fate }];
    });
    const applied = edits.filter(({ appliedAs }) => appliedAs !== null).length;
    const state = edits.length === 0 ? "no-edit" : applied === edits.length ? "applied" : applied > 0 ? "partly-applied" : "not-applied";
    return { patch: patch.id, lesson, title, edits, state };
  });
}
