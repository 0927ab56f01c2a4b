import type { Departure, SkillEdit, TracedEdit } from "../../core/evolution.ts";
import { all } from "../../engine/all.ts";
import { resolveEdit } from "../../skill/edit/resolve-edit.ts";
import type { SkillFile } from "../../skill/read-directory.ts";
import { dataBlock } from "../propose/data-block.ts";
import { showSkill } from "../propose/show-skill.ts";
import type { CountingAuthor } from "./ask-author.ts";
import { translatePrompt } from "./consolidation-prompt.ts";
import { translateForm } from "./edit-forms.ts";
import { onlyAdds } from "./prevalence.ts";

export interface Translation {
  /** In the order given; translated edits in place of theirs, named `t.` and the id they had. */
  readonly edits: readonly TracedEdit[];
  readonly departures: readonly Departure[];
}

/**
 * Asks for the right anchor of every edit whose anchor does not resolve, one call each; without an author nobody is asked. A translation counts only when
 * operation, file and content are what they were and the edit resolves now. Where none counts, an edit that only adds goes where the first of its `leaves` (as they were
 * proposed) has an anchor in the same file that resolves: what many found necessary is not lost for the place that one of them remembered wrongly. The others depart, and so
 * do edits that do not resolve for other reasons. Throws UnansweredCall.
 */
export async function translateEdits(
  start: readonly SkillFile[],
  edits: readonly TracedEdit[],
  leaves: ReadonlyMap<string, SkillEdit>,
  author: CountingAuthor | null,
): Promise<Translation> {
  const results = await all(
    edits.map(async (edit): Promise<Result> => {
      const result = await translateOne(start, edit, author);
      const placed = "departure" in result && translatable(result.departure) ? placedLikeALeaf(start, edit, leaves) : null;
      return placed === null ? result : { edit: placed };
    }),
  );
  return {
    edits: results.flatMap((result) => ("edit" in result ? [result.edit] : [])),
    departures: results.flatMap((result) => ("departure" in result ? [result.departure] : [])),
  };
}

type Result = { readonly edit: TracedEdit } | { readonly departure: Departure };

const translatable = ({ reason }: Departure): boolean => reason === "unresolved-anchor" || reason === "changed-by-translation";

/** The edit with its own content at the place of one of those it was joined from; null when there is none that fits. */
function placedLikeALeaf(start: readonly SkillFile[], traced: TracedEdit, leaves: ReadonlyMap<string, SkillEdit>): TracedEdit | null {
  const { edit } = traced;
  if (!onlyAdds(edit) || edit.op === "create") return null;
  for (const id of traced.leaves) {
    const leaf = leaves.get(id);
    if (leaf === undefined || leaf.file !== edit.file || !onlyAdds(leaf) || leaf.op === "create") continue;
    const moved: SkillEdit = { ...leaf, content: edit.content };
    if (resolveEdit(start, moved).ok) return { ...traced, id: `t.${traced.id}`, edit: moved };
  }
  return null;
}

async function translateOne(start: readonly SkillFile[], traced: TracedEdit, author: CountingAuthor | null): Promise<Result> {
  const depart = (reason: Departure["reason"], note: string): Result => ({
    departure: { edit: traced.id, stage: "translate", reason, note },
  });
  const first = resolveEdit(start, traced.edit);
  if (first.ok) return { edit: traced };
  if (author === null || first.reason !== "unresolved-anchor") return depart(first.reason, first.note);
  const answer = await author.ask({
    role: "translator",
    form: translateForm,
    system: translatePrompt,
    user: messageOf(start, traced.edit, first.note),
    context: {},
  });
  if (answer.state !== "read") return depart("unresolved-anchor", `${first.note} It could not be translated: ${answer.problem}`);
  const changed = changedBeyondAnchors(traced.edit, answer.value);
  if (changed.length > 0) return depart("changed-by-translation", `The translation changed ${changed.join(" and ")}, not only the anchor.`);
  const then = resolveEdit(start, answer.value);
  return then.ok ? { edit: { ...traced, id: `t.${traced.id}`, edit: answer.value } } : depart(then.reason, then.note);
}

function messageOf(start: readonly SkillFile[], edit: SkillEdit, problem: string): string {
  const file = start.filter(({ path }) => path === edit.file);
  return [showSkill(file), dataBlock("edit", JSON.stringify(edit)), dataBlock("problem", problem)].join("\n\n");
}

/** Names of what differs apart from the anchors. The heading of a new section is no anchor: it is text that is put in. */
function changedBeyondAnchors(before: SkillEdit, after: SkillEdit): string[] {
  const kept = (edit: SkillEdit): Readonly<Record<string, string>> => ({
    operation: edit.op,
    file: edit.file,
    content: "content" in edit ? edit.content : "",
    heading: edit.op === "add_section" ? edit.target_section : "",
  });
  const [was, is] = [kept(before), kept(after)];
  return Object.keys(was).filter((name) => was[name] !== is[name]);
}
