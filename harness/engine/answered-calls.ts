import { z } from "zod";
import type { Model } from "../core/contract.ts";
import { type Hash, type Json, sha256 } from "../core/json.ts";
import { type ChatReply, type ChatRequest, callMetaSchema, usageSchema } from "../core/record.ts";
import type { AnsweredCall } from "../store/journals.ts";

const replySchema: z.ZodType<ChatReply> = z.object({
  text: z.string(),
  reasoning: z.string().optional(),
  toolCalls: z.array(z.object({ id: z.string(), name: z.string(), arguments: z.string() })),
  finishReason: z.enum(["stop", "length", "tool_calls", "content_filter", "other"]),
  usage: usageSchema,
  call: callMetaSchema,
});
const vectorsSchema = z.array(z.array(z.number()));

/** Texts of one call for vectors: what a ceiling cuts off is kept call by call. */
const textsACall = 64;

/** The calls of one attempt at a unit: those that an earlier attempt was answered are not made again, all answers are remembered. */
export interface AnsweredCalls {
  /** The model as this attempt uses it. Equal requests are told apart by their order. */
  keep(model: Model): Model;
  /** Everything this attempt was answered so far, then what is left of the earlier one. */
  answered(): readonly AnsweredCall[];
}

/** Starts from what an earlier attempt left. An answer is only ever taken for the very request it was given to. */
export function answeredCalls(earlier: readonly AnsweredCall[]): AnsweredCalls {
  const left = [...earlier];
  const made: AnsweredCall[] = [];

  const answer = async <T extends ChatReply | readonly (readonly number[])[]>(
    request: Hash,
    schema: z.ZodType<T>,
    ask: () => Promise<T>,
  ): Promise<T> => {
    const at = left.findIndex((call) => call.request === request);
    const [known] = at < 0 ? [] : left.splice(at, 1);
    const read = known === undefined ? undefined : schema.safeParse(known.answer);
    const value = read?.success === true ? read.data : await ask();
    made.push({ request, answer: value as Json });
    return value;
  };

  return {
    keep: (model) => ({
      ...model,
      complete: (request, signal) => answer(hashOf(model, request), replySchema, () => model.complete(request, signal)),
      async embed(texts, signal) {
        const vectors: (readonly number[])[] = [];
        for (let from = 0; from < texts.length; from += textsACall) {
          const some = texts.slice(from, from + textsACall);
          const request = sha256(JSON.stringify(["embed", model.name, some]));
          vectors.push(...(await answer<readonly (readonly number[])[]>(request, vectorsSchema, () => model.embed(some, signal))));
        }
        return vectors;
      },
    }),
    answered: () => [...made, ...left],
  };
}

function hashOf(model: Model, { messages, tools, stop, seed, sampling }: ChatRequest): Hash {
  // Not canonical: equal requests are built by the same code, and this is done before every call.
  return sha256(JSON.stringify(["chat", model.name, messages, tools ?? null, stop ?? null, seed ?? null, sampling]));
}
