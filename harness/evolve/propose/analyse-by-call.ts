import { renderPrompt } from "../../agent/render-prompt.ts";
import type { AnalysisResult, Rejection } from "../../core/evolution.ts";
import type { Without } from "../../core/evolution-spec.ts";
import type { Hash } from "../../core/json.ts";
import type { Usage } from "../../core/record.ts";
import type { SkillFile } from "../../skill/read-directory.ts";
import type { Answer, Author } from "../author.ts";
import { promptFile } from "../call/prompt-file.ts";
import {
  type AnalysisContext,
  type ErrorAnalysis,
  errorAnalysisForm,
  referenceProblem,
  type SuccessAnalysis,
  successAnalysisForm,
} from "./analysis-forms.ts";
import { dataBlock } from "./data-block.ts";
import { answerForm, readingALog, whatASkillIs } from "./prompt-parts.ts";
import { referenceWords } from "./reference-talk.ts";
import { showSkill } from "./show-skill.ts";

export interface CallAnalysis {
  readonly source: "error" | "success";
  /** The rendered trajectory. */
  readonly log: string;
  readonly skill: readonly SkillFile[];
  readonly maxLessons: number;
  /** Priors that are left out; default: none. */
  readonly without?: Without;
}

/** `key` is that of the call unit. `errored`: infrastructure, given up for this run. */
export type CallAnalysed =
  | { readonly state: "analysed"; readonly result: AnalysisResult; readonly key: Hash }
  | { readonly state: "errored"; readonly message: string; readonly key: Hash };

const prompts = { error: promptFile(import.meta.url, "error-analyst"), success: promptFile(import.meta.url, "success-analyst") };

/** System prompt of a single-call analyst. */
export function analystPrompt(source: CallAnalysis["source"], maxLessons: number, without: Without = []): string {
  const withPerspective = !without.includes("perspective");
  const text = renderPrompt(prompts[source], {
    what_a_skill_is: whatASkillIs,
    reading_a_log: readingALog,
    answer_form: answerForm,
    lesson_fields: promptFile(import.meta.url, "lesson-fields"),
    relation: promptFile(import.meta.url, "relation"),
    perspective: withPerspective ? promptFile(import.meta.url, "perspective") : "",
    max_lessons: String(maxLessons),
  });
  return withPerspective ? text : text.replace(/\n{3,}/g, "\n\n");
}

/** What a single call is asked with, and what its answer is held to. */
export function singleCall(asked: CallAnalysis): { readonly system: string; readonly user: string; readonly context: AnalysisContext } {
  const { without = [], source, maxLessons } = asked;
  const outcome = source === "error" ? "failed" : "passed";
  return {
    system: analystPrompt(source, maxLessons, without),
    // Without a skill (lessons for a bank) the log stands alone.
    user: [showSkill(asked.skill), dataBlock("log", asked.log, { outcome })].filter((block) => block !== "").join("\n\n"),
    context: { max_lessons: maxLessons, reference_words: without.includes("perspective") ? [] : [...referenceWords] },
  };
}

/**
 * One analysis by one call on the log alone: causes and lessons of a failed episode, lean path and lessons of a passed one. What the model does wrong is a rejected result
 * (`unreadable-reply`, `too-long`, `names-reference`, `no-lessons`); nothing certifies what it says, so an accepted one has no `certified`.
 */
export async function analyseByCall(author: Author, asked: CallAnalysis): Promise<CallAnalysed> {
  const asking = singleCall(asked);
  const answer: Answer<ErrorAnalysis | SuccessAnalysis> =
    asked.source === "error"
      ? await author.ask({ role: "error-analyst", form: errorAnalysisForm, ...asking })
      : await author.ask({ role: "success-analyst", form: successAnalysisForm, ...asking });
  if (answer.state === "errored") return { state: "errored", message: answer.problem, key: answer.key };
  return { state: "analysed", result: { v: 1, outcome: outcomeOf(answer), ...spent(answer.usage) }, key: answer.key };
}

function outcomeOf(answer: Exclude<Answer<ErrorAnalysis | SuccessAnalysis>, { state: "errored" }>): AnalysisResult["outcome"] {
  if (answer.state !== "read") return { state: "rejected", reason: reasonOf(answer), note: answer.problem, lessons: [] };
  const lessons = [...answer.value.lessons];
  // Causes alone say what went wrong and not what to do; no edit can be written from them.
  if (!lessons.some(({ type }) => type !== "failure-cause"))
    return { state: "rejected", reason: "no-lessons", note: "the analyst found nothing worth remembering", lessons };
  return { state: "accepted", lessons, ...("path" in answer.value ? { path: answer.value.path } : {}) };
}

function reasonOf(answer: { readonly state: "unreadable" | "too-long" | "failed"; readonly problem: string }): Rejection {
  if (answer.state === "too-long") return "too-long";
  return answer.problem.startsWith(referenceProblem) ? "names-reference" : "unreadable-reply";
}

/** A single call has no trajectory; its replies count as turns. */
function spent(usage: Usage): Pick<AnalysisResult, "trajectory" | "turns" | "usage"> {
  return { trajectory: null, turns: usage.calls, usage };
}
