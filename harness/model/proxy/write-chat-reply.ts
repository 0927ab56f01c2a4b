import type { ChatReply } from "../../core/record.ts";

/** A reply and what stands around it on the wire. `id` is unique within an episode; no clock, so that equal episodes see equal bytes. */
export interface AnsweredCompletion {
  readonly id: string;
  readonly model: string;
  readonly reply: ChatReply;
}

/** The JSON body of a completion that is not streamed. */
export function completionBody({ id, model, reply }: AnsweredCompletion): object {
  return {
    id,
    object: "chat.completion",
    created: 0,
    model,
    choices: [{ index: 0, message: { role: "assistant", ...said(reply) }, logprobs: null, finish_reason: finishReason(reply) }],
    usage: usage(reply),
  };
}

/** The same as server-sent events. The model's reply is there as a whole, so it comes in one chunk. */
export function completionEvents({ id, model, reply }: AnsweredCompletion, withUsage: boolean): string {
  const event = (choices: readonly object[], more: object = {}): string =>
    `data: ${JSON.stringify({ id, object: "chat.completion.chunk", created: 0, model, choices, ...more })}\n\n`;
  const { tool_calls, ...rest } = said(reply);
  const delta = {
    role: "assistant",
    ...rest,
    ...(tool_calls === undefined ? {} : { tool_calls: tool_calls.map((call, index) => ({ index, ...call })) }),
  };
  return [
    event([{ index: 0, delta, finish_reason: null }]),
    event([{ index: 0, delta: {}, finish_reason: finishReason(reply) }]),
    ...(withUsage ? [event([], { usage: usage(reply) })] : []),
    "data: [DONE]\n\n",
  ].join("");
}

function said({ text, reasoning, toolCalls }: ChatReply) {
  const calls = toolCalls.map((call) => ({ id: call.id, type: "function", function: { name: call.name, arguments: call.arguments } }));
  return {
    content: text === "" && calls.length > 0 ? null : text,
    ...(reasoning === undefined ? {} : { reasoning_content: reasoning }),
    ...(calls.length > 0 ? { tool_calls: calls } : {}),
  };
}

const finishReason = ({ finishReason: reason }: ChatReply): string => (reason === "other" ? "stop" : reason);

function usage({ usage: { promptTokens, completionTokens, reasoningTokens, cachedTokens } }: ChatReply): object {
  return {
    prompt_tokens: promptTokens,
    completion_tokens: completionTokens,
    total_tokens: promptTokens + completionTokens,
    prompt_tokens_details: { cached_tokens: cachedTokens },
    completion_tokens_details: { reasoning_tokens: reasoningTokens },
  };
}
