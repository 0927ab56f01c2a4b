import { isJson, type Json } from "../../core/json.ts";
import type { ChatReply } from "../../core/record.ts";
import type { Refusal } from "./refusal.ts";
import type { AnsweredCompletion } from "./write-chat-reply.ts";

/** The JSON body of a reply in Anthropic's Messages API. */
export function messageBody({ id, model, reply }: AnsweredCompletion): object {
  return { ...opened(id, model), content: blocks(reply), ...ended(reply) };
}

/** The same as server-sent events: every block begins, comes as one piece, and ends. */
export function messageEvents({ id, model, reply }: AnsweredCompletion): string {
  const event = (type: string, more: object = {}): string => `event: ${type}\ndata: ${JSON.stringify({ type, ...more })}\n\n`;
  const { stop_reason, stop_sequence, usage } = ended(reply);
  return [
    event("message_start", {
      message: { ...opened(id, model), content: [], stop_reason: null, stop_sequence: null, usage: { ...usage, output_tokens: 0 } },
    }),
    ...blocks(reply).flatMap((block, index) => {
      const begun = block.type === "text" ? { ...block, text: "" } : { ...block, input: {} };
      const delta =
        block.type === "text"
          ? { type: "text_delta", text: block.text }
          : { type: "input_json_delta", partial_json: JSON.stringify(block.input) };
      return [
        event("content_block_start", { index, content_block: begun }),
        event("content_block_delta", { index, delta }),
        event("content_block_stop", { index }),
      ];
    }),
    event("message_delta", { delta: { stop_reason, stop_sequence }, usage }),
    event("message_stop"),
  ].join("");
}

/** The body of a refusal. Clients take a prompt that is too long from its words. */
export function messageRefusal({ status, code, message }: Refusal): object {
  const types: Readonly<Record<number, string>> = { 403: "permission_error", 404: "not_found_error", 413: "request_too_large" };
  const type = types[status] ?? (status < 500 ? "invalid_request_error" : "api_error");
  const words = code === "context_length_exceeded" ? `prompt is too long: ${message}` : message;
  return { type: "error", error: { type, message: `${words} (${code})` } };
}

type Block =
  | { readonly type: "text"; readonly text: string }
  | { readonly type: "tool_use"; readonly id: string; readonly name: string; readonly input: Json };

function blocks({ text, toolCalls }: ChatReply): Block[] {
  const uses = toolCalls.map(({ id, name, arguments: raw }): Block => ({ type: "tool_use", id, name, input: inputOf(raw) }));
  return text === "" && uses.length > 0 ? uses : [{ type: "text", text }, ...uses];
}

/** Arguments have to be an object there; what is none is handed on under a name that no tool has, so that the tool's complaint reaches the model. */
function inputOf(raw: string): Json {
  try {
    const read: unknown = JSON.parse(raw === "" ? "{}" : raw);
    if (isJson(read) && typeof read === "object" && read !== null && !Array.isArray(read)) return read;
  } catch {
    // said below
  }
  return { unreadable_arguments: raw };
}

const opened = (id: string, model: string) => ({ id: id.replace(/^chatcmpl-/, "msg_"), type: "message", role: "assistant", model });

function ended({ finishReason, toolCalls, usage }: ChatReply) {
  const reason =
    finishReason === "length"
      ? "max_tokens"
      : finishReason === "content_filter"
        ? "refusal"
        : toolCalls.length > 0
          ? "tool_use"
          : "end_turn";
  return {
    stop_reason: reason,
    stop_sequence: null,
    usage: {
      input_tokens: usage.promptTokens - usage.cachedTokens,
      cache_creation_input_tokens: 0,
      cache_read_input_tokens: usage.cachedTokens,
      output_tokens: usage.completionTokens,
    },
  };
}
