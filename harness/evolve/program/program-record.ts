/** What a unit of kind `program` is asked and what it leaves behind: a step of an evolution, done by somebody else's program. */
import { z } from "zod";
import { fileRefSchema, hashSchema, jsonSchema, samplingSchema, usageSchema } from "../../core/record.ts";
import { boxLimitsSchema, toolchainSchema } from "../../evaluate/arm.ts";
import { modelIdentitySchema } from "../call/call-record.ts";

/** Raise when the same spec would give a program another input, environment or model behaviour, or would judge its output otherwise. */
export const programRev = 2;

export const programSpecSchema = z.strictObject({
  kind: z.literal("program"),
  rev: z.number().int(),
  /** Blob of a ProgramRecord. */
  program: hashSchema,
  /** Name and revision of the form the output must have. */
  form: z.string(),
  formRev: z.number().int(),
  /** Blob of a ProgramQuestion. */
  question: hashSchema,
  /** Sent as API seed with its calls of the model. */
  seed: z.number().int(),
  /** Runs in all, first included. */
  rounds: z.number().int().min(1),
});
export type ProgramSpec = z.infer<typeof programSpecSchema>;

/** Everything of a program that can change what it does; another byte in one of its files is another program. */
export const programRecordSchema = z.object({
  v: z.literal(1),
  /** Words as the sandbox runs them, paths of the program's own files below /agent. */
  command: z.array(z.string()).min(1),
  env: z.record(z.string(), z.string()),
  files: z.array(fileRefSchema),
  /** For all rounds together. */
  minutes: z.number().positive(),
  box: boxLimitsSchema,
  toolchain: toolchainSchema,
  /** Null for a program that gets no model. */
  model: z
    .object({
      identity: modelIdentitySchema,
      sampling: samplingSchema,
      maxCalls: z.number().int().positive(),
      maxTokens: z.number().int().positive().nullable(),
    })
    .nullable(),
});
export type ProgramRecord = z.infer<typeof programRecordSchema>;

/** `question`: what the program reads, without what every round adds. `context`: what its output is held to, as with calls. */
export const programQuestionSchema = z.object({ v: z.literal(1), question: z.record(z.string(), jsonSchema), context: jsonSchema });
export type ProgramQuestion = z.infer<typeof programQuestionSchema>;

/** One run of the program; the last one of a step that was read has no problem. */
const runSchema = z.object({
  exitCode: z.number().int().nullable(),
  /** End of its standard error. */
  stderr: z.string(),
  problem: z.string().optional(),
});
export type ProgramRun = z.infer<typeof runSchema>;

const left = {
  usage: usageSchema,
  runs: z.array(runSchema),
  /** Blob of its calls of the model and its end, as a trajectory. */
  trajectory: hashSchema,
};

export const programResultSchema = z.discriminatedUnion("state", [
  /** `value`: the object it printed. */
  z.object({ state: z.literal("read"), value: jsonSchema, ...left }),
  /** `unreadable`: what it printed is no JSON, or not of its form. `failed`: it did not get to its end, or printed too much. `problem`: the last one. */
  z.object({ state: z.enum(["unreadable", "failed"]), problem: z.string(), ...left }),
]);
export type ProgramResult = z.infer<typeof programResultSchema>;
