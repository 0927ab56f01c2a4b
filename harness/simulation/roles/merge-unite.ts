/** Uniting edits that mean the same, and settling those that contradict each other. */
import type { SkillEdit } from "../../core/evolution.ts";
import type { Draw } from "../asked.ts";
import { pickAt } from "../asked.ts";
import type { Teaching } from "../guidance/recognise.ts";
import type { Knowledge } from "../knowledge.ts";
import type { Persona } from "../persona.ts";
import { contentOf, type ShownEdit, withContent } from "../reading/edits.ts";
import { bulletOf } from "../writing/write-lesson.ts";

export interface MergedEdit {
  readonly edit: SkillEdit;
  readonly from: readonly string[];
  /** Sum over what was joined. */
  readonly support: number;
}

/** Whether an edit only adds text. Others change what is there and are joined only with the very same change. */
function adds(edit: SkillEdit): boolean {
  return edit.op === "append_to_section" || edit.op === "insert_after" || edit.op === "insert_before" || edit.op === "add_section";
}

/** What an edit means: the lessons it teaches, else its words; for changes and new files also the place. */
export function meaningOf(knowledge: Knowledge, edit: SkillEdit): string {
  const content = contentOf(edit);
  const ids = [...knowledge.lessonsIn(content).keys()].sort();
  const says = ids.length > 0 ? `lessons ${ids.join(" ")}` : (content.toLowerCase().match(/[\p{L}\p{N}]+/gu) ?? []).join(" ");
  const link = /\breferences\/[\w./-]+\.md\b/.exec(content)?.[0];
  if (edit.op === "create" || edit.op === "delete_file") return `${edit.op} ${edit.file}`;
  if (!adds(edit)) return JSON.stringify([edit.op, edit.file, "old_text" in edit ? edit.old_text : edit.target_section]);
  return link === undefined ? says : `link ${link}`;
}

/** One edit for each meaning, in order of first appearance. The wording with the greatest support is kept; by the rate a duplicate is not seen as one. */
export function united(knowledge: Knowledge, edits: readonly ShownEdit[], draw: Draw, rates: Persona["merger"]): readonly MergedEdit[] {
  const groups = new Map<string, ShownEdit[]>();
  for (const shown of edits) {
    const meaning = meaningOf(knowledge, shown.edit);
    const twin = groups.get(meaning);
    // A file can be made once only, and a heading added once only.
    const missed =
      twin !== undefined &&
      shown.edit.op !== "create" &&
      shown.edit.op !== "add_section" &&
      draw("duplicate", shown.id) < rates.duplicate_failure;
    if (twin === undefined || missed) groups.set(missed ? `${meaning} ${shown.id}` : meaning, [shown]);
    else twin.push(shown);
  }
  return [...groups.values()].map((members) => ({
    edit: bestWorded(knowledge, members, draw).edit,
    from: members.map((m) => m.id),
    support: members.reduce((sum, m) => sum + m.support, 0),
  }));
}

/** The member whose wording (the same lessons with or without their conditions) has most support, then one of its members by coin. */
function bestWorded(knowledge: Knowledge, members: readonly ShownEdit[], draw: Draw): ShownEdit {
  const kinds = new Map<string, ShownEdit[]>();
  for (const member of members) {
    const kind = [...knowledge.lessonsIn(contentOf(member.edit)).values()].join(" ");
    kinds.set(kind, [...(kinds.get(kind) ?? []), member]);
  }
  const weight = (list: readonly ShownEdit[]) => list.reduce((sum, m) => sum + m.support, 0);
  const [strongest = members] = [...kinds.values()].sort((a, b) => weight(b) - weight(a));
  const most = Math.max(...strongest.map((m) => m.support));
  const best = strongest.filter((m) => m.support === most);
  const chosen = pickAt(best, draw("wording", ...best.map((m) => m.id))) ?? members[0];
  if (chosen === undefined) throw new TypeError("a group of edits is empty");
  return chosen;
}

/**
 * Where an edit says for every task what another contradicts: mostly both get their condition back, by the rate the rule without one wins and the other is dropped. An
 * unconditional rule whose counterpart is not in the call is not noticed.
 */
export function settled(
  knowledge: Knowledge,
  edits: readonly MergedEdit[],
  draw: Draw,
  rates: Persona["merger"],
): { readonly edits: readonly MergedEdit[]; readonly dropped: readonly { readonly id: string; readonly reason: string }[] } {
  const teaching = edits.map((e) => knowledge.lessonsIn(contentOf(e.edit)));
  const opposed = (a: number, b: number) =>
    [...(teaching[a]?.keys() ?? [])].some((id) => teaching[b]?.has(knowledge.lesson(id)?.contradicts ?? "") === true);
  const loses = (a: number, b: number) =>
    (edits[a]?.support ?? 0) < (edits[b]?.support ?? 0) || (edits[a]?.support === edits[b]?.support && a > b);
  const out: MergedEdit[] = [];
  const dropped: { id: string; reason: string }[] = [];
  edits.forEach((merged, a) => {
    const others = edits.map((_, b) => b).filter((b) => b !== a && opposed(a, b));
    const loose = (i: number) => [...(teaching[i]?.values() ?? [])].includes("always");
    const contested = others.filter((b) => loose(a) || loose(b));
    const pair = (b: number) => [merged.from[0] ?? "", edits[b]?.from[0] ?? ""].sort();
    const wrongly = contested.filter((b) => draw("conflict", ...pair(b)) < rates.conflict_error);
    if (wrongly.some((b) => loses(a, b))) {
      for (const id of merged.from) dropped.push({ id, reason: "It contradicts an edit with more support." });
      return;
    }
    const mended = contested.length > wrongly.length ? conditioned(knowledge, merged, teaching[a] ?? new Map(), draw) : merged;
    out.push(mended);
  });
  return { edits: out, dropped };
}

/** The edit with the condition put back. */
function conditioned(knowledge: Knowledge, merged: MergedEdit, teaching: ReadonlyMap<string, Teaching>, draw: Draw): MergedEdit {
  if (![...teaching.values()].includes("always")) return merged;
  const lines = [...teaching.keys()].flatMap((id) => {
    const wording = pickAt(knowledge.lesson(id)?.wordings ?? [], draw("condition", id, merged.from[0] ?? ""));
    return wording === undefined ? [] : [bulletOf(wording)];
  });
  return { ...merged, edit: withContent(merged.edit, lines.join("\n")) };
}
