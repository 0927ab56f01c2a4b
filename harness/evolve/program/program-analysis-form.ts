/** How a program that analyses episodes answers: as single-call analysts do, and, if it likes, with the edits of the skill at once. */
import { z } from "zod";
import type { Lesson, ProposedPatch, SolutionPath } from "../../core/evolution.ts";
import type { Json } from "../../core/json.ts";
import { resolveEdit } from "../../skill/edit/resolve-edit.ts";
import type { SkillFile } from "../../skill/read-directory.ts";
import type { ReplyForm } from "../author.ts";
import { analysisContextSchema, errorAnalysisForm, successAnalysisForm } from "../propose/analysis-forms.ts";
import { patchForm } from "../propose/patch-form.ts";

export const programAnalysisContextSchema = analysisContextSchema.extend({
  outcome: z.enum(["failed", "passed"]),
  /** Texts of S0, which edits have to fit; empty where there is no skill to edit. */
  skill: z.array(z.object({ path: z.string(), text: z.string() })),
});

export interface ProgramAnalysis {
  readonly lessons: readonly Lesson[];
  readonly path?: SolutionPath;
  readonly patch?: ProposedPatch;
}

const withEdits = z.object({
  edits: z.array(z.json()).nullish(),
  reasoning: z.string().nullish(),
  changelog_entries: z.array(z.string()).nullish(),
});

export const programAnalysisForm: ReplyForm<ProgramAnalysis> = {
  id: "program-analysis",
  rev: 1,
  check(reply, context) {
    const { outcome, skill, ...held } = programAnalysisContextSchema.parse(context);
    const read = (outcome === "failed" ? errorAnalysisForm : successAnalysisForm).check(reply, held);
    if (!read.ok) return read;
    const own = withEdits.safeParse(reply);
    if (!own.success) return { ok: false, problem: "edits must be a list, reasoning a text and changelog_entries a list of texts." };
    const { edits, reasoning, changelog_entries: changelog } = own.data;
    if (edits === null || edits === undefined) return read;
    const { lessons } = read.value;
    const causes = lessons.filter(({ type }) => type === "failure-cause").length;
    const asPatch = { reasoning: reasoning ?? "", edits, changelog_entries: changelog ?? [] };
    const patch = patchForm.check(asPatch, { lessons: lessons.length - causes });
    if (!patch.ok) return patch;
    const problem = unfit(patch.value.edits, skill);
    if (problem !== undefined) return { ok: false, problem };
    // Edits name lessons from 1, as they stand in `lessons`; in the analysis causes stand before them.
    const proposed = patch.value.edits.map((one) => ({ edit: one.edit, lessons: one.lessons.map((n) => n + causes) }));
    return { ok: true, value: { ...read.value, patch: { ...patch.value, edits: proposed, changelog: [...patch.value.changelog] } } };
  },
};

/** What keeps edits from being applied to S0, a sentence each. */
function unfit(
  edits: readonly { readonly edit: ProposedPatch["edits"][number]["edit"] }[],
  skill: readonly { path: string; text: string }[],
): string | undefined {
  if (skill.length === 0 && edits.length > 0) return "edits has entries, but there is no skill to edit here; leave edits out.";
  const files = skill.map(({ path, text }): SkillFile => ({ path, bytes: Buffer.from(text), mode: 0o644 }));
  const problems = edits.flatMap(({ edit }, i) => {
    // A new file and its link belong together; whether both are there is judged where patches are joined.
    const resolved = resolveEdit(files, edit);
    return resolved.ok ? [] : [`edits[${i}] does not fit the skill: ${resolved.note}`];
  });
  return problems.length === 0 ? undefined : problems.join("\n");
}

/** The context an analysis is held to, as plain data. */
export function programAnalysisContext(given: z.infer<typeof programAnalysisContextSchema>): Json {
  return { ...given, skill: given.skill.map(({ path, text }) => ({ path, text })) };
}
