/**
 * The seam of the simulated endpoint: the HTTP layer (server.ts) turns requests of the OpenAI protocol into a `BrainRequest`,
 * a brain (rollout role, analyst roles …) answers with a `BrainReply`. The brain knows nothing of HTTP, faults or latency.
 */

/** A tool call as it stands in the conversation. `arguments` is the raw JSON text the client sent back. */
export interface SimToolCall {
  readonly id: string;
  readonly name: string;
  readonly arguments: string;
}

/** One message after the system prompt, in order. */
export interface SimMessage {
  readonly role: "user" | "assistant" | "tool";
  /** Text parts joined by a newline, by a blank line where a picture stands between them; "" where the message has none. */
  readonly text: string;
  /** URLs of image parts as sent (`data:image/png;base64,…`), in order. Only user messages carry any. */
  readonly images: readonly string[];
  /** Only assistant messages carry any. */
  readonly toolCalls: readonly SimToolCall[];
  /** Only on tool messages: which call this is the result of. */
  readonly toolCallId?: string;
}

export interface BrainRequest {
  /** The served name the client asked for; the brain maps it to a persona. Always one of `Brain.models`. */
  readonly model: string;
  /** All system and developer messages, joined by a blank line; "" when there is none. */
  readonly system: string;
  readonly messages: readonly SimMessage[];
  /** Names of the tools offered with the request; empty under the text protocol. */
  readonly tools: readonly string[];
  /** True when the client forbids tool calls (`tool_choice: "none"`) or offers no tools. */
  readonly toolsForbidden: boolean;
  readonly seed: number | undefined;
  readonly temperature: number | undefined;
  readonly topP: number | undefined;
  /** `max_tokens` or `max_completion_tokens`; the HTTP layer does the cutting. */
  readonly maxTokens: number | undefined;
  /** `chat_template_kwargs.enable_thinking`; undefined when not said. */
  readonly thinking: boolean | undefined;
}

/** Arguments of a tool call the brain wants made; the HTTP layer writes them as JSON and gives the call its id. */
export interface BrainToolCall {
  readonly name: string;
  readonly arguments: { readonly [key: string]: unknown };
}

export interface BrainAnswer {
  readonly text: string;
  /** Sent as `reasoning_content`, as vLLM and SGLang do. */
  readonly reasoning?: string;
  readonly toolCalls?: readonly BrainToolCall[];
  /** The HTTP layer overrides it with `stop` when a stop string cuts the text and with `length` when max_tokens does. */
  readonly finishReason: "stop" | "tool_calls" | "length";
}

/** The request cannot be played (unknown role …): answered as this HTTP status with an OpenAI-like error body. */
export interface BrainRefusal {
  readonly error: { readonly status: number; readonly message: string };
}

export type BrainReply = BrainAnswer | BrainRefusal;

/**
 * What plays the model. Pure and synchronous: an equal request gets an equal reply, in any order and in any process.
 * A throw is answered as HTTP 500 with its message, so a bug in a brain is seen by the client instead of hanging it.
 */
export interface Brain {
  /** Served model names, one per persona. A request for any other name is a 404 before the brain is asked. */
  readonly models: readonly string[];
  reply(request: BrainRequest): BrainReply;
  /** One vector for one text; equal length for all texts of one model. Absent: /v1/embeddings answers 400. */
  embed?(model: string, text: string): readonly number[];
}
