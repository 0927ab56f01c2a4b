import type { AgentInput } from "../core/contract.ts";
import { type ChatReply, type Exit, noUsage, type Step } from "../core/record.ts";
import { type Conversation, extendLast } from "./conversation.ts";
import { shownPicture } from "./pictures/task-pictures.ts";
import type { Protocol } from "./protocol.ts";
import { type ActionContext, runAction } from "./run-action.ts";

/** The part of an earlier episode that is taken up, as it stands in the new trajectory: the correction is in the text of its last message, and its calls cost nothing again. */
export interface EarlierPart {
  readonly system: string;
  readonly user: string;
  readonly steps: readonly Step[];
  readonly turns: number;
  readonly reminded: boolean;
}

/** Everything before the turn to be resumed. A turn beyond the last one takes up the whole episode. */
export function earlierPart({ trajectory, turn, correction }: NonNullable<AgentInput["resume"]>): EarlierPart {
  const kept = trajectory.steps.filter((step) => step.turn < turn).map((step) => ({ ...step, usage: noUsage }));
  const last = kept.at(-1);
  const corrected =
    last === undefined ? [] : [...kept.slice(0, -1), { ...last, observation: `${last.observation ?? ""}\n\n${correction}` }];
  return {
    system: trajectory.system,
    user: last === undefined ? `${trajectory.user}\n\n${correction}` : trajectory.user,
    steps: corrected,
    turns: last?.turn ?? 0,
    reminded: kept.some((step) => step.event === "missing-output-reminder"),
  };
}

/**
 * The messages of the earlier turns, with the correction behind what was said last: in the last user message, or in one of its own where that is a tool's result.
 * Native calls that were not run are not in a trajectory, so they are not in the history either.
 */
export function replayedConversation(
  opening: Conversation,
  { trajectory, turn, correction }: NonNullable<AgentInput["resume"]>,
  protocol: Protocol,
): Conversation {
  let conversation = opening;
  for (const [index, step] of trajectory.steps.filter((one) => one.turn < turn).entries()) {
    const text = step.observation ?? "";
    const worthless = step.event === "empty-reply" || step.event === "reply-cut";
    const signalled =
      step.event === "missing-output-reminder" || (step.event === undefined && step.command === undefined && !ranTool(step));
    conversation = worthless
      ? extendLast(conversation, text)
      : protocol.respond(conversation, replyOf(step, index, protocol), {
          text,
          from: signalled ? "harness" : "tool",
          images: step.images?.map(shownPicture),
        });
  }
  return extendLast(conversation, correction);
}

/** An action other than the signal of completion, whether or not the tool exists. */
function ranTool(step: Step): boolean {
  return step.action !== undefined && step.action.tool !== "complete";
}

function replyOf(step: Step, index: number, protocol: Protocol): ChatReply {
  const called = protocol.request.tools !== undefined && step.action !== undefined ? [step.action] : [];
  return {
    text: step.reply,
    toolCalls: called.map(({ tool, arguments: given }) => ({
      id: `call${String(index + 1).padStart(5, "0")}`,
      name: tool,
      arguments: JSON.stringify(given),
    })),
    finishReason: "stop",
    usage: noUsage,
    call: { ms: 0, attempts: 0, endpoint: "replayed" },
  };
}

/** Runs the commands of the earlier turns again, so that the box is as it was; what they print is not looked at. Gives the exit when the box or the time does not last. */
export async function replayCommands(
  steps: readonly Step[],
  context: Omit<ActionContext, "remainingMs"> & { readonly remainingMs: () => number },
): Promise<Exit | undefined> {
  for (const step of steps) {
    if (step.command === undefined || step.action === undefined) continue;
    context.signal.throwIfAborted();
    const result = await runAction(step.action, { ...context, remainingMs: context.remainingMs() });
    if (result.exit !== undefined) return result.exit;
  }
  return undefined;
}
