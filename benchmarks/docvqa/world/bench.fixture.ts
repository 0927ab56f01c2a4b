/** Questions of generated pages, put to the playbook as a model meets them, and judged by the real scorers. */
import { readFileSync } from "node:fs";
import type { Approach, Plan } from "../../../harness/core/world.ts";
import { drawPage } from "../page/draw-page.ts";
import type { QuestionDraft } from "../sample/draft.ts";
import { type PlannedPage, planSample } from "../sample/plan.ts";
import { isRight, similarity } from "../score/anls.ts";
import { finalAnswer } from "../score/final-answer.ts";
import { world } from "../world.ts";

const template = readFileSync(new URL("../prompts/task.md", import.meta.url), "utf8");

/** The first user message of a task. */
export function messageFor(question: string): string {
  return template.replace("{{question}}", question);
}

export interface Posed {
  readonly page: PlannedPage;
  readonly picture: Uint8Array;
  readonly draft: QuestionDraft;
  readonly approach: Approach;
  readonly plan: Plan | undefined;
}

/** Every question of a sample, with what the solver makes of the picture. */
export function poseSample(seed: number, count: number): readonly Posed[] {
  return planSample(seed, count).flatMap((page) => {
    const picture = drawPage(page.page);
    return page.questions.map((draft) => pose(page, picture, draft));
  });
}

export function pose(page: PlannedPage, picture: Uint8Array, draft: QuestionDraft): Posed {
  const approach = world.playbook?.open(messageFor(draft.question), [picture]);
  if (approach === undefined) throw new Error(`not taken for a task: ${draft.question}`);
  return { page, picture, draft, approach, plan: approach.plan("") };
}

/** The reply with these traps sprung. Throws when the question was not understood. */
export function replyTo({ plan, draft }: Posed, sprung: readonly string[]): string {
  const reply = plan?.answer?.(new Set(sprung));
  if (reply === undefined) throw new Error(`not understood: ${draft.question}`);
  return reply;
}

/** Verdicts of both scorers on a reply. */
export function judge(reply: string, answer: string): { readonly anls: boolean; readonly rrc: boolean } {
  const passes = (scorer: "anls" | "rrc"): boolean => {
    const judged = similarity(finalAnswer(reply), [answer], scorer);
    return "score" in judged && isRight(judged.score);
  };
  return { anls: passes("anls"), rrc: passes("rrc") };
}
