import pLimit from "p-limit";
import type { AgentInput } from "../../core/contract.ts";
import { ModelError } from "../../core/errors.ts";
import { type Hash, hashJson } from "../../core/json.ts";
import type { CallMeta, ChatReply, Exit, Sampling } from "../../core/record.ts";
import type { AskedCompletion } from "../../model/proxy/read-chat-body.ts";
import { type Refusal, refusal } from "../../model/proxy/refusal.ts";
import type { AnsweredCompletion } from "../../model/proxy/write-chat-reply.ts";
import type { CallRecord } from "./call-record.ts";
import type { CommandOptions } from "./command-options.ts";

/** Calls of one program under way at once; the others wait. */
const together = 4;
/** A program that goes on asking after its budget is spent is ended. */
const refusalsInAll = 20;

/** The model as one program may use it: the arm's model, sampling, seed and limits, whatever is asked for. */
export interface ProgramCalls {
  readonly answer: (asked: AskedCompletion) => Promise<AnsweredCompletion | Refusal>;
  readonly calls: readonly CallMeta[];
  /** Which budget a call was refused for. */
  readonly limit: () => Exit | undefined;
  /** How the model turned the last call away that it turned away, unless it answered one since. */
  readonly turnedAway: () => Exit | undefined;
  /** A failure of the infrastructure: the episode is an error and no result. */
  readonly broken: () => unknown;
  /** The model's server refused all that was asked as no proper request: rather a wrong setting than a wrong move. */
  readonly malformed: () => ModelError | undefined;
}

export interface CallsContext {
  readonly input: Pick<AgentInput, "model" | "sampling" | "apiSeed" | "images">;
  readonly options: Pick<CommandOptions, "max_turns" | "max_tokens" | "model_names" | "sampling">;
  readonly record: CallRecord;
  readonly signal: AbortSignal;
  readonly onAnswer: () => void;
  /** Ends the program: its model is out of reach, or it will not stop asking. */
  readonly endProgram: () => void;
}

export function programCalls({ input, options, record, signal, onAnswer, endProgram }: CallsContext): ProgramCalls {
  const gate = pLimit(together);
  const calls: CallMeta[] = [];
  const asked = new Map<Hash, number>();
  let made = 0;
  let tokens = 0;
  let refused = 0;
  let limit: Exit | undefined;
  let turnedAway: Exit | undefined;
  let malformed: ModelError | undefined;
  let broken: unknown;

  const spent = (exit: Exit, code: string, words: string): Refusal => {
    limit ??= exit;
    refused += 1;
    if (refused >= refusalsInAll) endProgram();
    return refusal(403, code, `This episode's limit of ${words} is reached; hand in what there is.`);
  };

  const seedFor = (request: AskedCompletion): number => {
    // The same question asked again wants another draw; equal episodes get equal ones.
    const key = hashJson([request.messages, request.tools ?? null]);
    const times = asked.get(key) ?? 0;
    asked.set(key, times + 1);
    return times === 0 ? input.apiSeed : Number.parseInt(hashJson([input.apiSeed, times]).slice(0, 8), 16) & 0x7fffffff;
  };

  const ask = async (request: AskedCompletion): Promise<AnsweredCompletion | Refusal> => {
    if (made >= options.max_turns) return spent("turn-limit", "max_turns", `${options.max_turns} model calls`);
    if (options.max_tokens !== null && tokens >= options.max_tokens)
      return spent("token-budget", "max_tokens", `${options.max_tokens} tokens`);
    if (signal.aborted || broken !== undefined) return over;
    made += 1;
    const turn = record.begin(request.messages);
    let reply: ChatReply;
    try {
      const { messages, tools, stop } = request;
      const sampling = samplingFor(request, input.sampling, options);
      reply = await input.model.complete({ messages, tools, stop, seed: seedFor(request), sampling, images: input.images }, signal);
    } catch (error) {
      if (signal.aborted) return over;
      return failed(error);
    }
    calls.push(reply.call);
    tokens += reply.usage.promptTokens + reply.usage.completionTokens;
    turnedAway = undefined;
    record.end(turn, reply);
    onAnswer();
    return { id: `chatcmpl-${turn}`, model: input.model.name, reply };
  };

  const failed = (error: unknown): Refusal => {
    if (error instanceof ModelError) {
      const { errorClass, message } = error;
      if (errorClass === "overflow") {
        turnedAway = "context-overflow";
        return refusal(400, "context_length_exceeded", message, "messages");
      }
      if (errorClass === "refused") {
        turnedAway = "refused";
        return refusal(400, "content_filter", message);
      }
      if (errorClass === "bad-request" || errorClass === "no-vision") {
        malformed ??= error;
        return refusal(400, "invalid_request", message);
      }
    }
    broken = error;
    endProgram();
    return over;
  };

  return {
    answer: async (request) => {
      if (options.model_names === "exact" && request.model !== input.model.name)
        return refusal(
          404,
          "model_not_found",
          `There is one model here, ${JSON.stringify(input.model.name)}; ask for it by this name.`,
          "model",
        );
      return await gate(ask, request);
    },
    calls,
    limit: () => limit,
    turnedAway: () => turnedAway,
    broken: () => broken,
    malformed: () => (calls.length === 0 ? malformed : undefined),
  };
}

const over = refusal(503, "unavailable", "This episode is over.");

function samplingFor({ sampling, responseFormat }: AskedCompletion, own: Sampling, options: CallsContext["options"]): Sampling {
  const format = responseFormat === undefined ? {} : { extra_body: { ...own.extra_body, response_format: responseFormat } };
  if (options.sampling === "arm") return { ...own, ...format };
  const longest = own.max_tokens ?? Number.POSITIVE_INFINITY;
  const cap = Math.min(longest, sampling.max_tokens ?? longest);
  return { ...own, ...sampling, ...(Number.isFinite(cap) ? { max_tokens: cap } : {}), ...format };
}
