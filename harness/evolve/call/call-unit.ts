import { type Conversation, extendLast, messagesOf, opening } from "../../agent/conversation.ts";
import type { Blobs, Model } from "../../core/contract.ts";
import { ModelError, messageOf, UsageError } from "../../core/errors.ts";
import { hashJson, type Json } from "../../core/json.ts";
import { type CallMeta, type ChatReply, noUsage } from "../../core/record.ts";
import { addUsage, factsOf, totalCost } from "../../core/spending.ts";
import { FailedAttempt, type UnitKind, type UnitOutput } from "../../engine/unit.ts";
import { readJsonBlob } from "../../store/blobs.ts";
import type { ReplyForm } from "../author.ts";
import {
  type CallInput,
  type CallReplies,
  type CallResult,
  type CallSpec,
  callInputSchema,
  callResultSchema,
  callRev,
  callSpecSchema,
  modelIdentitySchema,
} from "./call-record.ts";
import { judgeAnswer } from "./judge-answer.ts";

export interface CallDeps {
  readonly blobs: Blobs;
  /** Resolves a model by name; the endpoint is this process's own business. */
  readonly model: (name: string) => Model;
  /** What keys say of that model here. */
  readonly identity: (name: string) => unknown;
  /** Forms this program knows, by id. */
  readonly forms: Readonly<Record<string, ReplyForm<unknown>>>;
}

/** Unit kind `call`: one logical question to a model, asked again with the exact problem until the reply has its form or the rounds are used up. */
export function callKind(deps: CallDeps): UnitKind<CallSpec, CallResult> {
  return { kind: "call", rev: callRev, spec: callSpecSchema, result: callResultSchema, run: (spec, signal) => runCall(deps, spec, signal) };
}

async function runCall(deps: CallDeps, spec: CallSpec, signal: AbortSignal): Promise<UnitOutput<CallResult>> {
  signal.throwIfAborted();
  const form = Object.hasOwn(deps.forms, spec.form) ? deps.forms[spec.form] : undefined;
  if (form === undefined || form.rev !== spec.formRev)
    throw new TypeError(`form ${spec.form} revision ${spec.formRev} is not in this program`);
  const identity = modelIdentitySchema.parse(await readJsonBlob(deps.blobs, spec.model));
  const model = deps.model(identity.name);
  // A result is stored under what its key says; another model's would be kept under a false name.
  if (hashJson(identity) !== hashJson(deps.identity(identity.name)))
    throw new UsageError(
      `model ${identity.name} is configured differently here than where the plan was made (revision, chat template or persona)`,
    );
  const input = callInputSchema.parse(await readJsonBlob(deps.blobs, spec.input));
  const calls: CallMeta[] = [];
  try {
    return outputOf(await converse({ spec, input, form, model, calls, signal }), calls);
  } catch (cause) {
    throw new FailedAttempt(cause, { costUsd: totalCost(calls) });
  }
}

interface Call {
  readonly spec: CallSpec;
  readonly input: CallInput;
  readonly form: ReplyForm<unknown>;
  readonly model: Model;
  /** Facts of every answered call; grows. */
  readonly calls: CallMeta[];
  readonly signal: AbortSignal;
}

/** How the conversation ended, before anything is stored. */
type Ending = { readonly replies: CallReplies } & (
  | { readonly state: "read"; readonly value: Json }
  | { readonly state: "unreadable" | "too-long"; readonly problem: string }
);

async function converse(call: Call): Promise<Ending> {
  const { input, spec } = call;
  const bare = opening(input.system, input.user);
  const replies: CallReplies = [];
  let conversation = bare;
  let problem = "";
  while (replies.length < spec.rounds) {
    let answered = await send(call, conversation);
    const last = conversation.at(-1)?.message;
    // Earlier replies have outgrown the context: ask once more without them, keeping only what was wrong with the last.
    if ("overflow" in answered && conversation.length > bare.length && typeof last?.content === "string") {
      conversation = extendLast(bare, last.content);
      answered = await send(call, conversation);
    }
    if ("overflow" in answered) return { state: "too-long", problem: answered.overflow, replies };
    if ("refused" in answered) return { state: "unreadable", problem: answered.refused, replies };
    const { text, reasoning, finishReason, usage, call: facts } = answered;
    call.calls.push(facts);
    const judged = judgeAnswer(answered, call.form, input.context);
    replies.push({ text, reasoning, finishReason, usage, problem: judged.ok ? undefined : judged.problem });
    if (judged.ok) return { state: "read", value: judged.value, replies };
    problem = judged.problem;
    conversation =
      judged.keep === undefined
        ? extendLast(conversation, judged.feedback)
        : [
            ...conversation,
            { message: { role: "assistant", content: judged.keep } },
            { message: { role: "user", content: judged.feedback } },
          ];
  }
  return { state: "unreadable", problem, replies };
}

/** One request. Overflow and refusal are properties of what was asked and become results; every other ModelError is thrown. */
async function send(
  { model, spec, signal }: Call,
  conversation: Conversation,
): Promise<ChatReply | { readonly overflow: string } | { readonly refused: string }> {
  try {
    return await model.complete({ messages: messagesOf(conversation), seed: spec.seed, sampling: spec.sampling }, signal);
  } catch (error) {
    if (error instanceof ModelError && error.errorClass === "overflow") return { overflow: messageOf(error) };
    if (error instanceof ModelError && error.errorClass === "refused") return { refused: messageOf(error) };
    throw error;
  }
}

function outputOf(ending: Ending, calls: readonly CallMeta[]): UnitOutput<CallResult> {
  const { replies } = ending;
  const usage = replies.reduce((sum, reply) => addUsage(sum, reply.usage), noUsage);
  return {
    result: { ...ending, rounds: replies.length, usage },
    blobs: [],
    calls: [...calls],
    ...factsOf(calls),
  };
}
