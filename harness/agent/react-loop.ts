import type { AgentInput } from "../core/contract.ts";
import { ModelError } from "../core/errors.ts";
import type { CallMeta, ChatReply, Exit, Step } from "../core/record.ts";
import type { Say } from "./agent-prompts.ts";
import { type Conversation, extendLast, messagesOf, shortenOldest } from "./conversation.ts";
import { workDir } from "./first-messages.ts";
import { judgeReply, type Nudge, type Verdict } from "./judge-reply.ts";
import type { Protocol } from "./protocol.ts";
import type { ReactOptions } from "./react-options.ts";
import { splitThinking } from "./reading.ts";
import { runAction } from "./run-action.ts";

export interface LoopContext {
  readonly input: AgentInput;
  readonly options: ReactOptions;
  readonly say: Say;
  readonly protocol: Protocol;
  /** The opening messages. */
  readonly conversation: Conversation;
  readonly record: (step: Step) => void;
  readonly remainingMs: () => number;
  /** Aborts a model call when the run is stopped or the episode's time is over. */
  readonly callSignal: AbortSignal;
  /** Facts of every call are added here as they come in, so that a failed episode still knows what it cost. */
  readonly calls: CallMeta[];
}

/** How the episode ended; `answer` only when the agent completed. */
export interface Ending {
  readonly exit: Exit;
  readonly answer?: string;
}

interface State {
  conversation: Conversation;
  /** Turns used up. Nudges use none unless the options say so. */
  turns: number;
  tokens: number;
  /** Since the last usable reply, each kind on its own. */
  inARow: Record<Nudge, number>;
  reminded: boolean;
  shortened: boolean;
}

/** Runs turns until one of them, or a limit, ends the episode. Throws what is infrastructure: model errors other than overflow and refusal, sandbox errors, aborts. */
export async function runLoop(context: LoopContext): Promise<Ending> {
  const state: State = {
    conversation: context.conversation,
    turns: 0,
    tokens: 0,
    inARow: noneInARow(),
    reminded: false,
    shortened: false,
  };
  for (;;) {
    context.input.signal.throwIfAborted();
    const ended = limitReached(state, context) ?? (await turn(state, context));
    if (ended !== undefined) return ended;
  }
}

type End = { readonly exit: Exit; readonly answer?: string };

const noneInARow = (): State["inARow"] => ({ "format-error": 0, "empty-reply": 0, "reply-cut": 0 });

function limitReached(state: State, { options, remainingMs }: LoopContext): End | undefined {
  if (state.turns >= options.max_turns) return { exit: "turn-limit" };
  if (remainingMs() <= 0) return { exit: "time-limit" };
  if (options.max_tokens !== null && state.tokens >= options.max_tokens) return { exit: "token-budget" };
  return undefined;
}

async function turn(state: State, context: LoopContext): Promise<End | undefined> {
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
  if (verdict.kind === "complete") return complete(state, context, reply, base, verdict);
  context.record({ ...base, ...(verdict.event ? { event: verdict.event } : {}) });
  return { exit: verdict.exit };
}

/** One reply of the model, or the exit its refusal or the context window leads to. */
async function ask(state: State, context: LoopContext): Promise<ChatReply | { readonly exit: Exit }> {
  const { input, options, say, protocol, callSignal } = context;
  for (;;) {
    try {
      const messages = messagesOf(state.conversation);
      const images = input.task.images.length > 0 ? input.images : undefined;
      return await input.model.complete(
        { messages, ...protocol.request, seed: input.apiSeed, sampling: input.sampling, images },
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
): Promise<End | undefined> {
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
    result = await runAction(verdict.action, { box, options, say, toolNames: protocol.tools, remainingMs, signal });
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
  const text = verdict.ignored === undefined ? result.text : `${result.text}\n\n${say(ignored[verdict.ignored], {})}`;
  context.record({ ...step, observation: text, ...(result.command === undefined ? {} : { command: result.command }) });
  if (result.exit !== undefined) return { exit: result.exit };
  state.conversation = protocol.respond(state.conversation, reply, { text, from: "tool" });
  return undefined;
}

/** Ends the episode, unless the file the agent must produce is missing, turns are left and this was not said before. */
async function complete(
  state: State,
  context: LoopContext,
  reply: ChatReply,
  base: Step,
  verdict: Extract<Verdict, { kind: "complete" }>,
): Promise<End | undefined> {
  const { input, options, say, protocol } = context;
  const { action } = verdict;
  const step: Step = action === undefined ? base : { ...base, action: { tool: action.tool, arguments: { ...action.arguments } } };
  const path = input.harvest[0] === undefined ? undefined : `${workDir}/${input.harvest[0].path}`;
  let done = path === undefined || state.reminded || state.turns >= options.max_turns;
  try {
    done ||= path !== undefined && (await input.box.exists(path));
  } catch (error) {
    context.record(step);
    throw error;
  }
  if (done || path === undefined) {
    context.record({ ...step, event: "completed" });
    return { exit: verdict.exit, answer: verdict.answer };
  }
  state.reminded = true;
  const text = say("missing-output", { path });
  context.record({ ...step, event: "missing-output-reminder", observation: text });
  state.conversation = protocol.respond(state.conversation, reply, { text, from: "harness" });
  return undefined;
}

function nudge(
  state: State,
  context: LoopContext,
  reply: ChatReply,
  base: Step,
  verdict: Extract<Verdict, { kind: "nudge" }>,
): End | undefined {
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
  context.record({ ...base, event: verdict.event, observation: verdict.text });
  state.conversation = verdict.keepReply
    ? protocol.respond(state.conversation, reply, { text: verdict.text, from: "tool" })
    : extendLast(state.conversation, verdict.text);
  return undefined;
}
