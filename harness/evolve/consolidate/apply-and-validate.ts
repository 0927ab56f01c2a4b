import type { Departure, TracedEdit } from "../../core/evolution.ts";
import type { Finding } from "../../skill/finding.ts";
import type { SkillFile } from "../../skill/read-directory.ts";
import type { SkillSizes } from "../propose/show-skill.ts";
import type { CountingAuthor } from "./ask-author.ts";
import { originsOf } from "./carry-spans.ts";
import { type Composition, compose, type Plan } from "./compose.ts";
import { fitSizes, takeOut } from "./fit-sizes.ts";
import { freshFindings } from "./fresh-findings.ts";
import { type Draft, repairSkill } from "./repair-skill.ts";
import { weakestFirst } from "./support.ts";

export interface Validated {
  /** Null when edits failed the check and none was left that passes it: S0 stays. */
  readonly draft: Draft | null;
  /** What the check holds against the result and not against S0; where `draft` is null, what the first attempt failed on. */
  readonly findings: readonly Finding[];
  readonly departures: readonly Departure[];
  /** Edits that were made for notes, also those that are not applied. */
  readonly made: readonly TracedEdit[];
}

/**
 * Applies edits in memory, within the size limits and through the format check. What fails is first given to the validator to mend; if it does not succeed, its repairs are
 * discarded and the edits that bring the errors are withheld, the weakest first where several could be to blame. Throws UnansweredCall.
 */
export async function applyAndValidate(
  start: readonly SkillFile[],
  plan: Plan,
  options: { readonly sizes: SkillSizes; readonly rounds: number; readonly author: CountingAuthor },
): Promise<Validated> {
  const { sizes } = options;
  let fitted = fitSizes(start, plan, sizes);
  const repaired = await repairSkill(start, fitted.composition, options);
  if (repaired.mended) {
    const departures = [...fitted.plan.departures, ...fitted.composition.departures, ...repaired.departures];
    return {
      draft: repaired.draft,
      findings: freshFindings(start, repaired.draft.files, sizes),
      departures,
      made: fitted.composition.made,
    };
  }
  const first = errorsOf(start, fitted.composition, sizes);
  for (let errors = first; ; errors = errorsOf(start, fitted.composition, sizes)) {
    const departures = [...fitted.plan.departures, ...fitted.composition.departures, ...repaired.departures];
    const { composition: draft } = fitted;
    const { made } = draft;
    if (errors.length === 0 && draft.edits.length > 0)
      return { draft, findings: freshFindings(start, draft.files, sizes), departures, made };
    const culprit = culpritOf(start, fitted, errors, sizes);
    if (culprit === null)
      return { draft: null, findings: first, departures: [...departures, ...draft.edits.map(({ id }) => refused(id))], made };
    const { file, line, message, rule } = culprit.error;
    const why = { stage: "repair", reason: "broke-validation", note: `${file}:${line}: ${message} (${rule})` } as const;
    fitted = fitSizes(start, takeOut(fitted.plan, [culprit.edit], why), sizes);
  }
}

function refused(edit: string): Departure {
  return {
    edit,
    stage: "repair",
    reason: "broke-validation",
    note: "No set of edits with it passes the format check; the start skill stays.",
  };
}

function errorsOf(start: readonly SkillFile[], composition: Composition, sizes: SkillSizes): Finding[] {
  return freshFindings(start, composition.files, sizes).filter(({ severity }) => severity === "error");
}

/**
 * The edit to go for the first error: the one that wrote the line, when the error goes with it; else the weakest one whose going leaves fewer errors; else the one that wrote
 * the line, or the weakest of all. Null when the plan is empty.
 */
function culpritOf(
  start: readonly SkillFile[],
  { plan, composition }: { readonly plan: Plan; readonly composition: Composition },
  errors: readonly Finding[],
  sizes: SkillSizes,
): { readonly edit: TracedEdit; readonly error: Finding } | null {
  const [error] = errors;
  if (error === undefined) return null;
  const file = composition.spans.find(({ path }) => path === error.file);
  const writer = file === undefined ? null : (originsOf(file)[error.line - 1] ?? null);
  const leaves = new Set(composition.edits.find(({ id }) => id === writer)?.leaves);
  const all = weakestFirst([...plan.main, ...plan.aside]);
  // What wrote the line may be a file of notes; then any edit whose note is in it may be to blame.
  const suspects = all.filter((edit) => edit.id === writer || edit.leaves.every((leaf) => leaves.has(leaf)));
  const others = all.filter((edit) => !suspects.includes(edit));
  const helps = (edit: TracedEdit): boolean => {
    const without = compose(start, takeOut(plan, [edit], { stage: "repair", reason: "broke-validation", note: "" }), sizes);
    return errorsOf(start, without, sizes).length < errors.length;
  };
  const edit = [...suspects, ...others].find(helps) ?? suspects[0] ?? others[0];
  return edit === undefined ? null : { edit, error };
}
