/** What a solver is told while it works, besides its task and what commands print: corrections with which an episode is taken up again, reviews, reminders. */
import type { Plan } from "../../core/world.ts";
import type { Conversation, Protocol, Turn } from "../conversation.ts";
import type { Teaching } from "../guidance/recognise.ts";
import type { Knowledge } from "../knowledge.ts";

export interface AdviceCase {
  readonly knowledge: Knowledge;
  readonly conversation: Conversation;
  readonly protocol: Protocol;
  readonly plan: Plan;
  /** The turn whose observation the plan was made from; undefined where none was needed. */
  readonly look: Turn | undefined;
  /** Commands that read references: what those say is counted with the skill. */
  readonly readings: ReadonlySet<string>;
}

/**
 * Lessons in what was said, by id. A correction stands as the last paragraph behind the task or, under the text protocol, behind an observation: such a paragraph counts only
 * where the work would be the same without it, so that neither the task nor the material is taken for advice.
 */
export function adviceTo(own: AdviceCase): ReadonlyMap<string, Teaching> {
  const { knowledge, conversation, protocol, look, readings } = own;
  const told = new Map<string, Teaching>();
  const hear = (text: string, counts: () => boolean = () => true) => {
    const lessons = knowledge.lessonsIn(text);
    if (lessons.size > 0 && counts()) for (const [id, how] of lessons) told.set(id, how);
  };
  const behindTask = cutLast(conversation.task);
  if (behindTask !== undefined) hear(behindTask.last, () => worksThe(own, behindTask.rest, look?.heard));
  for (const turn of conversation.turns) {
    if (turn.remarks !== "") hear(turn.remarks);
    else if (protocol === "text" && turn.command !== undefined && !readings.has(turn.command)) {
      const behind = cutLast(turn.heard);
      if (behind !== undefined) hear(behind.last, () => turn !== look || worksThe(own, conversation.task, behind.rest));
    }
  }
  return told;
}

/** Whether this task and observation lead to the same work as the plan. */
function worksThe({ knowledge, conversation, plan }: AdviceCase, task: string, observation = ""): boolean {
  const other = knowledge.open(task, conversation.pictureUrls)?.approach.plan(observation);
  return other !== undefined && workOf(other) === workOf(plan);
}

/** What tells one piece of work from another, whatever was said around its task: the family and the sound working. */
export function workOf(plan: Plan): string {
  return `${plan.family}\n${plan.answer?.(new Set()) ?? ""}`;
}

/** The last paragraph and what stands before it; undefined for a text of one paragraph, and where the last begins with a rule or a heading: that is the text's own frame. */
function cutLast(text: string): { readonly rest: string; readonly last: string } | undefined {
  const whole = text.trimEnd();
  const at = Math.max(...Array.from(whole.matchAll(/\n[ \t]*\n/g), (blank) => blank.index), -1);
  const last = whole.slice(at).trim();
  return at < 0 || /^(?:---|#{1,6} )/.test(last) ? undefined : { rest: whole.slice(0, at), last };
}
