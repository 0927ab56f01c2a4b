/** Reads request bodies of the OpenAI chat protocol into what the brain is asked. Strict where real servers are, deaf to the rest. */
import { z } from "zod";
import type { BrainRequest, SimMessage } from "./contract.ts";
import { type Refusal, refusal } from "./protocol-errors.ts";

const textPart = z.object({ type: z.literal("text"), text: z.string() });
const imagePart = z.object({ type: z.literal("image_url"), image_url: z.object({ url: z.string() }) });
const content = z.union([z.string(), z.array(z.union([textPart, imagePart]))]).nullish();
const toolCall = z.object({
  id: z.string(),
  type: z.literal("function").optional(),
  function: z.object({ name: z.string(), arguments: z.string() }),
});
const message = z.discriminatedUnion("role", [
  z.object({ role: z.literal("system"), content }),
  z.object({ role: z.literal("developer"), content }),
  z.object({ role: z.literal("user"), content }),
  z.object({ role: z.literal("assistant"), content, tool_calls: z.array(toolCall).nullish() }),
  z.object({ role: z.literal("tool"), content, tool_call_id: z.string() }),
]);
const chatBody = z.object({
  model: z.string(),
  messages: z.array(message).min(1),
  tools: z.array(z.object({ type: z.literal("function"), function: z.object({ name: z.string().min(1) }) })).nullish(),
  tool_choice: z.unknown().optional(),
  stop: z.union([z.string(), z.array(z.string()).max(16)]).nullish(),
  n: z.number().int().nullish(),
  seed: z.number().int().nullish(),
  temperature: z.number().min(0).max(2).nullish(),
  top_p: z.number().gt(0).max(1).nullish(),
  max_tokens: z.number().int().min(1).nullish(),
  max_completion_tokens: z.number().int().min(1).nullish(),
  stream: z.boolean().nullish(),
  stream_options: z.object({ include_usage: z.boolean().nullish() }).nullish(),
  chat_template_kwargs: z.object({ enable_thinking: z.boolean().optional() }).nullish(),
});

/** One chat call: what the brain sees and what the HTTP layer itself acts on. */
export interface ChatCall {
  readonly request: BrainRequest;
  readonly stop: readonly string[];
  readonly stream: boolean;
  readonly includeUsage: boolean;
}

/** Reads a parsed JSON body. A body real servers refuse (no messages, n > 1, unreadable tool arguments …) is a 400 naming the field. */
export function readChatBody(body: unknown): ChatCall | Refusal {
  const parsed = chatBody.safeParse(body);
  if (!parsed.success) return refusalOf(parsed.error);
  const b = parsed.data;
  if ((b.n ?? 1) !== 1) return refusal(400, "Only n=1 is supported: send one request per completion.", { param: "n" });
  const system: string[] = [];
  const messages: SimMessage[] = [];
  for (const [index, m] of b.messages.entries()) {
    const { text, images } = flatten(m.content);
    if (m.role === "system" || m.role === "developer") {
      system.push(text);
      continue;
    }
    const calls = m.role === "assistant" ? (m.tool_calls ?? []) : [];
    for (const call of calls) {
      // vLLM feeds past arguments to the chat template as parsed JSON and refuses the whole request when they are not.
      if (!isJson(call.function.arguments))
        return refusal(400, `messages[${index}].tool_calls: the arguments of "${call.function.name}" are not valid JSON.`, {
          param: "messages",
        });
    }
    messages.push({
      role: m.role,
      text,
      images,
      toolCalls: calls.map((c) => ({ id: c.id, name: c.function.name, arguments: c.function.arguments })),
      ...(m.role === "tool" ? { toolCallId: m.tool_call_id } : {}),
    });
  }
  const tools = (b.tools ?? []).map((t) => t.function.name);
  return {
    request: {
      model: b.model,
      system: system.join("\n\n"),
      messages,
      tools,
      toolsForbidden: tools.length === 0 || b.tool_choice === "none",
      seed: b.seed ?? undefined,
      temperature: b.temperature ?? undefined,
      topP: b.top_p ?? undefined,
      maxTokens: b.max_completion_tokens ?? b.max_tokens ?? undefined,
      thinking: b.chat_template_kwargs?.enable_thinking,
    },
    stop: typeof b.stop === "string" ? [b.stop] : (b.stop ?? []).filter((s) => s !== ""),
    stream: b.stream ?? false,
    includeUsage: b.stream_options?.include_usage ?? false,
  };
}

const embeddingsBody = z.object({
  model: z.string(),
  input: z.union([z.string(), z.array(z.string()).min(1).max(2048)]),
  encoding_format: z.enum(["float", "base64"]).optional(),
});

/** Reads a body of /v1/embeddings; token arrays as input are refused. */
export function readEmbeddingsBody(body: unknown): { model: string; texts: readonly string[]; base64: boolean } | Refusal {
  const parsed = embeddingsBody.safeParse(body);
  if (!parsed.success) return refusalOf(parsed.error);
  const { model, input, encoding_format } = parsed.data;
  return { model, texts: typeof input === "string" ? [input] : input, base64: encoding_format === "base64" };
}

function refusalOf(error: z.ZodError): Refusal {
  const issue = error.issues[0];
  const path = issue?.path.join(".") ?? "";
  return refusal(400, `Invalid request body${path === "" ? "" : ` at '${path}'`}: ${issue?.message ?? "unreadable"}.`, { param: path });
}

function flatten(value: z.infer<typeof content>): { text: string; images: readonly string[] } {
  if (value === null || value === undefined) return { text: "", images: [] };
  if (typeof value === "string") return { text: value, images: [] };
  let text = "";
  const images: string[] = [];
  let between = "";
  for (const part of value) {
    if (part.type === "text") {
      text += `${between}${part.text}`;
      between = "\n";
    } else {
      images.push(part.image_url.url);
      // What is said behind a picture is a paragraph of its own.
      if (text !== "") between = "\n\n";
    }
  }
  return { text, images };
}

function isJson(text: string): boolean {
  try {
    JSON.parse(text);
    return true;
  } catch {
    return false;
  }
}
