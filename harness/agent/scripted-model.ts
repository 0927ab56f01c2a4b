import type { Model } from "../core/contract.ts";
import { ModelError } from "../core/errors.ts";
import { type ChatReply, type ChatRequest, noUsage } from "../core/record.ts";

/** A text, parts of a reply, something thrown, or a function that gives one of these when its turn comes. */
export type ScriptedReply = string | Partial<ChatReply> | Error | ((request: ChatRequest, signal?: AbortSignal) => Promise<ScriptedReply>);

/** A Model that plays back replies and keeps the requests it got. */
export interface ScriptedModel extends Model {
  readonly requests: readonly ChatRequest[];
}

/**
 * Answers call n with `replies[n]`; a call too many throws. Usage is a quarter of a token per character, so that budgets can be tried out without a tokenizer.
 * It has no network, no clock and no randomness: what an agent sends to it is what the agent's code makes of the replies and nothing else.
 */
export function scriptedModel(
  replies: readonly ScriptedReply[],
  traits: Partial<Pick<Model, "name" | "vision" | "contextTokens">> = {},
): ScriptedModel {
  const requests: ChatRequest[] = [];
  return {
    name: traits.name ?? "scripted",
    simulated: true,
    vision: traits.vision ?? true,
    contextTokens: traits.contextTokens,
    requests,
    complete: async (request, signal) => {
      if (signal?.aborted) throw new ModelError("the call was aborted before it began", "aborted", { cause: signal.reason });
      requests.push(request);
      let reply = replies[requests.length - 1];
      while (typeof reply === "function") reply = await reply(request, signal);
      if (reply === undefined) throw new Error(`the script has ${replies.length} replies, but call ${requests.length} was made`);
      if (reply instanceof Error) throw reply;
      return completed(typeof reply === "string" ? { text: reply } : reply, request);
    },
    embed: async () => {
      throw new ModelError("a scripted model has no embeddings", "bad-request");
    },
  };
}

function completed(reply: Partial<ChatReply>, request: ChatRequest): ChatReply {
  const text = reply.text ?? "";
  const toolCalls = reply.toolCalls ?? [];
  return {
    text,
    reasoning: reply.reasoning,
    toolCalls,
    finishReason: reply.finishReason ?? (toolCalls.length > 0 ? "tool_calls" : "stop"),
    usage: reply.usage ?? {
      ...noUsage,
      calls: 1,
      promptTokens: tokens(JSON.stringify(request.messages)),
      completionTokens: tokens(text) + tokens(JSON.stringify(toolCalls)),
    },
    call: reply.call ?? { ms: 0, attempts: 1, endpoint: "scripted" },
  };
}

const tokens = (text: string): number => Math.ceil(text.length / 4);
