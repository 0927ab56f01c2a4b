/** Turns a brain's answer into what goes over the wire: stop strings, token limits, usage numbers, JSON body, SSE chunks. */
import type { BrainAnswer, BrainRequest } from "./contract.ts";

const charsPerToken = 4;
const tokensPerMessage = 4;
const tokensPerImage = 256;

/** A rough, deterministic token count (four UTF-16 units a token): enough for budgets and limits, no tokenizer's number. */
export function countTokens(text: string): number {
  return Math.ceil(text.length / charsPerToken);
}

/** Prompt tokens of a request: all texts, tool calls and images, plus a little per message. */
export function countPromptTokens(request: BrainRequest): number {
  let tokens = request.system === "" ? 0 : countTokens(request.system) + tokensPerMessage;
  for (const m of request.messages) {
    tokens += tokensPerMessage + countTokens(m.text) + m.images.length * tokensPerImage;
    for (const call of m.toolCalls) tokens += countTokens(call.name) + countTokens(call.arguments);
  }
  return tokens;
}

/** An answer after generation has been ended by a stop string or the token limit, as a real server ends it. */
export interface FinishedAnswer {
  readonly text: string;
  readonly reasoning: string | undefined;
  readonly toolCalls: readonly { readonly id: string; readonly name: string; readonly arguments: string }[];
  readonly finishReason: "stop" | "tool_calls" | "length";
  readonly usage: { readonly promptTokens: number; readonly completionTokens: number; readonly reasoningTokens: number };
}

/**
 * Applies stop strings (the earliest one wins and is not part of the text) and then `limit` completion tokens, reasoning first, tool calls last.
 * Tool calls behind a stop string were never generated; a call that does not fit whole is left out with finish reason `length`.
 */
export function finishAnswer(
  answer: BrainAnswer,
  options: { readonly stop: readonly string[]; readonly limit: number; readonly promptTokens: number; readonly id: string },
): FinishedAnswer {
  const stopAt = earliestStop(answer.text, options.stop);
  const stopped = stopAt !== undefined;
  let room = options.limit;
  let cut = false;
  const take = (text: string): string => {
    const tokens = countTokens(text);
    if (tokens <= room) {
      room -= tokens;
      return text;
    }
    cut = true;
    const kept = text.slice(0, room * charsPerToken);
    room = 0;
    return kept;
  };
  const reasoning = answer.reasoning === undefined ? undefined : take(answer.reasoning);
  const text = take(stopped ? answer.text.slice(0, stopAt) : answer.text);
  const toolCalls: FinishedAnswer["toolCalls"][number][] = [];
  for (const [index, call] of (stopped ? [] : (answer.toolCalls ?? [])).entries()) {
    const written = JSON.stringify(call.arguments);
    const tokens = countTokens(call.name) + countTokens(written);
    if (cut || tokens > room) {
      cut = true;
      break;
    }
    room -= tokens;
    toolCalls.push({ id: `call-${options.id}-${index}`, name: call.name, arguments: written });
  }
  const reasoningTokens = countTokens(reasoning ?? "");
  return {
    text,
    reasoning,
    toolCalls,
    finishReason: cut ? "length" : stopped ? "stop" : answer.finishReason,
    usage: { promptTokens: options.promptTokens, completionTokens: options.limit - room, reasoningTokens },
  };
}

function earliestStop(text: string, stops: readonly string[]): number | undefined {
  let first: number | undefined;
  for (const stop of stops) {
    const at = text.indexOf(stop);
    if (at !== -1 && (first === undefined || at < first)) first = at;
  }
  return first;
}

/** Names that stand in every body of one answer. `created` is in Unix seconds. */
export interface AnswerHead {
  readonly id: string;
  readonly model: string;
  readonly fingerprint: string;
  readonly created: number;
}

/** The body of a non-streamed completion. `content` is null beside tool calls without text, as OpenAI sends it. */
export function completionBody(head: AnswerHead, answer: FinishedAnswer): { readonly [key: string]: unknown } {
  const message = {
    role: "assistant",
    content: answer.text === "" && answer.toolCalls.length > 0 ? null : answer.text,
    ...(answer.reasoning === undefined ? {} : { reasoning_content: answer.reasoning }),
    ...(answer.toolCalls.length === 0 ? {} : { tool_calls: answer.toolCalls.map(wireCall) }),
  };
  return {
    id: head.id,
    object: "chat.completion",
    created: head.created,
    model: head.model,
    system_fingerprint: head.fingerprint,
    choices: [{ index: 0, message, finish_reason: answer.finishReason, logprobs: null }],
    usage: usageBody(answer.usage),
  };
}

/** The same completion as server-sent events, `[DONE]` last; with `includeUsage` a chunk without choices carries the numbers, as OpenAI does. */
export function* completionEvents(head: AnswerHead, answer: FinishedAnswer, includeUsage: boolean): Generator<string> {
  const event = (choices: readonly unknown[], usage?: unknown): string =>
    `data: ${JSON.stringify({
      id: head.id,
      object: "chat.completion.chunk",
      created: head.created,
      model: head.model,
      system_fingerprint: head.fingerprint,
      choices,
      ...(includeUsage ? { usage: usage ?? null } : {}),
    })}\n\n`;
  const delta = (d: unknown, finish: string | null = null): string => event([{ index: 0, delta: d, finish_reason: finish }]);
  yield delta({ role: "assistant", content: "" });
  for (const piece of pieces(answer.reasoning ?? "")) yield delta({ reasoning_content: piece });
  for (const piece of pieces(answer.text)) yield delta({ content: piece });
  for (const [index, call] of answer.toolCalls.entries()) {
    yield delta({ tool_calls: [{ index, id: call.id, type: "function", function: { name: call.name, arguments: "" } }] });
    for (const piece of pieces(call.arguments)) yield delta({ tool_calls: [{ index, function: { arguments: piece } }] });
  }
  yield delta({}, answer.finishReason);
  if (includeUsage) yield event([], usageBody(answer.usage));
  yield "data: [DONE]\n\n";
}

/** Cut by code points, so that no chunk ends inside a surrogate pair. */
function* pieces(text: string): Generator<string> {
  const size = 32;
  for (let at = 0; at < text.length; ) {
    let end = Math.min(at + size, text.length);
    const last = text.charCodeAt(end - 1);
    if (end < text.length && last >= 0xd800 && last <= 0xdbff) end += 1;
    yield text.slice(at, end);
    at = end;
  }
}

function wireCall(call: FinishedAnswer["toolCalls"][number]): unknown {
  return { id: call.id, type: "function", function: { name: call.name, arguments: call.arguments } };
}

function usageBody(usage: FinishedAnswer["usage"]): unknown {
  return {
    prompt_tokens: usage.promptTokens,
    completion_tokens: usage.completionTokens,
    total_tokens: usage.promptTokens + usage.completionTokens,
    completion_tokens_details: { reasoning_tokens: usage.reasoningTokens },
  };
}
