/** From our chat request to the JSON body that goes over the wire. What is built here is what a rollout key stands for. */
import { ModelError, UsageError } from "../core/errors.ts";
import type { Json } from "../core/json.ts";
import type { ChatRequest, Message, MessagePart, Sampling } from "../core/record.ts";
import type { ModelSpec } from "../core/spec.ts";

/** Fields `extra_body` may not set, because the harness owns them. */
const owned: ReadonlySet<string> = new Set([
  "model",
  "messages",
  "tools",
  "tool_choice",
  "stop",
  "seed",
  "stream",
  "stream_options",
  "n",
  "temperature",
  "top_p",
  "presence_penalty",
  "frequency_penalty",
  "max_tokens",
  "max_completion_tokens",
]);

/** Throws UsageError when `extra_body` sets a field that has a setting of its own or that the harness decides. */
export function checkSampling(sampling: Sampling, model: string): void {
  for (const field of Object.keys(sampling.extra_body ?? {}))
    if (owned.has(field))
      throw new UsageError(
        `The sampling of model "${model}" sets extra_body.${field}, which is not passed through; use its own setting or remove it.`,
      );
}

/** True when a message carries an image. */
export function hasImages(messages: readonly Message[]): boolean {
  return messages.some((m) => m.role === "user" && typeof m.content !== "string" && m.content.some((p) => p.type === "image"));
}

/**
 * The body of POST /chat/completions: plain JSON, members that are not set left out. Images become data URLs.
 * Throws ModelError `bad-request` when an image is named but cannot be read.
 */
export async function buildChatBody(spec: ModelSpec, request: ChatRequest): Promise<{ readonly [key: string]: Json }> {
  checkSampling(request.sampling, spec.name);
  const { temperature, top_p, presence_penalty, frequency_penalty, max_tokens, extra_body } = request.sampling;
  const messages: Json[] = [];
  for (const message of request.messages) messages.push(await wireMessage(message, request.images));
  const body: { [key: string]: Json | undefined } = {
    ...extra_body,
    model: spec.served_name ?? spec.name,
    messages,
    temperature,
    top_p,
    presence_penalty,
    frequency_penalty,
    [spec.max_tokens_field]: max_tokens,
    stop: request.stop !== undefined && request.stop.length > 0 ? request.stop : undefined,
    seed: spec.send_seed ? request.seed : undefined,
    tools:
      request.tools !== undefined && request.tools.length > 0
        ? request.tools.map((t) => ({ type: "function", function: { name: t.name, description: t.description, parameters: t.parameters } }))
        : undefined,
  };
  const set: { [key: string]: Json } = {};
  for (const [key, value] of Object.entries(body)) if (value !== undefined) set[key] = value;
  return set;
}

async function wireMessage(message: Message, images: ChatRequest["images"]): Promise<Json> {
  switch (message.role) {
    case "system":
      return { role: "system", content: message.content };
    case "tool":
      return { role: "tool", tool_call_id: message.toolCallId, content: message.content };
    case "user": {
      if (typeof message.content === "string") return { role: "user", content: message.content };
      const parts: Json[] = [];
      for (const part of message.content) parts.push(await wirePart(part, images));
      return { role: "user", content: parts };
    }
    case "assistant": {
      const calls = message.toolCalls ?? [];
      if (calls.length === 0) return { role: "assistant", content: message.content };
      return {
        role: "assistant",
        content: message.content === "" ? null : message.content,
        tool_calls: calls.map((c) => ({ id: c.id, type: "function", function: { name: c.name, arguments: objectArguments(c.arguments) } })),
      };
    }
  }
}

/**
 * Servers feed past arguments to the chat template as a parsed object and refuse the whole request when they are not one.
 * Arguments the model wrote wrongly are therefore sent back wrapped; the tool message behind them says what was wrong.
 */
function objectArguments(raw: string): string {
  try {
    const value: unknown = JSON.parse(raw);
    if (typeof value === "object" && value !== null && !Array.isArray(value)) return raw;
  } catch {
    // Not JSON: wrapped below.
  }
  return JSON.stringify({ unreadable_arguments: raw });
}

async function wirePart(part: MessagePart, images: ChatRequest["images"]): Promise<Json> {
  if (part.type === "text") return { type: "text", text: part.text };
  if (images === undefined)
    throw new ModelError(`The request names the image ${part.blob.slice(0, 12)} but gives no way to read images.`, "bad-request");
  const bytes = await images(part.blob);
  const data = Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength).toString("base64");
  return { type: "image_url", image_url: { url: `data:${part.mediaType};base64,${data}` } };
}
