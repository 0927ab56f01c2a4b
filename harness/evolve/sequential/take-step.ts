/** One step of a sequential evolution: one call, its edits applied to the skill as it stands. */
import { renderPrompt } from "../../agent/render-prompt.ts";
import { diffSkills } from "../../skill/edit/diff-skills.ts";
import { skillHash } from "../../skill/read-skill.ts";
import { promptFile } from "../call/prompt-file.ts";
import type { CountingAuthor } from "../consolidate/ask-author.ts";
import { dataBlock, jsonLines } from "../propose/data-block.ts";
import { patchForm } from "../propose/patch-form.ts";
import { answerForm, editOperations, whatASkillIs } from "../propose/prompt-parts.ts";
import { type SkillSizes, showBudget, showSkill } from "../propose/show-skill.ts";
import { applyStep } from "./apply-step.ts";
import { consolidationForm } from "./consolidation-form.ts";
import { originsAfter } from "./line-origins.ts";
import type { Analysed } from "./sequential-input.ts";
import type { SequentialStep } from "./sequential-record.ts";
import { inherit, joinHeirs, type Proposed, patchId, type Standing } from "./standing.ts";

/** What stays the same from step to step. */
export interface StepContext {
  readonly author: CountingAuthor;
  readonly sizes: SkillSizes;
}

export interface StepTaken {
  readonly standing: Standing;
  readonly step: SequentialStep;
}

/** Asks the editor to work a batch of trajectories into the skill. */
export async function editStep(id: string, members: readonly Analysed[], before: Standing, context: StepContext): Promise<StepTaken> {
  const standing: Standing = { ...before, seen: [...before.seen, ...members] };
  const bare = bareStep(id, "batch", standing, members);
  const lessons = members.flatMap((one) => one.lessons.map((lesson, position) => ({ from: one, position, lesson })));
  if (lessons.length === 0)
    return { standing, step: { ...bare, state: "no-lessons", note: "the trajectories of this batch gave no lessons" } };
  const answer = await context.author.ask({
    role: "patch-writer",
    form: patchForm,
    system: renderPrompt(promptFile(import.meta.url, "edit"), {
      what_a_skill_is: whatASkillIs,
      edit_operations: editOperations("lessons"),
      answer_form: answerForm,
    }),
    user: [
      showSkill(standing.files),
      dataBlock("lessons", jsonLines(lessons.map(({ from, lesson }, i) => ({ n: i + 1, task: from.task, ...lesson })))),
      ...members.flatMap(({ task, path }) => (path === undefined ? [] : [dataBlock("solution_path", JSON.stringify(path), { task })])),
      showBudget(standing.files, context.sizes),
    ].join("\n\n"),
    context: { lessons: lessons.length },
  });
  if (answer.state !== "read") return { standing, step: { ...bare, call: answer.key, state: "unreadable", note: answer.problem } };
  const { reasoning, changelog, edits } = answer.value;
  const carried = new Map(edits.map((one, i) => [`${id}e${i + 1}`, one.lessons.flatMap((n) => lessons[n - 1] ?? [])]));
  const proposed = edits.map(({ edit }, i): Proposed => {
    const from = (carried.get(`${id}e${i + 1}`) ?? []).map((lesson) => lesson.from);
    return {
      id: `${id}e${i + 1}`,
      edit,
      tasks: [...new Set(from.map((one) => one.task))].sort(),
      patches: [...new Set(from.map(patchId))].sort(),
    };
  });
  const taken = settle({ ...bare, call: answer.key, reasoning, changelog: [...changelog] }, proposed, standing, context);
  const lessonsOf = taken.step.edits.map((edit) => {
    const said = edit.leaves.filter((leaf) => carried.has(leaf)).flatMap((leaf) => carried.get(leaf) ?? []);
    const named = said.map(({ from, position }) => ({ task: from.task, lesson: position }));
    return [edit.id, named] as const;
  });
  const said = [...carried].map(
    ([edit, named]) => [edit, named.map(({ from, position }) => ({ patch: patchId(from), lesson: position }))] as const,
  );
  return { ...taken, step: { ...taken.step, lessonsOf: Object.fromEntries(lessonsOf), proposed: Object.fromEntries(said) } };
}

/** Asks the editor to tidy the whole skill up. `changes`: lines of the change logs since this was last done. */
export async function consolidationStep(
  id: string,
  kind: "consolidation" | "final-consolidation",
  changes: readonly string[],
  standing: Standing,
  context: StepContext,
): Promise<StepTaken> {
  const bare = bareStep(id, kind, standing, []);
  const answer = await context.author.ask({
    role: "patch-writer",
    form: consolidationForm,
    system: renderPrompt(promptFile(import.meta.url, "consolidate"), {
      what_a_skill_is: whatASkillIs,
      edit_operations: editOperations("because"),
      answer_form: answerForm,
    }),
    user: [
      showSkill(standing.files),
      dataBlock("changes", changes.map((line) => `- ${line}`).join("\n")),
      showBudget(standing.files, context.sizes),
    ].join("\n\n"),
    context: null,
  });
  if (answer.state !== "read") return { standing, step: { ...bare, call: answer.key, state: "unreadable", note: answer.problem } };
  const { reasoning, changelog, edits } = answer.value;
  const proposed = edits.map(({ edit }, i): Proposed => ({ id: `${id}e${i + 1}`, edit, tasks: [], patches: [] }));
  return settle({ ...bare, call: answer.key, reasoning, changelog: [...changelog] }, proposed, standing, context);
}

function bareStep(id: string, kind: SequentialStep["kind"], standing: Standing, members: readonly Analysed[]): SequentialStep {
  return {
    id,
    kind,
    tasks: members.map((one) => one.task),
    episodes: members.map((one) => one.episode),
    call: null,
    state: "no-edits",
    note: "",
    reasoning: "",
    changelog: [],
    edits: [],
    lessonsOf: {},
    proposed: {},
    departures: [],
    diff: "",
    skill: skillHash(standing.files),
  };
}

/** Applies what was proposed, or keeps the skill and says why. */
function settle(bare: SequentialStep, proposed: readonly Proposed[], standing: Standing, { sizes }: StepContext): StepTaken {
  const heirs = inherit(bare.id, proposed, standing);
  // Conflicts are decided by the evidence of this step alone: what an edit inherits speaks for the lines it takes out, not against its rival.
  const edits = heirs.map(({ applied, own }) => ({ id: applied.id, edit: applied.edit, leaves: [applied.id], tasks: [...own] }));
  const outcome = applyStep(standing.files, edits, sizes);
  const departures = [...outcome.departures];
  if (outcome.state === "no-edits") {
    const note = proposed.length === 0 ? "no edit was proposed" : "no edit that was proposed could be applied";
    return { standing, step: { ...bare, note, departures } };
  }
  if (outcome.state === "rolled-back") return { standing, step: { ...bare, state: "rolled-back", note: outcome.note, departures } };
  const applied = outcome.applied.map((edit) =>
    joinHeirs(
      edit.id,
      heirs.filter((heir) => edit.leaves.includes(heir.applied.id)),
    ),
  );
  const after: Standing = {
    ...standing,
    files: outcome.files,
    origins: originsAfter(standing.files, standing.origins, outcome.files, outcome.spans),
    edits: new Map([...standing.edits, ...applied.map((edit) => [edit.id, edit] as const)]),
  };
  const traced = applied.map(({ id, edit, leaves, tasks }) => ({ id, edit, leaves, tasks }));
  const diff = diffSkills(standing.files, outcome.files);
  return { standing: after, step: { ...bare, state: "edited", edits: traced, departures, diff, skill: skillHash(outcome.files) } };
}
