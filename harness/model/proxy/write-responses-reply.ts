import type { ChatReply } from "../../core/record.ts";
import type { AnsweredCompletion } from "./write-chat-reply.ts";

/** The JSON body of a reply in OpenAI's Responses API. `free`: tools that are called with any text. */
export function responseBody({ id, model, reply }: AnsweredCompletion, free: ReadonlySet<string>): object {
  const cut =
    reply.finishReason === "length" ? "max_output_tokens" : reply.finishReason === "content_filter" ? "content_filter" : undefined;
  return {
    ...opened(id, model),
    status: cut === undefined ? "completed" : "incomplete",
    incomplete_details: cut === undefined ? null : { reason: cut },
    output: itemsOf(id, reply, free),
    usage: usageOf(reply),
  };
}

/** The same as server-sent events: every item begins, comes as one piece, and ends. */
export function responseEvents(answered: AnsweredCompletion, free: ReadonlySet<string>): string {
  const { id, model, reply } = answered;
  let number = 0;
  const event = (type: string, more: object): string =>
    `event: ${type}\ndata: ${JSON.stringify({ type, sequence_number: number++, ...more })}\n\n`;
  const begun = { ...opened(id, model), status: "in_progress", incomplete_details: null, output: [], usage: null };
  const items = itemsOf(id, reply, free).flatMap((item, output_index): string[] => {
    const at = { item_id: item.id, output_index };
    const added = (started: object): string =>
      event("response.output_item.added", { output_index, item: { ...started, status: "in_progress" } });
    const done = (): string => event("response.output_item.done", { output_index, item });
    if (item.type === "function_call")
      return [
        added({ ...item, arguments: "" }),
        event("response.function_call_arguments.delta", { ...at, delta: item.arguments }),
        event("response.function_call_arguments.done", { ...at, name: item.name, arguments: item.arguments }),
        done(),
      ];
    if (item.type === "custom_tool_call")
      return [
        added({ ...item, input: "" }),
        event("response.custom_tool_call_input.delta", { ...at, delta: item.input }),
        event("response.custom_tool_call_input.done", { ...at, input: item.input }),
        done(),
      ];
    const [part] = item.content;
    const here = { ...at, content_index: 0 };
    return [
      added({ ...item, content: [] }),
      event("response.content_part.added", { ...here, part: { ...part, text: "" } }),
      event("response.output_text.delta", { ...here, delta: part.text, logprobs: [] }),
      event("response.output_text.done", { ...here, text: part.text, logprobs: [] }),
      event("response.content_part.done", { ...here, part }),
      done(),
    ];
  });
  const whole = responseBody(answered, free);
  const end = "status" in whole && whole.status === "completed" ? "response.completed" : "response.incomplete";
  return [
    event("response.created", { response: begun }),
    event("response.in_progress", { response: begun }),
    ...items,
    event(end, { response: whole }),
  ].join("");
}

const opened = (id: string, model: string) => ({
  id: nameOf("resp", id),
  object: "response",
  created_at: 0,
  model,
  error: null,
  instructions: null,
  metadata: {},
  parallel_tool_calls: true,
  previous_response_id: null,
  store: false,
  temperature: null,
  tool_choice: "auto",
  tools: [],
  top_p: null,
  truncation: "disabled",
});

const nameOf = (kind: string, id: string, n?: number): string => `${kind}_${id.replace(/^chatcmpl-/, "")}${n === undefined ? "" : `_${n}`}`;

function itemsOf(id: string, { text, toolCalls }: ChatReply, free: ReadonlySet<string>) {
  const calls = toolCalls.map((call, n) => {
    const common = { call_id: call.id, name: call.name, status: "completed" as const };
    return free.has(call.name)
      ? { type: "custom_tool_call" as const, id: nameOf("ctc", id, n), ...common, input: inputOf(call.arguments) }
      : { type: "function_call" as const, id: nameOf("fc", id, n), ...common, arguments: call.arguments };
  });
  if (text === "" && calls.length > 0) return calls;
  const part = { type: "output_text" as const, text, annotations: [] };
  return [
    { type: "message" as const, id: nameOf("msg", id), status: "completed" as const, role: "assistant" as const, content: [part] as const },
    ...calls,
  ];
}

/** The text a free tool is called with; arguments that are no such call are taken for it themselves. */
function inputOf(raw: string): string {
  try {
    const read: unknown = JSON.parse(raw);
    if (typeof read === "object" && read !== null && "input" in read && typeof read.input === "string") return read.input;
  } catch {
    // not JSON: the text itself
  }
  return raw;
}

function usageOf({ usage: { promptTokens, completionTokens, reasoningTokens, cachedTokens } }: ChatReply): object {
  return {
    input_tokens: promptTokens,
    input_tokens_details: { cached_tokens: cachedTokens },
    output_tokens: completionTokens,
    output_tokens_details: { reasoning_tokens: reasoningTokens },
    total_tokens: promptTokens + completionTokens,
  };
}
