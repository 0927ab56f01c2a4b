import type { Departure, TracedEdit } from "../../core/evolution.ts";
import { resolveBySupport } from "../../skill/edit/find-conflicts.ts";
import { unpaired } from "../../skill/edit/pair-edits.ts";
import type { Withheld } from "../../skill/edit/place.ts";
import type { SkillFile } from "../../skill/read-directory.ts";
import { behind } from "./support.ts";

export interface Withholding {
  readonly kept: readonly TracedEdit[];
  readonly departures: readonly Departure[];
}

/** Takes named edits out of a set; each departs at `stage`. */
export function withhold(edits: readonly TracedEdit[], withheld: readonly Withheld[], stage: Departure["stage"]): Withholding {
  const out = new Set(withheld.map(({ edit }) => edit));
  return { kept: edits.filter(({ id }) => !out.has(id)), departures: withheld.map((one) => ({ ...one, stage })) };
}

/** Withholds halves of pairs until all pairs are whole: taking out one half can leave the other half of another pair alone. */
export function keepWholePairs(start: readonly SkillFile[], edits: readonly TracedEdit[], stage: Departure["stage"]): Withholding {
  let kept = edits;
  const departures: Departure[] = [];
  for (let broken = unpaired(start, kept); broken.length > 0; broken = unpaired(start, kept)) {
    const next = withhold(kept, broken, stage);
    kept = next.kept;
    departures.push(...next.departures);
  }
  return { kept, departures };
}

/**
 * Keeps of conflicting edits the better supported and of pairs only whole ones. An edit that goes because its pair is broken loses nobody else their place: conflicts
 * are settled again without it. What stood behind a duplicate stands behind the edit that is kept.
 */
export function settle(start: readonly SkillFile[], edits: readonly TracedEdit[], stage: Departure["stage"]): Withholding {
  let candidates = edits;
  const broken: Departure[] = [];
  for (;;) {
    const settled = resolveBySupport(start, candidates);
    const pairs = keepWholePairs(start, settled.kept, stage);
    if (pairs.departures.length === 0)
      return { kept: withDuplicates(settled.kept, candidates, settled.departures), departures: [...broken, ...settled.departures] };
    broken.push(...pairs.departures);
    const gone = new Set(pairs.departures.map(({ edit }) => edit));
    candidates = candidates.filter(({ id }) => !gone.has(id));
  }
}

function withDuplicates(kept: readonly TracedEdit[], all: readonly TracedEdit[], departures: readonly Departure[]): TracedEdit[] {
  const byId = new Map(all.map((edit) => [edit.id, edit]));
  const joins = new Map<string, TracedEdit[]>();
  for (const { edit, reason, inFavourOf } of departures) {
    const duplicate = byId.get(edit);
    if (reason === "duplicate" && inFavourOf !== undefined && duplicate !== undefined)
      joins.set(inFavourOf, [...(joins.get(inFavourOf) ?? []), duplicate]);
  }
  return kept.map((edit) => ({ ...edit, ...behind([edit, ...(joins.get(edit.id) ?? [])]) }));
}

/** Joins edits that are equal sign for sign, as patches have them that could not be merged; the first stays and counts for all. */
export function joinEqual(edits: readonly TracedEdit[]): Withholding {
  const first = new Map<string, TracedEdit[]>();
  for (const edit of edits) {
    const key = JSON.stringify(edit.edit);
    first.set(key, [...(first.get(key) ?? []), edit]);
  }
  const kept: TracedEdit[] = [];
  const departures: Departure[] = [];
  for (const [keep, ...others] of first.values()) {
    if (keep === undefined) continue;
    kept.push({ ...keep, ...behind([keep, ...others]) });
    for (const { id } of others)
      departures.push({ edit: id, stage: "merge", reason: "duplicate", note: `It is the same edit as ${keep.id}.`, inFavourOf: keep.id });
  }
  return { kept, departures };
}
