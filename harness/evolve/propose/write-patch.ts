import { renderPrompt } from "../../agent/render-prompt.ts";
import type { Lesson, SkillPatch, SolutionPath } from "../../core/evolution.ts";
import type { Without } from "../../core/evolution-spec.ts";
import type { Hash } from "../../core/json.ts";
import type { SkillFile } from "../../skill/read-directory.ts";
import type { Author } from "../author.ts";
import { promptFile } from "../call/prompt-file.ts";
import { dataBlock, jsonLines } from "./data-block.ts";
import { type PatchReply, patchForm } from "./patch-form.ts";
import { answerForm, editOperations, whatASkillIs } from "./prompt-parts.ts";
import { type SkillSizes, showBudget, showSkill } from "./show-skill.ts";

/** What a patch is written from. `id` is `p` and the position of the episode in the plan; `episode` its rollout key; `analysis` the key of its analysis unit. */
export interface PatchAsked extends Pick<SkillPatch, "id" | "task" | "episode" | "source" | "analysis"> {
  readonly lessons: readonly Lesson[];
  readonly path?: SolutionPath;
  /** S0. */
  readonly skill: readonly SkillFile[];
  readonly sizes: SkillSizes;
  /** Priors that are left out; default: none. */
  readonly without?: Without;
}

/** `key` is that of the call unit. `unreadable` includes a skill that does not fit the model's context; `errored` is infrastructure, given up for this run. */
export type PatchWritten =
  | { readonly state: "patched"; readonly patch: SkillPatch; readonly key: Hash }
  | { readonly state: "no-edits" | "unreadable" | "errored"; readonly note: string; readonly key: Hash };

/** System prompt of the patch writer. Its wording depends on the one run it sees, not on the signals of the evolution, so that +Error and +Combined share patches. */
export function patchWriterPrompt(source: SkillPatch["source"], hasPath: boolean, without: Without = []): string {
  return renderPrompt(promptFile(import.meta.url, "patch-writer"), {
    what_a_skill_is: whatASkillIs,
    given_path: hasPath ? `${promptFile(import.meta.url, "given-path")}\n` : "",
    aim: promptFile(import.meta.url, `aim-${source}`),
    style: without.includes("style") ? "" : `${promptFile(import.meta.url, "style")}\n\n`,
    edit_operations: editOperations("lessons"),
    answer_form: answerForm,
  });
}

/**
 * Asks the patch writer to turn the lessons of one episode into edits of S0. Edits are taken as written once they have their form: anchors that do not
 * resolve, files without links and paths outside the skill are the consolidation's business. Task, episode and support never reach the model, so equal lessons share a call.
 */
export async function writePatch(author: Author, asked: PatchAsked): Promise<PatchWritten> {
  const answer = await author.ask({
    role: "patch-writer",
    form: patchForm,
    system: patchWriterPrompt(asked.source, asked.path !== undefined, asked.without),
    user: patchMessage(asked),
    context: { lessons: asked.lessons.length },
  });
  const { key } = answer;
  if (answer.state !== "read") return { state: answer.state === "errored" ? "errored" : "unreadable", note: answer.problem, key };
  return patchFrom(asked, answer.value, key);
}

/** A patch of edits that are written already; `key` is that of whoever wrote them. */
export function patchFrom(asked: Omit<PatchAsked, "skill" | "sizes" | "without">, reply: PatchReply, key: Hash): PatchWritten {
  return reply.edits.length === 0
    ? { state: "no-edits", note: reply.reasoning, key }
    : { state: "patched", patch: patchOf(asked, reply), key };
}

function patchMessage({ skill, lessons, path, sizes }: PatchAsked): string {
  const numbered = lessons.map((lesson, i) => ({ n: i + 1, ...lesson }));
  return [
    showSkill(skill),
    dataBlock("lessons", jsonLines(numbered)),
    ...(path === undefined ? [] : [dataBlock("solution_path", JSON.stringify(path))]),
    showBudget(skill, sizes),
  ].join("\n\n");
}

function patchOf(asked: Omit<PatchAsked, "skill" | "sizes" | "without">, reply: PatchReply): SkillPatch {
  const { id, task, episode, source, analysis } = asked;
  const traced = reply.edits.map(({ edit }, i) => ({ id: `${id}e${i + 1}`, edit, leaves: [`${id}e${i + 1}`], tasks: [task] }));
  return {
    v: 1,
    id,
    task,
    episode,
    source,
    analysis,
    lessons: [...asked.lessons],
    reasoning: reply.reasoning,
    edits: traced,
    lessonsOf: Object.fromEntries(reply.edits.map(({ lessons }, i) => [`${id}e${i + 1}`, lessons.map((n) => n - 1)])),
    changelog: [...reply.changelog],
    departures: [],
  };
}
