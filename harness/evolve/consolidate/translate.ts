import type { Departure, SkillEdit, TracedEdit } from "../../core/evolution.ts";
import { resolveEdit } from "../../skill/edit/resolve-edit.ts";
import type { SkillFile } from "../../skill/read-directory.ts";
import { dataBlock } from "../propose/data-block.ts";
import { showSkill } from "../propose/show-skill.ts";
import { all, type CountingAuthor } from "./ask-author.ts";
import { translatePrompt } from "./consolidation-prompt.ts";
import { translateForm } from "./edit-forms.ts";

export interface Translation {
  /** In the order given; translated edits in place of theirs, named `t.` and the id they had. */
  readonly edits: readonly TracedEdit[];
  readonly departures: readonly Departure[];
}

/**
 * Asks for the right anchor of every edit whose anchor does not resolve, one call each; without an author such edits depart at once. A translation counts only when
 * operation, file and content are what they were and the edit resolves now. Edits that do not resolve for other reasons depart with that reason. Throws UnansweredCall.
 */
export async function translateEdits(
  start: readonly SkillFile[],
  edits: readonly TracedEdit[],
  author: CountingAuthor | null,
): Promise<Translation> {
  const results = await all(edits.map((edit) => translateOne(start, edit, author)));
  return {
    edits: results.flatMap((result) => ("edit" in result ? [result.edit] : [])),
    departures: results.flatMap((result) => ("departure" in result ? [result.departure] : [])),
  };
}

type Result = { readonly edit: TracedEdit } | { readonly departure: Departure };

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
