import { renderPrompt } from "../../agent/render-prompt.ts";
import type { Hash } from "../../core/json.ts";
import type { SkillFile } from "../../skill/read-directory.ts";
import type { Author } from "../author.ts";
import { promptFile } from "../call/prompt-file.ts";
import { dataBlock, jsonLines } from "../propose/data-block.ts";
import { answerForm, readingALog, whatASkillIs } from "../propose/prompt-parts.ts";
import { type SkillSizes, showBudget } from "../propose/show-skill.ts";
import { type DraftContext, draftForm } from "./draft-form.ts";

/** A rendered trajectory, with what became of it where that may be told. */
export type DraftLog = string | { readonly outcome: "failed" | "passed"; readonly text: string };

export interface DraftAsked {
  /** Name of the skill: front matter and folder. Kebab-case. */
  readonly name: string;
  /** What tasks are like, in general; never their contents where the draft is to be from the author's own knowledge. */
  readonly tasks: readonly string[];
  /** Given: the draft is written from these runs (one-shot control). */
  readonly logs?: readonly DraftLog[];
  readonly sizes: SkillSizes;
}

/** `key` is that of the call unit. */
export type Drafted =
  | { readonly state: "drafted"; readonly files: readonly SkillFile[]; readonly key: Hash }
  | { readonly state: "failed"; readonly note: string; readonly key: Hash };

/** System prompt of the drafter. */
export function drafterPrompt(name: string, fromLogs: boolean): string {
  const shared = {
    what_a_skill_is: whatASkillIs,
    how_to_draft: renderPrompt(promptFile(import.meta.url, "how-to-draft"), { name, answer_form: answerForm }),
  };
  return fromLogs
    ? renderPrompt(promptFile(import.meta.url, "drafter-from-logs"), { ...shared, reading_a_log: readingALog })
    : renderPrompt(promptFile(import.meta.url, "drafter"), shared);
}

/** Has a whole skill written in one call, files sorted by path, each ending with one line break. What comes back passed the format check. */
export async function draftSkill(author: Author, asked: DraftAsked): Promise<Drafted> {
  const { name, tasks, logs = [], sizes } = asked;
  const { skill_lines, reference_lines, references } = sizes;
  const context: DraftContext = { name, skill_lines, reference_lines, references };
  const answer = await author.ask({
    role: "drafter",
    form: draftForm,
    system: drafterPrompt(name, logs.length > 0),
    user: [dataBlock("tasks", jsonLines(tasks)), ...logs.map(showLog), showBudget([], sizes)].join("\n\n"),
    context,
  });
  if (answer.state === "read") return { state: "drafted", files: answer.value, key: answer.key };
  return { state: "failed", note: answer.problem, key: answer.key };
}

function showLog(log: DraftLog): string {
  return typeof log === "string" ? dataBlock("log", log) : dataBlock("log", log.text, { outcome: log.outcome });
}
