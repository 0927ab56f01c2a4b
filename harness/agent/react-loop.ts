import { ModelError } from "../core/errors.ts";
import type { ChatReply, Exit, Step } from "../core/record.ts";
import { completeTurn } from "./complete-turn.ts";
import { extendLast, messagesOf, shortenOldest } from "./conversation.ts";
import { judgeReply, type Verdict } from "./judge-reply.ts";
import { type Ending, type LoopContext, type State, withReserve } from "./loop-state.ts";
import { shownPicture } from "./pictures/task-pictures.ts";
import { splitThinking } from "./reading.ts";
import { runAction } from "./run-action.ts";

/** Runs turns until one of them, or a limit, ends the episode. Throws what is infrastructure: model errors other than overflow and refusal, sandbox errors, aborts. */
export async function runLoop(context: LoopContext): Promise<Ending> {
  const state: State = {
    conversation: context.conversation,
    turns: context.before.turns,
    tokens: 0,
    inARow: noneInARow(),
    reminded: context.before.reminded,
    reserved: false,
    shortened: false,
  };
  for (;;) {
    context.input.signal.throwIfAborted();
    const ended = limitReached(state, context) ?? (await turn(state, context));
    if (ended !== undefined) return ended;
  }
}

const noneInARow = (): State["inARow"] => ({ "format-error": 0, "empty-reply": 0, "reply-cut": 0 });

function limitReached(state: State, { options, remainingMs }: LoopContext): Ending | undefined {
  if (state.turns >= options.max_turns) return { exit: "turn-limit" };
  if (remainingMs() <= 0) return { exit: "time-limit" };
  if (options.max_tokens !== null && state.tokens >= options.max_tokens) return { exit: "token-budget" };
  return undefined;
}

async function turn(state: State, context: LoopContext): Promise<Ending | undefined> {
  const asked = await ask(state, context);
  if ("exit" in asked) return asked;
  const { text, reasoning } = splitThinking(asked.text);
  const reply: ChatReply = { ...asked, text };
  const thinking = [asked.reasoning, reasoning].filter((part) => part !== undefined && part !== "").join("\n\n");
  context.calls.push(reply.call);
  state.tokens += reply.usage.promptTokens + reply.usage.completionTokens;
  const verdict = judgeReply(context.protocol.read(reply), reply, context.options, context.say);
  const base: Step = {
    turn: state.turns + 1,
    ...(thinking === "" ? {} : { reasoning: thinking }),
    reply: text,
    finishReason: reply.finishReason,
    usage: reply.usage,
  };
  if (verdict.kind === "nudge") return nudge(state, context, reply, base, verdict);
  state.turns++;
  state.inARow = noneInARow();
  if (verdict.kind === "run") return act(state, context, reply, base, verdict);
  if (verdict.kind === "complete") return completeTurn(state, context, reply, base, verdict);
  context.record({ ...base, ...(verdict.event ? { event: verdict.event } : {}) });
  return { exit: verdict.exit, ...(verdict.answer === undefined ? {} : { answer: verdict.answer }) };
}

/** One reply of the model, or the exit its refusal or the context window leads to. */
async function ask(state: State, context: LoopContext): Promise<ChatReply | { readonly exit: Exit }> {
  const { input, options, say, protocol, callSignal, onWait } = context;
  for (;;) {
    try {
      const messages = messagesOf(state.conversation);
      const images = input.task.images.length > 0 ? input.images : undefined;
      return await input.model.complete(
        { messages, ...protocol.request, seed: input.apiSeed, sampling: input.sampling, images, onWait },
        callSignal,
      );
    } catch (error) {
      if (input.signal.aborted) throw error;
      if (callSignal.aborted) return { exit: "time-limit" };
      if (!(error instanceof ModelError)) throw error;
      if (error.errorClass === "refused") return { exit: "refused" };
      if (error.errorClass !== "overflow") throw error;
      const shorter =
        options.context_overflow === "shorten-once" && !state.shortened
          ? shortenOldest(state.conversation, (chars) => say("observation-shortened", { elided_chars: String(chars) }))
          : undefined;
      if (shorter === undefined) return { exit: "context-overflow" };
      state.shortened = true;
      state.conversation = shorter;
    }
  }
}

async function act(
  state: State,
  context: LoopContext,
  reply: ChatReply,
  base: Step,
  verdict: Extract<Verdict, { kind: "run" }>,
): Promise<Ending | undefined> {
  const { input, options, say, protocol } = context;
  const { tool, arguments: given } = verdict.action;
  const step: Step = {
    ...base,
    ...(verdict.thought === "" ? {} : { thought: verdict.thought }),
    action: { tool, arguments: { ...given } },
  };
  const remainingMs = context.remainingMs();
  let result: Awaited<ReturnType<typeof runAction>>;
  try {
    const { box, signal } = input;
    result = await runAction(verdict.action, { box, options, say, toolNames: protocol.tools, remainingMs, signal, pictures: input });
    signal.throwIfAborted();
  } catch (error) {
    context.record(step);
    throw error;
  }
  if (!("text" in result)) {
    context.record(step);
    return { exit: result.exit };
  }
  const ignored = { completion: "action-before-completion", actions: "only-first-action" } as const;
  const seen = verdict.ignored === undefined ? result.text : `${result.text}\n\n${say(ignored[verdict.ignored], {})}`;
  const text = withReserve(state, context, seen);
  const { images } = result;
  context.record({
    ...step,
    observation: text,
    ...(images === undefined ? {} : { images: [...images] }),
    ...(result.command === undefined ? {} : { command: result.command }),
  });
  if (result.exit !== undefined) return { exit: result.exit };
  state.conversation = protocol.respond(state.conversation, reply, { text, from: "tool", images: images?.map(shownPicture) });
  return undefined;
}

function nudge(
  state: State,
  context: LoopContext,
  reply: ChatReply,
  base: Step,
  verdict: Extract<Verdict, { kind: "nudge" }>,
): Ending | undefined {
  const { options, protocol } = context;
  const bounds = {
    "format-error": [options.max_format_errors, "format-errors"],
    "empty-reply": [options.max_empty_replies, "empty-replies"],
    "reply-cut": [options.max_cut_replies, "reply-too-long"],
  } as const;
  const [bound, exit] = bounds[verdict.event];
  if (options.format_errors_burn_turns) state.turns++;
  if (bound !== null && ++state.inARow[verdict.event] >= bound) {
    context.record({ ...base, event: verdict.event });
    return { exit };
  }
  const text = withReserve(state, context, verdict.text);
  context.record({ ...base, event: verdict.event, observation: text });
  state.conversation = verdict.keepReply
    ? protocol.respond(state.conversation, reply, { text, from: "tool" })
    : extendLast(state.conversation, text);
  return undefined;
}
