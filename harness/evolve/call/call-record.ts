/** What a call unit is asked and what it leaves behind. */
import { z } from "zod";
import { hashSchema, jsonSchema, samplingSchema, usageSchema } from "../../core/record.ts";
import { roles } from "../../core/spec.ts";

/**
 * Raise when the same spec would send other bytes to a model: how requests are built, what is sent back after a bad reply, how a reply is read. Texts of
 * roles are no matter of this number, they are part of the input; the wire golden beside this file tells.
 */
export const callRev = 2;

export const callSpecSchema = z.strictObject({
  kind: z.literal("call"),
  rev: z.number().int(),
  role: z.enum(roles),
  /** Name and revision of the form the reply must have. */
  form: z.string(),
  formRev: z.number().int(),
  /** Blob of the model's identity record, as in arms. */
  model: hashSchema,
  sampling: samplingSchema,
  /** Sent as API seed with every request. */
  seed: z.number().int(),
  /** Blob of a CallInput. */
  input: hashSchema,
  /** Replies in all, first included. */
  rounds: z.number().int().min(1),
});
export type CallSpec = z.infer<typeof callSpecSchema>;

export const callInputSchema = z.object({ v: z.literal(1), system: z.string(), user: z.string(), context: jsonSchema });
export type CallInput = z.infer<typeof callInputSchema>;

export const modelIdentitySchema = z.object({ name: z.string() }).catchall(jsonSchema.optional());
export type ModelIdentity = z.infer<typeof modelIdentitySchema>;

/** Every reply of a call in order and what was wrong with it; the last one of a read call has no problem. */
export const callRepliesSchema = z.array(
  z.object({
    text: z.string(),
    reasoning: z.string().optional(),
    finishReason: z.string(),
    usage: usageSchema,
    problem: z.string().optional(),
  }),
);
export type CallReplies = z.infer<typeof callRepliesSchema>;

/** What was said stands in the result itself: a blob each would double the files of an evolution. `rounds` counts replies; there is none when the model was never heard. */
export const callResultSchema = z.discriminatedUnion("state", [
  z.object({
    state: z.literal("read"),
    /** The object the last reply held. */
    value: jsonSchema,
    rounds: z.number().int(),
    usage: usageSchema,
    replies: callRepliesSchema,
  }),
  z.object({
    state: z.enum(["unreadable", "too-long"]),
    /** The last thing that was wrong, as it was (or would have been) said to the model. */
    problem: z.string(),
    rounds: z.number().int(),
    usage: usageSchema,
    replies: callRepliesSchema,
  }),
]);
export type CallResult = z.infer<typeof callResultSchema>;
