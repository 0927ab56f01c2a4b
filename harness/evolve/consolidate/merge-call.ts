import type { Departure, SkillEdit, TracedEdit } from "../../core/evolution.ts";
import type { Without } from "../../core/evolution-spec.ts";
import type { Hash, Json } from "../../core/json.ts";
import type { SkillFile } from "../../skill/read-directory.ts";
import { dataBlock, jsonLines } from "../propose/data-block.ts";
import { type SkillSizes, showBudget, showSkill, skillTexts } from "../propose/show-skill.ts";
import type { CountingAuthor } from "./ask-author.ts";
import { mergeAgain, mergePrompt } from "./consolidation-prompt.ts";
import { isDestructive, type MergeContext, type MergeReply, mergeForm, replyAsJson, vanishedIds } from "./merge-form.ts";
import { behind, sortedUnique, supportOf } from "./support.ts";

/** A patch or the result of an earlier merge, as a merge call sees it. */
export interface MergeInput {
  readonly id: string;
  readonly source: "error" | "success" | "mixed";
  readonly reasoning: string;
  readonly edits: readonly TracedEdit[];
}

export interface MergeCallOptions {
  readonly author: CountingAuthor;
  readonly start: readonly SkillFile[];
  readonly sizes: SkillSizes;
  /** Priors that are left out. */
  readonly without: Without;
}

export type MergeOutcome =
  | {
      readonly state: "merged";
      readonly call: Hash;
      readonly reasoning: string;
      readonly edits: readonly TracedEdit[];
      readonly departures: readonly Departure[];
      readonly changelog: readonly string[];
    }
  | { readonly state: "unreadable"; readonly call: Hash; readonly problem: string };

/**
 * Asks the merger to join patches, once more when edits vanished from its reply; what vanishes twice departs as `lost`. Edits of the result are `<id>e1`, `<id>e2` … with the
 * leaves and tasks of all edits they cite. `unreadable` also stands for a request that is too long. Throws UnansweredCall.
 */
export async function mergeCall(id: string, inputs: readonly MergeInput[], options: MergeCallOptions): Promise<MergeOutcome> {
  const incoming = inputs.flatMap(({ edits }) => edits);
  const ids = incoming.map((edit) => edit.id);
  const context: MergeContext = {
    ids,
    files: sortedUnique([...skillTexts(options.start).texts.map(({ path }) => path), ...incoming.map(({ edit }) => edit.file)]),
    destructive: destructiveIds(incoming),
  };
  const system = mergePrompt(options.without);
  const user = [
    showSkill(options.start),
    showBudget(options.start, options.sizes),
    dataBlock("patches", jsonLines(inputs.map((input) => shown(input, options.without)))),
  ].join("\n\n");
  const question =
    (asked: string, more: MergeAgain = {}) =>
    () =>
      mergeQuestion(inputs, options, { system, user: asked }, more);
  const first = await options.author.ask({ role: "merger", form: mergeForm, system, user, context, question: question(user) });
  if (first.state !== "read") return { state: "unreadable", call: first.key, problem: first.problem };
  let { key: call, value: reply } = first;
  const vanished = vanishedIds(reply, ids);
  if (vanished.length > 0) {
    const earlier = replyAsJson(reply);
    const again = `${user}\n\n${mergeAgain(dataBlock("earlier_reply", JSON.stringify(earlier)), dataBlock("vanished", jsonLines(vanished)))}`;
    const asData = question(again, { earlier_reply: earlier, vanished });
    const second = await options.author.ask({ role: "merger", form: mergeForm, system, user: again, context, question: asData });
    // A second reply that loses more than the first is no remedy.
    if (second.state === "read" && vanishedIds(second.value, ids).length < vanished.length) ({ key: call, value: reply } = second);
  }
  return { state: "merged", call, ...traced(id, reply, incoming) };
}

/** What is asked about edits that a first reply neither kept nor dropped. */
interface MergeAgain {
  readonly earlier_reply?: Json;
  readonly vanished?: readonly string[];
}

/** The same as data: what a merge step that is somebody else's program reads (schema `merge-input`). */
function mergeQuestion(
  inputs: readonly MergeInput[],
  options: MergeCallOptions,
  prompt: { system: string; user: string },
  again: MergeAgain,
) {
  const { texts } = skillTexts(options.start);
  const patches = inputs.map((input) => shown(input, options.without));
  const skill = texts.map(({ path, text }) => ({ path, text }));
  return { step: "merge", patches, skill, sizes: { ...options.sizes }, ...again, prompt } as const;
}

function destructiveIds(incoming: readonly TracedEdit[]): MergeContext["destructive"] {
  const byFile: Record<string, string[]> = {};
  for (const { id, edit } of incoming) if (isDestructive(edit.op)) byFile[edit.file] = [...(byFile[edit.file] ?? []), id];
  return byFile;
}

function shown(input: MergeInput, without: Without): Json {
  return {
    id: input.id,
    source: input.source,
    ...(without.includes("prevalence") ? {} : { support: behind(input.edits).tasks.length }),
    reasoning: input.reasoning,
    edits: input.edits.map((edit) => showEdit(edit, without)),
  };
}

/** An edit as models see it: id and, where what recurs is to lead, support before its own fields. */
export function showEdit(edit: TracedEdit, without: Without): { readonly [key: string]: Json | undefined } {
  return { id: edit.id, ...(without.includes("prevalence") ? {} : { support: supportOf(edit) }), ...edit.edit };
}

function traced(id: string, reply: MergeReply, incoming: readonly TracedEdit[]) {
  const byId = new Map(incoming.map((edit) => [edit.id, edit]));
  const edits = reply.edits.map(({ edit, from }, index): TracedEdit => {
    const cited = from.flatMap((one) => byId.get(one) ?? []);
    return { id: `${id}e${index + 1}`, edit: tidy(edit), ...behind(cited) };
  });
  const lost = vanishedIds(reply, [...byId.keys()]);
  const departures: Departure[] = [
    ...reply.dropped.map(({ id: edit, reason }): Departure => ({ edit, stage: "merge", reason: "dropped", note: reason })),
    ...lost.map(
      (edit): Departure => ({ edit, stage: "merge", reason: "lost", note: `${id} neither kept nor dropped it, also when asked again.` }),
    ),
  ];
  return { reasoning: reply.reasoning, edits, departures, changelog: reply.changelog };
}

/** Line ends as the store and the skill have them: replies of some servers carry CR LF. */
function tidy(edit: SkillEdit): SkillEdit {
  return "content" in edit ? { ...edit, content: edit.content.replaceAll("\r\n", "\n") } : edit;
}
