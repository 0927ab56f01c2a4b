/** From a parsed request body to what is to be sent: asks the brain, applies limits. Pure; knows no sockets, faults or clocks. */
import type { Brain, BrainAnswer } from "./contract.ts";
import { readChatBody, readEmbeddingsBody } from "./protocol.ts";
import { type AnswerHead, completionBody, completionEvents, countPromptTokens, countTokens, finishAnswer } from "./protocol-answer.ts";
import { contextOverflow, type OverflowWording, type Refusal, refusal, unknownModel } from "./protocol-errors.ts";

/** What a request is answered with when nothing goes wrong on the way. */
export type Outgoing =
  | { readonly kind: "refusal"; readonly refusal: Refusal }
  | { readonly kind: "json"; readonly body: { readonly [key: string]: unknown } }
  | { readonly kind: "events"; readonly events: Iterable<string> };

/** Settings of the endpoint that a reply depends on, and the head of this answer. */
export interface PlaySettings {
  readonly brain: Brain;
  readonly contextTokens: (model: string) => number | undefined;
  readonly overflowWording: OverflowWording;
  /** Replaces what the brain says (the `empty-content` fault). */
  readonly insteadOf?: BrainAnswer;
  readonly head: Omit<AnswerHead, "model">;
}

/** `model` is the served name asked for, undefined when the body could not be read. */
export interface Played {
  readonly model: string | undefined;
  readonly outgoing: Outgoing;
}

const refuse = (model: string | undefined, r: Refusal): Played => ({ model, outgoing: { kind: "refusal", refusal: r } });

/** POST /v1/chat/completions. */
export function playChat(body: unknown, settings: PlaySettings): Played {
  const call = readChatBody(body);
  if ("status" in call) return refuse(undefined, call);
  const { model, maxTokens } = call.request;
  if (!settings.brain.models.includes(model)) return refuse(model, unknownModel(model));
  const promptTokens = countPromptTokens(call.request);
  const contextTokens = settings.contextTokens(model);
  if (contextTokens !== undefined && promptTokens + (maxTokens ?? 1) > contextTokens)
    return refuse(model, contextOverflow(settings.overflowWording, { promptTokens, maxTokens, contextTokens }));
  const reply = settings.brain.reply(call.request);
  if ("error" in reply) return refuse(model, refusal(reply.error.status, reply.error.message));
  const room = contextTokens === undefined ? Number.MAX_SAFE_INTEGER : contextTokens - promptTokens;
  const answer = finishAnswer(settings.insteadOf ?? reply, {
    stop: call.stop,
    limit: Math.min(maxTokens ?? room, room),
    promptTokens,
    id: settings.head.id,
  });
  const head = { ...settings.head, model };
  return {
    model,
    outgoing: call.stream
      ? { kind: "events", events: completionEvents(head, answer, call.includeUsage) }
      : { kind: "json", body: completionBody(head, answer) },
  };
}

/** POST /v1/embeddings, with float and base64 encoding. */
export function playEmbeddings(body: unknown, settings: PlaySettings): Played {
  const call = readEmbeddingsBody(body);
  if ("status" in call) return refuse(undefined, call);
  const { model, texts } = call;
  const { brain } = settings;
  if (!brain.models.includes(model)) return refuse(model, unknownModel(model));
  if (brain.embed === undefined) return refuse(model, refusal(400, `The model \`${model}\` does not make embeddings.`));
  const data: unknown[] = [];
  for (const [index, text] of texts.entries()) {
    const vector = brain.embed(model, text);
    const embedding = call.base64 ? Buffer.from(new Float32Array(vector).buffer).toString("base64") : vector;
    data.push({ object: "embedding", index, embedding });
  }
  const tokens = texts.reduce((sum, text) => sum + countTokens(text), 0);
  return {
    model,
    outgoing: { kind: "json", body: { object: "list", model, data, usage: { prompt_tokens: tokens, total_tokens: tokens } } },
  };
}
