import type { Departure, TracedEdit } from "../../core/evolution.ts";
import type { SkillFile } from "../../skill/read-directory.ts";
import { countLines, type SkillSizes, skillTexts } from "../propose/show-skill.ts";
import { type Composition, compose, type Plan } from "./compose.ts";
import { pairGroups } from "./pair-groups.ts";
import { onlyAdds } from "./prevalence.ts";
import { supportOf, weakestFirst } from "./support.ts";

/** A limit that is exceeded, by so many lines or, with `file` null, so many references. */
export interface Excess {
  readonly file: string | null;
  readonly by: number;
}

/** Limits a skill exceeds. What S0 exceeds already is its own limit: an evolution need not mend it, but may not make it worse. */
export function excessOf(start: readonly SkillFile[], files: readonly SkillFile[], sizes: SkillSizes): Excess[] {
  const before = new Map(skillTexts(start).texts.map(({ path, lines }) => [path, lines]));
  const { texts } = skillTexts(files);
  const long = texts.map(({ path, lines }) => {
    const limit = Math.max((path === "SKILL.md" ? sizes.skill_lines : sizes.reference_lines) - 1, before.get(path) ?? 0);
    return { file: path, by: lines - limit };
  });
  const references = texts.length - 1 - Math.max(sizes.references, before.size - 1);
  return [...long, { file: null, by: references }].filter(({ by }) => by > 0);
}

/**
 * Composes a plan within the size limits. Over them, the least supported edits give way first: text for SKILL.md goes to references, as far as there is room, everything
 * else is withheld with `size-budget`. What still exceeds a limit afterwards is no edit's doing and left to the validation.
 */
export function fitSizes(
  start: readonly SkillFile[],
  plan: Plan,
  sizes: SkillSizes,
): { readonly plan: Plan; readonly composition: Composition } {
  for (let fitting = plan; ; ) {
    const composition = compose(start, fitting, sizes);
    let next: Plan | null = null;
    for (const excess of excessOf(start, composition.files, sizes)) next ??= relieve(fitting, composition, excess);
    if (next === null) return { plan: fitting, composition };
    fitting = next;
  }
}

/** The plan with less in the file that is too long, or one new reference less; null when no edit is left that could give way. */
function relieve(plan: Plan, composition: Composition, excess: Excess): Plan | null {
  const applied = new Set(composition.edits.map(({ id }) => id));
  const inPlace = weakestFirst(plan.main.filter(({ id }) => applied.has(id)));
  const candidates = inPlace
    .filter(({ edit }) => (excess.file === null ? edit.op === "create" : edit.file === excess.file && growthOf(edit) > 0))
    // Of equally supported edits the longest goes first, so that as few as possible have to.
    .sort((a, b) => supportOf(a) - supportOf(b) || growthOf(b.edit) - growthOf(a.edit));
  const giving: TracedEdit[] = [];
  for (let room = 0; room < excess.by; ) {
    const next = candidates[giving.length];
    if (next === undefined) break;
    giving.push(next);
    room += excess.file === null ? 1 : growthOf(next.edit);
  }
  if (giving.length > 0) return giveWay(plan, giving, excess);
  // Nothing but links to notes is left to shorten SKILL.md by.
  const [weakest] = excess.file === "SKILL.md" || excess.file === null ? weakestFirst(plan.aside) : [];
  return weakest === undefined ? null : withoutEdits(plan, [weakest], excess);
}

function giveWay(plan: Plan, giving: readonly TracedEdit[], excess: Excess): Plan {
  // A file that exceeds a limit of its own finds no room among the notes either.
  if (excess.file !== null && excess.file !== "SKILL.md") return withoutEdits(plan, giving, excess);
  const ids = new Set(giving.map(({ id }) => id));
  const moving = pairGroups(plan.main)
    .filter((group) => group.some(({ id }) => ids.has(id)))
    .flat();
  const movable = new Set(moving.filter(({ edit }) => onlyAdds(edit)).map(({ id }) => id));
  const moved: Plan = {
    ...plan,
    main: plan.main.filter(({ id }) => !movable.has(id)),
    aside: [...plan.aside, ...plan.main.filter(({ id }) => movable.has(id))],
  };
  const stuck = giving.filter(({ id }) => !movable.has(id));
  return stuck.length === 0 ? moved : withoutEdits(moved, stuck, excess);
}

function withoutEdits(plan: Plan, edits: readonly TracedEdit[], excess: Excess): Plan {
  const note =
    excess.file === null
      ? "There would be too many references."
      : `${excess.file} would be ${excess.by} ${excess.by === 1 ? "line" : "lines"} too long.`;
  return takeOut(plan, edits, { stage: "apply", reason: "size-budget", note });
}

/** A plan without some of its edits, each of which departs. */
export function takeOut(plan: Plan, edits: readonly TracedEdit[], why: Pick<Departure, "stage" | "reason" | "note">): Plan {
  const out = new Set(edits.map(({ id }) => id));
  return {
    main: plan.main.filter(({ id }) => !out.has(id)),
    aside: plan.aside.filter(({ id }) => !out.has(id)),
    departures: [...plan.departures, ...edits.map(({ id }) => ({ edit: id, ...why }))],
  };
}

/** Lines an edit adds, about: blank lines that set it apart are not counted. */
function growthOf(edit: TracedEdit["edit"]): number {
  const added = "content" in edit && edit.content !== "" ? countLines(edit.content) : 0;
  return edit.op === "replace_in_section" ? added - countLines(edit.old_text) : added;
}
