/** From a server's JSON to our reply. Servers differ in what they leave out and where they put reasoning; what cannot be a reply is `undefined`. */
import { z } from "zod";
import type { ChatReply, ToolCall, Usage } from "../core/record.ts";
import type { ModelSpec } from "../core/spec.ts";
import { splitReasoning } from "./split-reasoning.ts";

const count = z.number().nonnegative().nullish().catch(undefined);
const usageSchema = z
  .object({
    prompt_tokens: count,
    completion_tokens: count,
    prompt_tokens_details: z.object({ cached_tokens: count }).nullish().catch(undefined),
    completion_tokens_details: z.object({ reasoning_tokens: count }).nullish().catch(undefined),
  })
  .nullish()
  .catch(undefined);
const optionalText = z.string().nullish().catch(undefined);

const replySchema = z.object({
  choices: z
    .array(
      z.object({
        message: z.object({
          // Mistral sends a list of typed parts.
          content: z.union([z.string(), z.array(z.looseObject({ type: z.string(), text: z.string().optional() }))]).nullish(),
          reasoning_content: optionalText, // vLLM, SGLang, DeepSeek, llama.cpp
          reasoning: optionalText, // newer vLLM, Ollama, OpenRouter
          refusal: optionalText,
          tool_calls: z
            .array(
              z.object({
                id: optionalText,
                function: z.object({ name: z.string(), arguments: z.union([z.string(), z.record(z.string(), z.unknown())]).nullish() }),
              }),
            )
            .nullish(),
        }),
        finish_reason: optionalText,
      }),
    )
    .min(1),
  usage: usageSchema,
  model: optionalText,
  system_fingerprint: optionalText,
});

/** Everything of a reply that comes from its body. `measured` is false when the server sent no token counts (then all are 0). */
export interface ReadReply extends Omit<ChatReply, "call"> {
  readonly measured: boolean;
  readonly fingerprint?: string;
  readonly servedModel?: string;
}

/** undefined when the body is not a completion: no choices, no message, or fields of the wrong kind. An empty message is a reply with text "". */
export function readChatReply(body: unknown): ReadReply | undefined {
  const parsed = replySchema.safeParse(body);
  const choice = parsed.data?.choices[0];
  if (parsed.data === undefined || choice === undefined) return undefined;
  const { message } = choice;
  const { text, reasoning } = readText(message);
  const toolCalls = (message.tool_calls ?? []).map(
    (call, index): ToolCall => ({
      id: call.id || `call_${index}`,
      name: call.function.name,
      arguments: typeof call.function.arguments === "string" ? call.function.arguments : JSON.stringify(call.function.arguments ?? {}),
    }),
  );
  const { usage, measured } = readUsage(parsed.data.usage);
  return {
    text,
    ...(reasoning ? { reasoning } : {}),
    toolCalls,
    finishReason: finishReasonOf(choice.finish_reason, toolCalls.length > 0),
    usage,
    measured,
    ...(parsed.data.system_fingerprint ? { fingerprint: parsed.data.system_fingerprint } : {}),
    ...(parsed.data.model ? { servedModel: parsed.data.model } : {}),
  };
}

type WireMessage = z.infer<typeof replySchema>["choices"][number]["message"];

function readText(message: WireMessage): { readonly text: string; readonly reasoning?: string | undefined } {
  const separate = message.reasoning_content || message.reasoning || undefined;
  if (Array.isArray(message.content))
    return { text: message.content.map((p) => (p.type === "text" ? (p.text ?? "") : "")).join(""), reasoning: separate };
  const content = message.content || message.refusal || "";
  return separate === undefined ? splitReasoning(content) : { text: content, reasoning: separate };
}

function readUsage(usage: z.infer<typeof usageSchema>): { usage: Usage; measured: boolean } {
  return {
    measured: typeof usage?.prompt_tokens === "number",
    usage: {
      calls: 1,
      promptTokens: usage?.prompt_tokens ?? 0,
      completionTokens: usage?.completion_tokens ?? 0,
      reasoningTokens: usage?.completion_tokens_details?.reasoning_tokens ?? 0,
      cachedTokens: usage?.prompt_tokens_details?.cached_tokens ?? 0,
    },
  };
}

function finishReasonOf(reason: string | null | undefined, hasToolCalls: boolean): ChatReply["finishReason"] {
  switch (reason) {
    case "length":
    case "max_tokens":
      return "length";
    case "tool_calls":
    case "function_call":
      return "tool_calls";
    case "content_filter":
      return "content_filter";
    case "stop":
    case "eos":
    case "end_turn":
    case "stop_sequence":
      // Ollama and llama.cpp say `stop` beside tool calls.
      return hasToolCalls ? "tool_calls" : "stop";
    default:
      return hasToolCalls ? "tool_calls" : "other";
  }
}

/** US dollars of one call, or undefined without prices or token counts: unknown cost is never 0. */
export function priceCall(prices: ModelSpec["prices"], usage: Usage, measured: boolean): number | undefined {
  if (prices === undefined || !measured) return undefined;
  const fresh = Math.max(0, usage.promptTokens - usage.cachedTokens);
  const cached = Math.min(usage.cachedTokens, usage.promptTokens) * (prices.cached ?? prices.prompt);
  return (fresh * prices.prompt + cached + usage.completionTokens * prices.completion) / 1_000_000;
}

const embeddingsSchema = z.object({
  data: z.array(z.object({ index: z.number().int().nonnegative(), embedding: z.array(z.number()) })),
  usage: usageSchema,
});

/** Vectors in the order of the texts, or undefined when the body does not hold exactly one per text, all of one length. */
export function readEmbeddings(
  body: unknown,
  texts: number,
): { vectors: readonly (readonly number[])[]; usage: Usage; measured: boolean } | undefined {
  const parsed = embeddingsSchema.safeParse(body);
  if (!parsed.success || parsed.data.data.length !== texts) return undefined;
  const vectors: (readonly number[] | undefined)[] = Array.from({ length: texts }, () => undefined);
  for (const entry of parsed.data.data) vectors[entry.index] = entry.embedding;
  const first = vectors[0];
  const whole = vectors.filter((v): v is readonly number[] => v !== undefined && v.length > 0 && v.length === first?.length);
  return whole.length === texts ? { vectors: whole, ...readUsage(parsed.data.usage) } : undefined;
}
