/** The part of a program's input that is the same for every step. Published with each of them: a change that breaks readers raises `v`. */
import { z } from "zod";
import { places } from "../../agent/command/task-file.ts";
import type { Json } from "../../core/json.ts";
import { jsonSchema, samplingSchema } from "../../core/record.ts";
import type { ProgramRecord } from "./program-record.ts";

/** Paths inside, the same for every step. */
export const inputPath = "/task/input.json";

export const frameShape = {
  v: z.literal(1),
  round: z.number().int().describe("1, or higher when an earlier output of this program could not be used."),
  problem: z.string().optional().describe("What was wrong with the output of the round before."),
  earlier: jsonSchema.optional().describe("That output, where it was JSON."),
  prompt: z
    .strictObject({ system: z.string(), user: z.string() })
    .describe("What our own step asks a model: a place to begin for a program that has one."),
  model: z
    .strictObject({
      name: z.string().describe("The only model there is; the name to ask for."),
      base_url: z.string().describe("OpenAI-compatible, also in OPENAI_BASE_URL; the key is not looked at."),
      socket: z.string().describe("The same as a Unix socket, for HTTP clients that can."),
      sampling: samplingSchema.describe("What every call is made with, whatever a request asks for."),
    })
    .optional()
    .describe("Absent where the program gets no model (max_calls: 0)."),
  limits: z.strictObject({
    minutes: z.number().describe("For all rounds together; then the program is killed."),
    max_calls: z.number().int().describe("Calls of the model in all rounds; further ones are refused with code max_turns."),
    max_tokens: z.number().int().nullable().describe("Tokens of all calls; then calls are refused with code max_tokens."),
    output_kb: z.number().int().describe("Most that may be printed to standard output."),
  }),
} as const;

/** What a program reads in one round. */
export function framed(
  record: ProgramRecord,
  question: { readonly [key: string]: Json | undefined },
  round: { readonly round: number; readonly problem?: string; readonly earlier?: Json },
): Json {
  const { model, minutes, box } = record;
  return {
    ...question,
    v: 1,
    ...round,
    ...(model === null
      ? {}
      : { model: { name: model.identity.name, base_url: places.baseUrl, socket: places.socket, sampling: model.sampling } }),
    limits: {
      minutes,
      max_calls: model?.maxCalls ?? 0,
      max_tokens: model?.maxTokens ?? null,
      output_kb: Math.floor(box.outputBytes / 1024),
    },
  };
}
