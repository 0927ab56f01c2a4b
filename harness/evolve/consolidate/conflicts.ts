import type { Departure, TracedEdit } from "../../core/evolution.ts";
import type { Without } from "../../core/evolution-spec.ts";
import { all } from "../../engine/all.ts";
import { type Conflict, findConflicts } from "../../skill/edit/find-conflicts.ts";
import { resolveEdit } from "../../skill/edit/resolve-edit.ts";
import type { SkillFile } from "../../skill/read-directory.ts";
import { dataBlock, jsonLines } from "../propose/data-block.ts";
import { showSkill } from "../propose/show-skill.ts";
import type { CountingAuthor } from "./ask-author.ts";
import { synthesisPrompt } from "./consolidation-prompt.ts";
import { synthesisForm } from "./edit-forms.ts";
import { showEdit } from "./merge-call.ts";
import { behind, sortedUnique } from "./support.ts";

export interface Synthesis {
  /** Syntheses stand where the first of the edits they replace stood, named `s1`, `s2` … */
  readonly edits: readonly TracedEdit[];
  readonly departures: readonly Departure[];
}

/**
 * Asks for one edit in place of every set of edits that contradict or overlap, one call a set. The synthesis stands on all edits it cites; the others of its set depart in its
 * favour. A set whose synthesis cannot be read or does not resolve is left as it is, for support to decide, and so are duplicates, of which nothing is to be weighed.
 * Throws UnansweredCall.
 */
export async function synthesise(
  start: readonly SkillFile[],
  edits: readonly TracedEdit[],
  author: CountingAuthor,
  without: Without,
): Promise<Synthesis> {
  const sets = conflictSets(edits, findConflicts(start, edits));
  const answers = await all(sets.map((set, index) => synthesiseOne(start, set, `s${index + 1}`, author, without)));
  const replacing = new Map<string, TracedEdit | null>();
  const departures: Departure[] = [];
  for (const { edit, cited, others } of answers.flatMap((answer) => answer ?? [])) {
    const [first, ...rest] = edits.filter(({ id }) => cited.includes(id) || others.includes(id));
    if (first !== undefined) replacing.set(first.id, edit);
    for (const { id } of rest) replacing.set(id, null);
    for (const id of others)
      departures.push({
        edit: id,
        stage: "conflict",
        reason: "contradiction",
        note: "The synthesis of the conflict left it out.",
        inFavourOf: edit.id,
      });
  }
  return {
    edits: edits.flatMap((edit) => {
      const synthesis = replacing.get(edit.id);
      return synthesis === undefined ? [edit] : synthesis === null ? [] : [synthesis];
    }),
    departures,
  };
}

/** Edits that hang together by conflicts, each set in the order of the edits. */
function conflictSets(edits: readonly TracedEdit[], conflicts: readonly Conflict[]): TracedEdit[][] {
  const setOf = new Map(edits.map((edit) => [edit.id, new Set([edit.id])]));
  for (const { a, b, reason } of conflicts) {
    if (reason === "duplicate") continue;
    const joined = new Set([...(setOf.get(a) ?? []), ...(setOf.get(b) ?? [])]);
    for (const id of joined) setOf.set(id, joined);
  }
  return [...new Set(setOf.values())].filter((set) => set.size > 1).map((set) => edits.filter(({ id }) => set.has(id)));
}

async function synthesiseOne(
  start: readonly SkillFile[],
  set: readonly TracedEdit[],
  id: string,
  author: CountingAuthor,
  without: Without,
) {
  const answer = await author.ask({
    role: "merger",
    form: synthesisForm,
    system: synthesisPrompt(without),
    user: [showSkill(start), dataBlock("conflict", jsonLines(set.map((one) => showEdit(one, without))))].join("\n\n"),
    context: { ids: set.map((one) => one.id), files: sortedUnique(set.map(({ edit }) => edit.file)) },
  });
  if (answer.state !== "read" || !resolveEdit(start, answer.value.edit).ok) return null;
  const { edit, from } = answer.value;
  const cited = set.filter((one) => from.includes(one.id));
  const others = set.filter((one) => !from.includes(one.id));
  return { edit: { id, edit, ...behind(cited) }, cited: from, others: others.map((one) => one.id) };
}
