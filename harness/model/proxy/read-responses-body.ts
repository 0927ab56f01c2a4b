/** From a request of OpenAI's Responses API to ours. What cannot be kept to the letter is refused by name; `reasoning`, `include` and what only concerns caches and accounts has no effect here. */
import { z } from "zod";
import { type Hash, isJson, type Json } from "../../core/json.ts";
import type { Message, MessagePart, Sampling, ToolSpec } from "../../core/record.ts";
import { type AskedCompletion, dataPicture, noPicture, parseBody } from "./read-chat-body.ts";
import { isRefusal, type Refusal, refusal } from "./refusal.ts";

const json = z.custom<Json>(isJson, "expected JSON");
const textPart = z.object({ type: z.enum(["input_text", "output_text", "text"]), text: z.string() });
const imagePart = z.object({ type: z.literal("input_image"), image_url: z.string("expected a data: URL; files are not kept here") });
const content = z.union([z.string(), z.array(z.discriminatedUnion("type", [textPart, imagePart]))], "expected text and pictures");
const saidItem = z.object({ type: z.literal("message").optional(), role: z.enum(["user", "assistant", "system", "developer"]), content });
const itemSchema = z.union(
  [
    z.discriminatedUnion("type", [
      saidItem.extend({ type: z.literal("message") }),
      z.object({ type: z.literal("function_call"), call_id: z.string(), name: z.string(), arguments: z.string() }),
      z.object({ type: z.literal("custom_tool_call"), call_id: z.string(), name: z.string(), input: z.string() }),
      z.object({ type: z.enum(["function_call_output", "custom_tool_call_output"]), call_id: z.string(), output: content }),
      z.object({ type: z.literal("reasoning") }),
    ]),
    saidItem,
  ],
  "expected a message, a call of a tool, its output or reasoning",
);

const typed = z.object({ type: z.string() });
const typeOf = (input: unknown): string => typed.safeParse(input).data?.type.slice(0, 80) ?? "none";

const bodySchema = z.object({
  model: z.string(),
  instructions: z.string().nullish(),
  input: z.union([z.string(), z.array(itemSchema)]),
  tools: z
    .array(
      z.discriminatedUnion(
        "type",
        [
          z.object({ type: z.literal("function"), name: z.string(), description: z.string().nullish(), parameters: json.nullish() }),
          z.object({ type: z.literal("custom"), name: z.string(), description: z.string().nullish(), format: json.nullish() }),
        ],
        { error: (issue) => `expected function or custom, found ${typeOf(issue.input)}: nobody runs other tools here` },
      ),
    )
    .nullish(),
  tool_choice: z.enum(["auto", "none"], 'expected "auto" or "none"').nullish(),
  temperature: z.number().min(0).max(2).nullish(),
  top_p: z.number().gt(0).max(1).nullish(),
  max_output_tokens: z.number().int().positive().nullish(),
  text: z.object({ format: json.nullish() }).nullish(),
  stream: z.boolean().nullish(),
  previous_response_id: z.null("expected none: nothing is kept between requests, send the whole input").optional(),
  conversation: z.null("expected none: nothing is kept between requests, send the whole input").optional(),
  prompt: z.null("expected none: nothing is kept here").optional(),
  background: z.literal(false, "expected false: a request is answered at once").nullish(),
});
type Body = z.infer<typeof bodySchema>;
type Item = z.infer<typeof itemSchema>;

/** `free`: names of tools that are called with any text instead of JSON; they are told to the model as functions of one text. */
export interface ReadResponse {
  readonly asked: AskedCompletion;
  readonly free: ReadonlySet<string>;
}

/** The request in `text`, or why it is not answered. Never throws for what the text holds. */
export async function readResponsesBody(text: string, keep: (bytes: Uint8Array) => Promise<Hash>): Promise<ReadResponse | Refusal> {
  const body = parseBody(text, bodySchema);
  if (isRefusal(body)) return body;
  const messages: Message[] = body.instructions == null || body.instructions === "" ? [] : [{ role: "system", content: body.instructions }];
  const items: readonly Item[] = typeof body.input === "string" ? [{ role: "user", content: body.input }] : body.input;
  for (const item of items) {
    const problem = await take(item, messages, keep);
    if (problem !== undefined) return problem;
  }
  if (!messages.some(({ role }) => role !== "system"))
    return refusal(400, "invalid_request", "input: expected at least one message.", "input");
  const tools = body.tool_choice === "none" ? [] : (body.tools ?? []).map(readTool);
  const format = formatIn(body.text?.format);
  const asked = {
    model: body.model,
    messages,
    ...(tools.length > 0 ? { tools } : {}),
    sampling: samplingIn(body),
    ...(format === undefined ? {} : { responseFormat: format }),
    stream: body.stream === true,
    streamUsage: true,
  };
  return { asked, free: new Set((body.tools ?? []).flatMap((tool) => (tool.type === "custom" ? [tool.name] : []))) };
}

/** Puts an item behind the messages there are; calls join the reply they belong to. */
async function take(item: Item, messages: Message[], keep: (bytes: Uint8Array) => Promise<Hash>): Promise<Refusal | undefined> {
  switch (item.type) {
    case "reasoning":
      return undefined;
    case "function_call":
    case "custom_tool_call": {
      const given = item.type === "function_call" ? item.arguments : JSON.stringify({ input: item.input });
      const call = { id: item.call_id, name: item.name, arguments: given };
      const last = messages.at(-1);
      if (last?.role === "assistant") messages[messages.length - 1] = { ...last, toolCalls: [...(last.toolCalls ?? []), call] };
      else messages.push({ role: "assistant", content: "", toolCalls: [call] });
      return undefined;
    }
    case "function_call_output":
    case "custom_tool_call_output": {
      const parts = await partsOf(item.output, keep);
      if (isRefusal(parts)) return parts;
      messages.push({ role: "tool", toolCallId: item.call_id, content: textOf(parts) });
      const pictures = parts.filter(({ type }) => type === "image");
      if (pictures.length > 0) messages.push({ role: "user", content: pictures });
      return undefined;
    }
    default: {
      const parts = await partsOf(item.content, keep);
      if (isRefusal(parts)) return parts;
      if (item.role === "user")
        messages.push({ role: "user", content: parts.every(({ type }) => type === "text") ? textOf(parts) : parts });
      else messages.push({ role: item.role === "assistant" ? "assistant" : "system", content: textOf(parts) });
      return undefined;
    }
  }
}

const textOf = (parts: readonly MessagePart[]): string => parts.flatMap((part) => (part.type === "text" ? [part.text] : [])).join("\n");

async function partsOf(given: z.infer<typeof content>, keep: (bytes: Uint8Array) => Promise<Hash>): Promise<MessagePart[] | Refusal> {
  if (typeof given === "string") return [{ type: "text", text: given }];
  const parts: MessagePart[] = [];
  for (const part of given) {
    if (part.type !== "input_image") parts.push({ type: "text", text: part.text });
    else {
      const picture = await dataPicture(part.image_url, keep);
      if (picture === undefined) return noPicture("input");
      parts.push(picture);
    }
  }
  return parts;
}

function readTool(tool: NonNullable<Body["tools"]>[number]): ToolSpec {
  const description = tool.description ?? "";
  if (tool.type === "function") return { name: tool.name, description, parameters: tool.parameters ?? { type: "object", properties: {} } };
  const grammar = tool.format == null ? "" : `\n\nThe input has this form: ${JSON.stringify(tool.format)}`;
  const parameters = { type: "object", properties: { input: { type: "string" } }, required: ["input"], additionalProperties: false };
  return { name: tool.name, description: `${description}${grammar}`, parameters };
}

const formatSchema = z.looseObject({ type: z.string() });

/** The format as chat completions have it; undefined for plain text. */
function formatIn(format: Json | undefined): Json | undefined {
  const read = formatSchema.safeParse(format);
  if (!read.success || read.data.type === "text") return undefined;
  const { type, ...schema } = read.data;
  return type === "json_schema" ? { type, json_schema: schema as Json } : { type };
}

function samplingIn({ temperature, top_p, max_output_tokens: max_tokens }: Body): Sampling {
  return Object.fromEntries(
    Object.entries({ temperature, top_p, max_tokens }).flatMap(([name, value]) => (value == null ? [] : [[name, value]])),
  );
}
