/** What we write. Every record is versioned by `v` and read back through its schema; a mismatch is a StoreError, never a guess. */
import { z } from "zod";
import { isJson, type Json } from "./json.ts";

export const hashSchema = z.string().regex(/^[0-9a-f]{64}$/, "expected 64 hex digits");
/** Any JSON value. One walk over it: `z.json()` tries a union at every member and takes many times as long on a record of some size. */
export const jsonSchema: z.ZodType<Json> = z.custom<Json>(isJson, "expected JSON");

// ---- tasks and submissions ------------------------------------------------------------------------------------------

export const fileRefSchema = z.object({
  path: z.string().min(1),
  blob: hashSchema,
  bytes: z.number().int().nonnegative(),
  mode: z.number().int().optional(),
});
export type FileRef = z.infer<typeof fileRefSchema>;
export type Files = readonly FileRef[];

/** One thing to solve = one test case. Only `form`, `slots`, `images` and `files` reach the agent and the rollout key; the rest is bookkeeping. */
export const taskSchema = z.object({
  id: z.string().min(1),
  /** Number of the test case within its cluster, when there are several. */
  case: z.string().optional(),
  /** Unit of the bootstrap and of Hard: instance, problem, table or document page. */
  cluster: z.string().min(1),
  form: z.string(),
  /** The data set's own type label (Cell-Level Manipulation …), for break-downs. */
  type: z.string().optional(),
  slots: z.record(z.string(), z.string()),
  images: z.array(hashSchema).readonly(),
  files: z.array(fileRefSchema).readonly(),
  needs: z.array(z.enum(["shell", "vision"])).readonly(),
  /** Facts the tables report apart: the start file already passes; nothing can pass; excluded by the authors. */
  flags: z.array(z.enum(["passes-untouched", "cannot-pass", "author-excluded", "in-evolve-split"])).readonly(),
  /** Text answers needed by the benchmark's own code to find the truth again (folder, row number); never shown to an agent. */
  origin: z.record(z.string(), z.string()),
});
export type Task = z.infer<typeof taskSchema>;

/** The closed list of ways an episode ends. Whatever the exit, the submission is scored. */
export const exitSchema = z.enum([
  "completed", // explicit completion signal
  "completed-implicit", // parity completion rule only: a reply without an action
  "turn-limit",
  "time-limit",
  "format-errors", // too many unreadable replies in a row
  "empty-replies", // too many empty replies in a row
  "reply-too-long", // too many replies cut by the model's own output limit in a row
  "context-overflow",
  "refused",
  "token-budget",
  "sandbox-killed", // the agent's own command ended its sandbox
  "program-failed", // an agent that is a program of its own ended with an error
  "oracle",
  "nop",
]);
export type Exit = z.infer<typeof exitSchema>;

/** All that survives the sandbox. A harvested file that was refused (link, too large …) is absent and named in `refused`. */
export const submissionSchema = z.object({
  answer: z.string().optional(),
  files: z.array(fileRefSchema).readonly(),
  refused: z
    .array(z.object({ path: z.string(), reason: z.string() }))
    .readonly()
    .optional(),
  exit: exitSchema,
});
export type Submission = z.infer<typeof submissionSchema>;

// ---- scores -----------------------------------------------------------------------------------------------------------

/** `value` is the scorer's number (0 or 1 for verdicts), `message` a human-readable reason for a failure. */
export const scoreSchema = z.object({
  scorer: z.string(),
  value: z.number(),
  passed: z.boolean(),
  message: z.string().optional(),
  metrics: z.record(z.string(), z.number()).optional(),
});
export type Score = z.infer<typeof scoreSchema>;

/** `ungraded` is for tasks no one could be judged on (an empty gold range under the strict scorer); it is never counted as 0. */
export const outcomeSchema = z.discriminatedUnion("state", [
  z.object({ state: z.literal("graded"), score: scoreSchema }),
  z.object({ state: z.literal("ungraded"), scorer: z.string(), reason: z.string() }),
]);
export type Outcome = z.infer<typeof outcomeSchema>;

// ---- calls and trajectories -----------------------------------------------------------------------------------------

export const samplingSchema = z.strictObject({
  temperature: z.number().min(0).max(2).optional(),
  top_p: z.number().gt(0).max(1).optional(),
  presence_penalty: z.number().min(-2).max(2).optional(),
  frequency_penalty: z.number().min(-2).max(2).optional(),
  max_tokens: z.number().int().positive().optional(),
  /** Passed through untouched: top_k, min_p, repetition_penalty, chat_template_kwargs … */
  extra_body: z.record(z.string(), z.json() as z.ZodType<Json>).optional(),
});
export type Sampling = z.infer<typeof samplingSchema>;

export const usageSchema = z.object({
  calls: z.number().int(),
  promptTokens: z.number().int(),
  completionTokens: z.number().int(),
  reasoningTokens: z.number().int(),
  cachedTokens: z.number().int(),
});
export type Usage = z.infer<typeof usageSchema>;
export const noUsage: Usage = { calls: 0, promptTokens: 0, completionTokens: 0, reasoningTokens: 0, cachedTokens: 0 };

export type MessagePart =
  | { readonly type: "text"; readonly text: string }
  | { readonly type: "image"; readonly blob: string; readonly mediaType: string };
export interface ToolCall {
  readonly id: string;
  readonly name: string /** Raw JSON text as the model wrote it. */;
  readonly arguments: string;
}
export type Message =
  | { readonly role: "system"; readonly content: string }
  | { readonly role: "user"; readonly content: string | readonly MessagePart[] }
  | { readonly role: "assistant"; readonly content: string; readonly toolCalls?: readonly ToolCall[] }
  | { readonly role: "tool"; readonly toolCallId: string; readonly content: string };

export interface ToolSpec {
  readonly name: string;
  readonly description: string;
  readonly parameters: Json;
}

export interface ChatRequest {
  readonly messages: readonly Message[];
  readonly tools?: readonly ToolSpec[];
  readonly stop?: readonly string[];
  readonly seed?: number;
  readonly sampling: Sampling;
  /** Reads image blobs named in the messages. */
  readonly images?: (blob: string) => Promise<Uint8Array>;
  /** Told when the call begins to wait for its turn at an endpoint, and when it no longer does. */
  readonly onWait?: (waiting: boolean) => void;
}

export interface ChatReply {
  /** Reply without reasoning; "" when the model said nothing. */
  readonly text: string;
  readonly reasoning?: string;
  readonly toolCalls: readonly ToolCall[];
  readonly finishReason: "stop" | "length" | "tool_calls" | "content_filter" | "other";
  readonly usage: Usage;
  readonly call: CallMeta;
}

/** Facts of one call that may differ between two equal runs; kept apart from the trajectory. */
export const callMetaSchema = z.object({
  ms: z.number(),
  attempts: z.number().int(),
  endpoint: z.string(),
  fingerprint: z.string().optional(),
  servedModel: z.string().optional(),
  costUsd: z.number().optional(),
});
export type CallMeta = z.infer<typeof callMetaSchema>;

/** One turn. `event` says what the harness itself did (format error, reminder …) when there was no plain action. */
export const stepSchema = z.object({
  turn: z.number().int().positive(),
  thought: z.string().optional(),
  reasoning: z.string().optional(),
  reply: z.string(),
  action: z.object({ tool: z.string(), arguments: z.record(z.string(), jsonSchema) }).optional(),
  observation: z.string().optional(),
  /** Pictures that were shown with the observation (PNG). */
  images: z.array(hashSchema).optional(),
  command: z
    .object({ exitCode: z.number().int().nullable(), timedOut: z.boolean(), droppedBytes: z.number().int(), elidedChars: z.number().int() })
    .optional(),
  event: z.enum(["format-error", "empty-reply", "reply-cut", "missing-output-reminder", "completed"]).optional(),
  finishReason: z.string(),
  usage: usageSchema,
});
export type Step = z.infer<typeof stepSchema>;

/** A whole episode as it can be replayed on paper. Holds nothing that differs between two equal runs (no times, hosts, ids). */
export const trajectorySchema = z.object({
  v: z.literal(1),
  agent: z.string(),
  system: z.string(),
  user: z.string(),
  steps: z.array(stepSchema).readonly(),
  exit: exitSchema.optional(),
});
export type TrajectoryRecord = z.infer<typeof trajectorySchema>;

// ---- units and ledger -----------------------------------------------------------------------------------------------

export const repSchema = z.object({
  seed: z.number().int(),
  attempt: z.number().int().nonnegative(),
  replica: z.number().int().nonnegative(),
});
export type Rep = z.infer<typeof repSchema>;

/** Fields the schema declares volatile: they may differ between two runs that are equal. Equality of ledgers ignores them. */
export const volatileSchema = z.object({
  startedAt: z.string(),
  ms: z.number(),
  host: z.string(),
  /** Absent when the price of one of the calls is not known: unknown is never 0. */
  costUsd: z.number().optional(),
  attempts: z.number().int(),
  /** One CallMeta for every answered call in order: where there are many, the blob of their JSON array; where there are few, the array itself. */
  calls: z.union([hashSchema, z.array(callMetaSchema)]).optional(),
  fingerprints: z.array(z.string()).optional(),
  endpoints: z.array(z.string()).optional(),
});

export const rolloutResultSchema = z.object({
  submission: submissionSchema,
  trajectory: hashSchema.nullable(),
  turns: z.number().int(),
  formatErrors: z.number().int(),
  usage: usageSchema,
});
export type RolloutResult = z.infer<typeof rolloutResultSchema>;

export const ledgerEpisodeSchema = z.object({
  type: z.literal("episode"),
  v: z.literal(1),
  /** Rollout key; with `arm` and `rep` it names the slot. */
  key: hashSchema,
  arm: z.string(),
  guidance: z.string(),
  solver: z.string(),
  /** `evolve` and `select` episodes are what skills are learned from and chosen by; tables show the others. Absent: `measure`. */
  purpose: z.enum(["measure", "evolve", "select"]).optional(),
  benchmark: z.string(),
  split: z.string(),
  task: z.string(),
  cluster: z.string(),
  taskType: z.string().optional(),
  flags: z.array(z.string()),
  rep: repSchema,
  /** Simulated model or synthetic tasks: which of the two made this row not a measurement. */
  simulated: z.array(z.enum(["model", "tasks"])),
  /** The row was not measured here: outputs that somebody else's program made were taken in and graded. Names whose. */
  imported: z.string().optional(),
  state: z.enum(["graded", "ungraded", "errored"]),
  exit: exitSchema.optional(),
  trajectory: hashSchema.nullable().optional(),
  turns: z.number().int().optional(),
  formatErrors: z.number().int().optional(),
  usage: usageSchema.optional(),
  /** Hash of the submission as it was scored (after recalculation, where that is on). */
  submission: hashSchema.optional(),
  /** Hash of scorers, revisions, toolchain, task and truth: equal as long as no score of this row needs to be made again. */
  scoring: hashSchema.optional(),
  outcomes: z.array(z.object({ key: hashSchema, outcome: outcomeSchema })),
  error: z.object({ class: z.string(), message: z.string() }).optional(),
  volatile: volatileSchema.optional(),
});
export type LedgerEpisode = z.infer<typeof ledgerEpisodeSchema>;
