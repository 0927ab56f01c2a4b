import type { AnalysisResult, Rejection } from "../../core/evolution.ts";
import type { Without } from "../../core/evolution-spec.ts";
import type { TrajectoryRecord } from "../../core/record.ts";
import type { SkillFile } from "../../skill/read-directory.ts";
import type { Answer, Author } from "../author.ts";
import { type CallAnalysed, singleCall } from "../propose/analyse-by-call.ts";
import { referenceProblem } from "../propose/analysis-forms.ts";
import { skillTexts } from "../propose/show-skill.ts";
import { type ProgramAnalysis, programAnalysisContext, programAnalysisForm } from "./program-analysis-form.ts";

export interface ProgramAsked {
  readonly source: "error" | "success";
  readonly trajectory: TrajectoryRecord;
  /** The rendered trajectory, as single-call analysts are shown it. */
  readonly log: string;
  readonly skill: readonly SkillFile[];
  readonly maxLessons: number;
  /** Priors that are left out; default: none. */
  readonly without?: Without;
}

/**
 * One analysis by somebody else's program, from the trajectory alone. What it does wrong is a rejected result (`program-failed`, `unreadable-reply`, `names-reference`,
 * `no-lessons`); nothing certifies what it says.
 */
export async function analyseByProgram(author: Author, asked: ProgramAsked): Promise<CallAnalysed> {
  const { source, trajectory, maxLessons } = asked;
  const { system, user, context } = singleCall(asked);
  const outcome = source === "error" ? "failed" : "passed";
  const skill = skillTexts(asked.skill).texts.map(({ path, text }) => ({ path, text }));
  const answer = await author.ask({
    role: source === "error" ? "error-analyst" : "success-analyst",
    form: programAnalysisForm,
    system,
    user,
    context: programAnalysisContext({ ...context, outcome, skill }),
    question: () => ({
      step: "analysis",
      outcome,
      trajectory: JSON.parse(JSON.stringify(trajectory)),
      skill,
      max_lessons: maxLessons,
      prompt: { system, user },
    }),
  });
  if (answer.state === "errored") return { state: "errored", message: answer.problem, key: answer.key };
  const { key, usage, program } = answer;
  if (program === undefined) throw new TypeError("an analysis for a program was answered by none");
  return {
    state: "analysed",
    key,
    result: { v: 1, outcome: outcomeOf(answer), trajectory: program.trajectory, turns: usage.calls, usage },
  };
}

function outcomeOf(answer: Exclude<Answer<ProgramAnalysis>, { state: "errored" }>): AnalysisResult["outcome"] {
  if (answer.state !== "read") return { state: "rejected", reason: reasonOf(answer), note: answer.problem, lessons: [] };
  const { lessons, path, patch } = answer.value;
  // Causes alone say what went wrong and not what to do; no edit can be written from them.
  if (!lessons.some(({ type }) => type !== "failure-cause"))
    return { state: "rejected", reason: "no-lessons", note: "the analyst found nothing worth remembering", lessons: [...lessons] };
  return { state: "accepted", lessons: [...lessons], ...(path === undefined ? {} : { path }), ...(patch === undefined ? {} : { patch }) };
}

function reasonOf({ state, problem }: { readonly state: "unreadable" | "too-long" | "failed"; readonly problem: string }): Rejection {
  if (state === "failed") return "program-failed";
  return problem.startsWith(referenceProblem) ? "names-reference" : "unreadable-reply";
}
