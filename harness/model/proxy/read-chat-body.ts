/** From a program's request for a completion to ours. What cannot be kept to the letter is refused by name, never dropped in silence. */
import { z } from "zod";
import { type Hash, isJson, type Json } from "../../core/json.ts";
import type { Message, MessagePart, Sampling, ToolSpec } from "../../core/record.ts";
import { isRefusal, type Refusal, refusal } from "./refusal.ts";

/** A request as the program made it. */
export interface AskedCompletion {
  readonly model: string;
  readonly messages: readonly Message[];
  readonly tools?: readonly ToolSpec[];
  readonly stop?: readonly string[];
  /** What it set of the sampling, `response_format` among it; the caller decides what counts. */
  readonly sampling: Sampling;
  readonly responseFormat?: Json;
  readonly stream: boolean;
  /** Send the numbers of tokens at the end of a stream. */
  readonly streamUsage: boolean;
}

const textPart = z.object({ type: z.literal("text"), text: z.string() });
const imagePart = z.object({ type: z.literal("image_url"), image_url: z.object({ url: z.string() }) });
const words = z.union([z.string(), z.array(textPart)]);
const messageSchema = z.discriminatedUnion("role", [
  z.object({ role: z.enum(["system", "developer"]), content: words }),
  z.object({ role: z.literal("user"), content: z.union([z.string(), z.array(z.discriminatedUnion("type", [textPart, imagePart]))]) }),
  z.object({
    role: z.literal("assistant"),
    content: words.nullish(),
    tool_calls: z.array(z.object({ id: z.string(), function: z.object({ name: z.string(), arguments: z.string() }) })).nullish(),
  }),
  z.object({ role: z.literal("tool"), tool_call_id: z.string(), content: words }),
]);
const json = z.custom<Json>(isJson, "expected JSON");
const number = z.number().nullish();
const bodySchema = z.object({
  model: z.string(),
  messages: z.array(messageSchema).min(1),
  tools: z
    .array(
      z.object({
        type: z.literal("function"),
        function: z.object({ name: z.string(), description: z.string().nullish(), parameters: json.optional() }),
      }),
    )
    .nullish(),
  tool_choice: z.enum(["auto", "none"], 'expected "auto" or "none"').nullish(),
  stop: z.union([z.string(), z.array(z.string())]).nullish(),
  n: z.literal(1, "expected 1: one request has one reply here").nullish(),
  stream: z.boolean().nullish(),
  stream_options: z.object({ include_usage: z.boolean().nullish() }).nullish(),
  temperature: z.number().min(0).max(2).nullish(),
  top_p: z.number().gt(0).max(1).nullish(),
  presence_penalty: z.number().min(-2).max(2).nullish(),
  frequency_penalty: z.number().min(-2).max(2).nullish(),
  max_tokens: z.number().int().positive().nullish(),
  max_completion_tokens: z.number().int().positive().nullish(),
  response_format: json.nullish(),
  // What would change the reply in a way this proxy does not pass on.
  logprobs: z.literal(false, "expected false: log probabilities are not passed on").nullish(),
  top_logprobs: number.refine((value) => value === undefined || value === null || value === 0, "expected 0"),
  logit_bias: z.strictObject({}, "expected none: it is not passed on").nullish(),
  functions: z.undefined("expected none: use tools").optional(),
  function_call: z.undefined("expected none: use tool_choice").optional(),
  audio: z.null("expected none: it is not passed on").optional(),
  web_search_options: z.null("expected none: there is no network here").optional(),
});

const dataUrl = /^data:(image\/(?:png|jpeg|gif|webp));base64,([A-Za-z0-9+/=\s]+)$/;

/** The request in `text`, or why it is not answered. `keep` stores a picture and gives the name it is read by again. Never throws for what the text holds. */
export async function readChatBody(text: string, keep: (bytes: Uint8Array) => Promise<Hash>): Promise<AskedCompletion | Refusal> {
  const body = parseBody(text, bodySchema);
  if (isRefusal(body)) return body;
  const messages: Message[] = [];
  for (const message of body.messages) {
    const read = await readMessage(message, keep);
    if (read === undefined) return noPicture("messages");
    messages.push(read);
  }
  const tools = body.tool_choice === "none" ? [] : (body.tools ?? []).map(readTool);
  const stop = typeof body.stop === "string" ? [body.stop] : (body.stop ?? []);
  return {
    model: body.model,
    messages,
    ...(tools.length > 0 ? { tools } : {}),
    ...(stop.length > 0 ? { stop } : {}),
    sampling: samplingIn(body),
    ...(body.response_format == null ? {} : { responseFormat: body.response_format }),
    stream: body.stream === true,
    streamUsage: body.stream_options?.include_usage === true,
  };
}

const joined = (content: z.infer<typeof words>): string =>
  typeof content === "string" ? content : content.map((part) => part.text).join("\n");

async function readMessage(
  message: z.infer<typeof messageSchema>,
  keep: (bytes: Uint8Array) => Promise<Hash>,
): Promise<Message | undefined> {
  switch (message.role) {
    case "system":
    case "developer":
      return { role: "system", content: joined(message.content) };
    case "tool":
      return { role: "tool", toolCallId: message.tool_call_id, content: joined(message.content) };
    case "assistant": {
      const toolCalls = (message.tool_calls ?? []).map(({ id, function: { name, arguments: given } }) => ({ id, name, arguments: given }));
      return { role: "assistant", content: joined(message.content ?? ""), ...(toolCalls.length > 0 ? { toolCalls } : {}) };
    }
    case "user": {
      if (typeof message.content === "string") return { role: "user", content: message.content };
      const parts: MessagePart[] = [];
      for (const part of message.content) {
        if (part.type === "text") parts.push(part);
        else {
          const picture = await dataPicture(part.image_url.url, keep);
          if (picture === undefined) return undefined;
          parts.push(picture);
        }
      }
      return { role: "user", content: parts };
    }
  }
}

/** A picture out of a data: URL; undefined for any other address. */
export async function dataPicture(url: string, keep: (bytes: Uint8Array) => Promise<Hash>): Promise<MessagePart | undefined> {
  const [, mediaType, data] = dataUrl.exec(url) ?? [];
  if (mediaType === undefined || data === undefined) return undefined;
  return { type: "image", mediaType, blob: await keep(Buffer.from(data, "base64")) };
}

export const noPicture = (param: string): Refusal =>
  refusal(400, "invalid_image", "A picture must be a data: URL of a PNG, JPEG, GIF or WebP file; there is no network.", param);

function readTool({ function: { name, description, parameters } }: NonNullable<z.infer<typeof bodySchema>["tools"]>[number]): ToolSpec {
  return { name, description: description ?? "", parameters: parameters ?? { type: "object", properties: {} } };
}

function samplingIn(body: z.infer<typeof bodySchema>): Sampling {
  const { temperature, top_p, presence_penalty, frequency_penalty } = body;
  const set = { temperature, top_p, presence_penalty, frequency_penalty, max_tokens: body.max_completion_tokens ?? body.max_tokens };
  return Object.fromEntries(Object.entries(set).flatMap(([name, value]) => (value == null ? [] : [[name, value]])));
}

/** A body as its API has it, or the first thing that is wrong with it. */
export function parseBody<T extends object>(text: string, schema: z.ZodType<T>): T | Refusal {
  try {
    const parsed = schema.safeParse(JSON.parse(text));
    return parsed.success ? parsed.data : refusalFor(parsed.error);
  } catch {
    return refusal(400, "invalid_json", "The body is no JSON, or nested too deeply to be read.");
  }
}

function refusalFor(error: z.ZodError): Refusal {
  const issue = error.issues[0];
  const param = issue?.path.join(".") ?? "";
  return refusal(400, "invalid_request", `${param === "" ? "The body" : param}: ${issue?.message ?? "not as expected"}.`, param);
}
