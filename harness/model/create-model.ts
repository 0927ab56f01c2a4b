/** The model client: one model behind one or more OpenAI-compatible endpoints. */
import type OpenAI from "openai";
import type { Model } from "../core/contract.ts";
import { ModelError } from "../core/errors.ts";
import type { Gate } from "../core/gate.ts";
import { sha256 } from "../core/json.ts";
import type { ChatReply, ChatRequest, Usage } from "../core/record.ts";
import type { ModelSpec } from "../core/spec.ts";
import { attemptCall, type ReadBody } from "./attempt-call.ts";
import { buildChatBody, checkSampling, hasImages } from "./build-request.ts";
import type { CallEvent } from "./call-event.ts";
import type { CallFacts } from "./classify-failure.ts";
import { type Clock, systemClock } from "./clock.ts";
import { createEndpointPool, type EndpointStatus } from "./endpoint-pool.ts";
import { openClient } from "./open-client.ts";
import { withMargin } from "./pace.ts";
import { priceCall, readChatReply, readEmbeddings } from "./read-reply.ts";
import { redactor } from "./redact.ts";
import { type Environment, resolveEndpoints } from "./resolve-endpoints.ts";
import { type Attempt, abortedError, type Backoff, callWithRetries, defaultBackoff, type RetryPlan } from "./retry-call.ts";

export interface ModelOptions {
  /** Where `${NAME}` in endpoints is looked up. */
  readonly env: Environment;
  /** Base URL of the running simulated endpoint, for models of provider `simulated`. */
  readonly simulatedUrl?: string;
  /** Asked before every attempt, for limits kept together with other processes; the model's own pool keeps those of this one. */
  readonly gate?: Gate;
  /** Must not throw. */
  readonly onCall?: (event: CallEvent) => void;
  readonly clock?: Clock;
  readonly random?: () => number;
  readonly backoff?: Partial<Backoff>;
  /** Largest reply in bytes (default 64 MiB); larger ones are `bad-reply`. */
  readonly maxReplyBytes?: number;
}

/** A Model with a view on its endpoints, in the order of the model file. */
export interface EndpointModel extends Model {
  endpoints(): readonly (EndpointStatus & { readonly label: string })[];
}

const defaultMaxReplyBytes = 64 * 1024 * 1024;
const embeddingBatch = 64;
const charsPerToken = 4;
/** An empty message may be a hiccup of the server; only this many in a row are taken for what the model says. */
const emptyMessagesToBelieve = 3;
const saysNothing = (reply: Pick<ChatReply, "text" | "reasoning" | "toolCalls" | "finishReason">): boolean =>
  reply.text === "" && reply.reasoning === undefined && reply.toolCalls.length === 0 && reply.finishReason === "stop";
/** Stands in for the unknown length of a reply when starts are paced by tokens; corrected once the reply is there. */
const guessedReplyTokens = 500;

/** Throws UsageError for an unset variable, an unusable URL or sampling settings that cannot be sent. Opens no connection yet. */
export function createModel(spec: ModelSpec, options: ModelOptions): EndpointModel {
  const clock = options.clock ?? systemClock;
  for (const sampling of Object.values(spec.sampling)) checkSampling(sampling, spec.name);
  const endpoints = resolveEndpoints(spec, options.env, options.simulatedUrl);
  const transport = { timeoutMs: spec.timeout_s * 1000, maxReplyBytes: options.maxReplyBytes ?? defaultMaxReplyBytes };
  const clients = endpoints.map((endpoint) => openClient(endpoint, transport));
  const pool = createEndpointPool(
    endpoints.map(({ concurrency, rpm, tpm }) => ({ concurrency, rpm: withMargin(rpm), tpm })),
    clock,
  );
  const redact = redactor(endpoints.flatMap((e) => e.secrets));
  const paced = endpoints.some((e) => e.tpm !== undefined);
  const backoff = { ...defaultBackoff, ...options.backoff };
  const servedName = spec.served_name ?? spec.name;
  const labelOf = (index: number): string => endpoints[index]?.label ?? "";

  function attempt<T>(
    index: number,
    signal: AbortSignal | undefined,
    maxTokens: number | undefined,
    send: (client: OpenAI, signal: AbortSignal) => Promise<unknown>,
    read: ReadBody<T>,
  ): Promise<Attempt<T>> {
    const client = clients[index];
    if (client === undefined) throw new Error(`createModel: no endpoint ${index}`);
    const facts = (): CallFacts => ({
      model: spec.name,
      servedName,
      endpoint: labelOf(index),
      timeoutS: spec.timeout_s,
      maxTokens,
      wallNowMs: clock.date(),
    });
    return attemptCall((inner) => send(client, inner), read, facts, signal);
  }

  /** Runs a call with retries and reports how it went. */
  async function call<T extends { readonly usage: Usage; readonly measured: boolean }>(
    purpose: "chat" | "embedding",
    plan: Pick<RetryPlan, "tokens" | "prefer" | "signal" | "onWait">,
    one: (index: number, signal: AbortSignal | undefined) => Promise<Attempt<T>>,
  ): Promise<{ value: T; attempts: number; endpoint: string; ms: number; costUsd?: number }> {
    const started = clock.now();
    try {
      const { value, attempts, endpoint } = await callWithRetries(one, {
        ...plan,
        pool,
        gate: options.gate,
        limits: endpoints.map((endpoint) => endpoint.limits),
        clock,
        backoff,
        redact,
        maxAttempts: spec.max_attempts,
        random: options.random ?? Math.random,
        onRetry: (failure, n, waitMs, index) =>
          options.onCall?.({
            kind: "retry",
            model: spec.name,
            endpoint: labelOf(index),
            attempt: n,
            errorClass: failure.errorClass,
            message: failure.message,
            waitMs,
          }),
      });
      const price = priceCall(spec.prices, value.usage, value.measured);
      const cost = price === undefined ? {} : { costUsd: price };
      const done = { attempts, endpoint: labelOf(endpoint), ms: clock.now() - started, ...cost };
      options.onCall?.({ kind: "done", model: spec.name, purpose, usage: value.usage, ...done });
      return { value, ...done };
    } catch (error) {
      if (error instanceof ModelError) {
        const { errorClass, message } = error;
        const attempts = error.options.attempts ?? 0;
        options.onCall?.({ kind: "failed", model: spec.name, purpose, attempts, ms: clock.now() - started, errorClass, message });
      }
      throw error;
    }
  }

  async function complete(request: ChatRequest, signal?: AbortSignal): Promise<ChatReply> {
    if (signal?.aborted) throw abortedError(signal, 0);
    if (!spec.vision && hasImages(request.messages))
      throw new ModelError(
        `The request carries an image, but model "${spec.name}" takes none; set vision: true in its model file if it does.`,
        "no-vision",
        { attempts: 0 },
      );
    const body = await buildChatBody(spec, request);
    const { max_tokens } = request.sampling;
    let emptyMessages = 0;
    const { value, attempts, endpoint, ms, costUsd } = await call(
      "chat",
      {
        tokens: paced
          ? Math.ceil(JSON.stringify(body).length / charsPerToken) + Math.min(max_tokens ?? guessedReplyTokens, guessedReplyTokens)
          : 0,
        onWait: request.onWait,
        ...(signal === undefined ? {} : { signal }),
        ...(endpoints.length > 1 ? { prefer: homeOf(request, endpoints.length) } : {}),
      },
      async (index, s) => {
        const before = emptyMessages;
        const ended = await attempt(
          index,
          s,
          max_tokens,
          (client, inner) => client.post("/chat/completions", { body, signal: inner }),
          (reply) => {
            const value = readChatReply(reply);
            if (value === undefined) return undefined;
            if (saysNothing(value) && ++emptyMessages < emptyMessagesToBelieve) return "empty message";
            return value.measured ? { value, tokens: value.usage.promptTokens + value.usage.completionTokens } : { value };
          },
        );
        if (!ended.ok && emptyMessages === before) emptyMessages = 0; // it failed in another way: the row is broken
        return ended;
      },
    );
    const { measured: _, fingerprint, servedModel, ...reply } = value;
    return {
      ...reply,
      call: {
        ms,
        attempts,
        endpoint,
        ...(fingerprint === undefined ? {} : { fingerprint }),
        ...(servedModel === undefined ? {} : { servedModel }),
        ...(costUsd === undefined ? {} : { costUsd }),
      },
    };
  }

  async function embed(texts: readonly string[], signal?: AbortSignal): Promise<readonly (readonly number[])[]> {
    if (signal?.aborted) throw abortedError(signal, 0);
    const vectors: (readonly number[])[] = [];
    for (let from = 0; from < texts.length; from += embeddingBatch) {
      const input = texts.slice(from, from + embeddingBatch);
      const tokens = paced ? Math.ceil(input.reduce((sum, t) => sum + t.length, 0) / charsPerToken) : 0;
      const { value } = await call("embedding", { tokens, ...(signal === undefined ? {} : { signal }) }, (index, s) =>
        attempt(
          index,
          s,
          undefined,
          (client, inner) => client.post("/embeddings", { body: { model: servedName, input, encoding_format: "float" }, signal: inner }),
          (reply) => {
            const value = readEmbeddings(reply, input.length);
            return value === undefined ? undefined : { value };
          },
        ),
      );
      vectors.push(...value.vectors);
    }
    return vectors;
  }

  return {
    name: spec.name,
    simulated: spec.provider === "simulated",
    vision: spec.vision,
    ...(spec.context_tokens === undefined ? {} : { contextTokens: spec.context_tokens }),
    complete,
    embed,
    endpoints: () => pool.status().map((status, index) => ({ ...status, label: labelOf(index) })),
  };
}

/** The replica a conversation belongs to: all turns of one go where the prefix is cached, other conversations elsewhere. */
function homeOf(request: ChatRequest, endpoints: number): number {
  const opening = request.messages.filter((m) => m.role === "system" || m.role === "user").slice(0, 2);
  return Number.parseInt(sha256(JSON.stringify(opening)).slice(0, 8), 16) % endpoints;
}
