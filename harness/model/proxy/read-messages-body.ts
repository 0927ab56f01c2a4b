/** From a request of Anthropic's Messages API to ours. What cannot be kept to the letter is refused by name; `thinking` and what only concerns caches and accounts has no effect here. */
import { z } from "zod";
import { type Hash, isJson, type Json } from "../../core/json.ts";
import type { Message, MessagePart, Sampling, ToolSpec } from "../../core/record.ts";
import { type AskedCompletion, parseBody } from "./read-chat-body.ts";
import { isRefusal, type Refusal, refusal } from "./refusal.ts";

const json = z.custom<Json>(isJson, "expected JSON");
const textBlock = z.object({ type: z.literal("text"), text: z.string() });
const imageBlock = z.object({
  type: z.literal("image"),
  source: z.object(
    { type: z.literal("base64"), media_type: z.enum(["image/png", "image/jpeg", "image/gif", "image/webp"]), data: z.string() },
    "expected a picture as base64; there is no network",
  ),
});
const seen = z.discriminatedUnion("type", [textBlock, imageBlock], "expected text or a picture");
const resultBlock = z.object({
  type: z.literal("tool_result"),
  tool_use_id: z.string(),
  content: z.union([z.string(), z.array(seen)], "expected text and pictures").nullish(),
});
const useBlock = z.object({ type: z.literal("tool_use"), id: z.string(), name: z.string(), input: json });
/** What a model thought by itself is its own business; our replies never carry any. */
const thought = z.object({ type: z.enum(["thinking", "redacted_thinking"]) });

const messageSchema = z.discriminatedUnion("role", [
  z.object({
    role: z.literal("user"),
    content: z.union(
      [z.string(), z.array(z.discriminatedUnion("type", [textBlock, imageBlock, resultBlock]))],
      "expected text, pictures (base64) and results of tools",
    ),
  }),
  z.object({
    role: z.literal("assistant"),
    content: z.union(
      [z.string(), z.array(z.discriminatedUnion("type", [textBlock, useBlock, thought]))],
      "expected text and uses of tools",
    ),
  }),
  z.object({ role: z.literal("system"), content: z.union([z.string(), z.array(textBlock)]) }),
]);

const bodySchema = z.object({
  model: z.string(),
  max_tokens: z.number().int().positive(),
  system: z.union([z.string(), z.array(textBlock)]).nullish(),
  messages: z.array(messageSchema).min(1),
  tools: z
    .array(
      z.object({
        type: z.literal("custom", "expected a tool of the program's own: nobody runs others here").nullish(),
        name: z.string(),
        description: z.string().nullish(),
        input_schema: json,
      }),
    )
    .nullish(),
  tool_choice: z.object({ type: z.enum(["auto", "none"], 'expected "auto" or "none"') }).nullish(),
  stop_sequences: z.array(z.string()).nullish(),
  temperature: z.number().min(0).max(1).nullish(),
  top_p: z.number().gt(0).max(1).nullish(),
  top_k: z.null("expected none: it is not passed on").optional(),
  stream: z.boolean().nullish(),
  mcp_servers: z.array(z.never(), "expected none: there is no network here").nullish(),
});
type Body = z.infer<typeof bodySchema>;

/** The request in `text`, or why it is not answered. Never throws for what the text holds. */
export async function readMessagesBody(text: string, keep: (bytes: Uint8Array) => Promise<Hash>): Promise<AskedCompletion | Refusal> {
  const body = parseBody(text, bodySchema);
  if (isRefusal(body)) return body;
  const messages: Message[] = [];
  const system = typeof body.system === "string" ? body.system : joined(body.system ?? []);
  if (system !== "") messages.push({ role: "system", content: system });
  for (const message of body.messages) messages.push(...(await readMessage(message, keep)));
  if (!messages.some(({ role }) => role !== "system"))
    return refusal(400, "invalid_request", "messages: expected at least one.", "messages");
  const tools = body.tool_choice?.type === "none" ? [] : (body.tools ?? []).map(readTool);
  const stop = body.stop_sequences ?? [];
  return {
    model: body.model,
    messages,
    ...(tools.length > 0 ? { tools } : {}),
    ...(stop.length > 0 ? { stop } : {}),
    sampling: samplingIn(body),
    stream: body.stream === true,
    streamUsage: true,
  };
}

const joined = (blocks: readonly { readonly text: string }[]): string => blocks.map(({ text }) => text).join("\n");

async function readMessage(message: Body["messages"][number], keep: (bytes: Uint8Array) => Promise<Hash>): Promise<Message[]> {
  if (typeof message.content === "string") return [{ role: message.role, content: message.content }];
  if (message.role === "system") return [{ role: "system", content: joined(message.content) }];
  if (message.role === "assistant") {
    const said = message.content.flatMap((block) => (block.type === "text" ? [block] : []));
    const toolCalls = message.content.flatMap((block) =>
      block.type === "tool_use" ? [{ id: block.id, name: block.name, arguments: JSON.stringify(block.input) }] : [],
    );
    return [{ role: "assistant", content: joined(said), ...(toolCalls.length > 0 ? { toolCalls } : {}) }];
  }
  // Results of tools belong right behind the calls; what cannot stand in one (a picture) and what was said besides follows them.
  const results: Message[] = [];
  const rest: MessagePart[] = [];
  const put = async (block: z.infer<typeof seen>): Promise<void> => {
    if (block.type === "text") rest.push({ type: "text", text: block.text });
    else rest.push({ type: "image", mediaType: block.source.media_type, blob: await keep(Buffer.from(block.source.data, "base64")) });
  };
  for (const block of message.content) {
    if (block.type !== "tool_result") {
      await put(block);
      continue;
    }
    const parts = typeof block.content === "string" ? [{ type: "text" as const, text: block.content }] : (block.content ?? []);
    const texts = parts.flatMap((part) => (part.type === "text" ? [part] : []));
    results.push({ role: "tool", toolCallId: block.tool_use_id, content: joined(texts) });
    for (const part of parts) if (part.type === "image") await put(part);
  }
  return [...results, ...(rest.length > 0 ? [{ role: "user" as const, content: plain(rest) }] : [])];
}

/** Texts alone are one text, as programs of other APIs send it. */
function plain(parts: readonly MessagePart[]): string | MessagePart[] {
  const texts = parts.flatMap((part) => (part.type === "text" ? [part] : []));
  return texts.length === parts.length ? joined(texts) : [...parts];
}

function readTool({ name, description, input_schema: parameters }: NonNullable<Body["tools"]>[number]): ToolSpec {
  return { name, description: description ?? "", parameters };
}

function samplingIn({ temperature, top_p, max_tokens }: Body): Sampling {
  return Object.fromEntries(
    Object.entries({ temperature, top_p, max_tokens }).flatMap(([name, value]) => (value == null ? [] : [[name, value]])),
  );
}
