import type { ChatReply, Step } from "../core/record.ts";
import { workDir } from "./first-messages.ts";
import type { Verdict } from "./judge-reply.ts";
import { type Ending, type LoopContext, type State, withReserve } from "./loop-state.ts";

/**
 * Ends the episode, unless turns are left and the agent is sent back: once because the file it must produce is missing, and whenever the review has something to say.
 * A step sent back by the review has an observation and no event. Throws what the box or the review throws.
 */
export async function completeTurn(
  state: State,
  context: LoopContext,
  reply: ChatReply,
  base: Step,
  verdict: Extract<Verdict, { kind: "complete" }>,
): Promise<Ending | undefined> {
  const { action } = verdict;
  const step: Step = action === undefined ? base : { ...base, action: { tool: action.tool, arguments: { ...action.arguments } } };
  let objection: Objection | undefined;
  try {
    objection = await objectionTo(state, context, verdict.answer);
  } catch (error) {
    context.record(step);
    throw error;
  }
  if (objection === undefined || state.turns >= context.options.max_turns) {
    context.record({ ...step, event: "completed" });
    return { exit: verdict.exit, answer: verdict.answer };
  }
  const text = withReserve(state, context, objection.text);
  context.record({ ...step, ...(objection.event === undefined ? {} : { event: objection.event }), observation: text });
  state.conversation = context.protocol.respond(state.conversation, reply, { text, from: "harness" });
  return undefined;
}

interface Objection {
  readonly text: string;
  readonly event?: Step["event"];
}

async function objectionTo(state: State, { input, options, say }: LoopContext, answer: string): Promise<Objection | undefined> {
  const path = input.harvest[0] === undefined ? undefined : `${workDir}/${input.harvest[0].path}`;
  const turnsLeft = options.max_turns - state.turns;
  if (path !== undefined && !state.reminded && turnsLeft > 0 && !(await input.box.exists(path))) {
    state.reminded = true;
    return { text: say("missing-output", { path }), event: "missing-output-reminder" };
  }
  const text = await input.review?.({ answer, turnsLeft });
  return text === undefined ? undefined : { text };
}
