/** What people write: model files and experiment files. Unknown keys are refused; every default is visible here. */
import { z } from "zod";
import { evolutionSpecSchema, learnedGuidanceSchemas } from "./evolution-spec.ts";
import { programShape } from "./program-spec.ts";
import { samplingSchema } from "./record.ts";
import { factorialSpecSchema, sweepSpecSchema, sweptSchema } from "./sweep-spec.ts";
import { experimentPaperSchema } from "./table-spec.ts";

const name = z.string().regex(/^[A-Za-z0-9][A-Za-z0-9._-]{0,79}$/, "expected letters, digits, dot, dash or underscore (at most 80)");

const splitName = z
  .string()
  .regex(/^[A-Za-z0-9][A-Za-z0-9._/-]{0,79}$/, "expected a split such as verified/test (letters, digits, dot, slash, dash, underscore)");

// ---- configs/models/<name>.yaml -------------------------------------------------------------------------------------

export const endpointSpecSchema = z.strictObject({
  /** Base URL ending before /chat/completions, e.g. http://localhost:8000/v1. May be ${ENV}. */
  base_url: z.string().min(1),
  /** May be ${ENV}; omit for servers without keys. */
  api_key: z.string().optional(),
  /** Calls under way at once; lowered by itself on 429 and raised again slowly. */
  concurrency: z.number().int().min(1).max(4096).default(16),
  rpm: z.number().positive().optional(),
  tpm: z.number().positive().optional(),
  headers: z.record(z.string(), z.string()).optional(),
});
export type EndpointSpec = z.infer<typeof endpointSpecSchema>;

export const modelSpecSchema = z
  .strictObject({
    /** Identity used in keys and tables. */
    name,
    /** Name sent to the server; default: `name`. */
    served_name: z.string().optional(),
    provider: z.enum(["openai-compatible", "simulated"]).default("openai-compatible"),
    /** Anything that tells two sets of weights apart (commit, quantisation); part of keys. */
    revision: z.string().optional(),
    chat_template: z.string().optional(),
    /** `simulated` only: persona file name without .yaml under configs/personas. */
    persona: name.optional(),
    /** Replicas of one model; calls go to the least loaded. */
    endpoints: z.array(endpointSpecSchema).default([]),
    context_tokens: z.number().int().positive().optional(),
    vision: z.boolean().default(false),
    /** Which API field carries a token limit. */
    max_tokens_field: z.enum(["max_tokens", "max_completion_tokens"]).default("max_tokens"),
    send_seed: z.boolean().default(true),
    timeout_s: z.number().positive().default(600),
    /** Attempts of one call in all, first included. */
    max_attempts: z.number().int().min(1).max(20).default(6),
    /** USD per million tokens. Without prices, cost is shown as unknown, never as 0. */
    prices: z
      .strictObject({ prompt: z.number().nonnegative(), completion: z.number().nonnegative(), cached: z.number().nonnegative().optional() })
      .optional(),
    /** Named sampling settings; roles pick one by name. */
    sampling: z.record(name, samplingSchema).default({ default: {} }),
  })
  .superRefine((m, ctx) => {
    if (m.provider === "simulated" && m.persona === undefined)
      ctx.addIssue({ code: "custom", path: ["persona"], message: "a simulated model needs a persona" });
    if (m.provider === "openai-compatible" && m.endpoints.length === 0)
      ctx.addIssue({ code: "custom", path: ["endpoints"], message: "at least one endpoint with a base_url is needed" });
  });
export type ModelSpec = z.infer<typeof modelSpecSchema>;

// ---- configs/experiments/<name>.yaml --------------------------------------------------------------------------------

export const roles = [
  "rollout",
  "error-analyst",
  "success-analyst",
  "patch-writer",
  "merger",
  "translator",
  "drafter",
  "validator",
  "embedder",
] as const;
export type Role = (typeof roles)[number];

/** Which model plays a role, and with which of its named samplings. */
export const roleSpecSchema = z.strictObject({ model: name.optional(), sampling: z.union([name, samplingSchema]).default("default") });

export const guidanceSpecSchema = z.discriminatedUnion("kind", [
  z.strictObject({ kind: z.literal("none") }),
  /** A directory with SKILL.md, relative to the project's root or absolute. */
  z.strictObject({ kind: z.literal("skill"), path: z.string().min(1) }),
  ...learnedGuidanceSchemas,
]);
export type GuidanceSpec = z.infer<typeof guidanceSpecSchema>;

export const limitsSpecSchema = z.strictObject({
  max_turns: z.number().int().min(1).max(1000).default(100),
  command_timeout_s: z.number().positive().default(120),
  episode_minutes: z.number().positive().default(60),
  /** Prompt plus completion tokens of an episode. */
  max_tokens: z.number().int().positive().optional(),
  memory_mb: z.number().int().min(256).default(2048),
  disk_mb: z.number().int().min(16).default(512),
  processes: z.number().int().min(16).default(128),
  cpu_seconds: z.number().int().min(1).default(600),
  output_kb: z.number().int().min(16).default(1024),
});
export type LimitsSpec = z.infer<typeof limitsSpecSchema>;

const withoutDefault = <S extends z.ZodType>(field: z.ZodDefault<S>): z.ZodOptional<S> => field.unwrap().optional();
const limitFields = limitsSpecSchema.shape;
/** Single limits of one arm; the others are the experiment's. */
const armLimitsSchema = z.strictObject({
  max_turns: withoutDefault(limitFields.max_turns),
  command_timeout_s: withoutDefault(limitFields.command_timeout_s),
  episode_minutes: withoutDefault(limitFields.episode_minutes),
  max_tokens: limitFields.max_tokens,
  memory_mb: withoutDefault(limitFields.memory_mb),
  disk_mb: withoutDefault(limitFields.disk_mb),
  processes: withoutDefault(limitFields.processes),
  cpu_seconds: withoutDefault(limitFields.cpu_seconds),
  output_kb: withoutDefault(limitFields.output_kb),
});

/** Switches of the ReAct loop that change prompt, format or score. `preset: as-released` sets all of them as the public release behaves; single keys override it. */
export const reactSpecSchema = z.strictObject({
  kind: z.literal("react"),
  preset: z.enum(["mended", "as-released"]).default("mended"),
  protocol: z.enum(["text", "tools"]).default("text"),
  /** `bash` (default): a shell in a sandbox. `none`: no sandbox; the first reply is the answer, unless there is `view`. Tasks that end in files need bash. */
  tools: z.enum(["bash", "none"]).optional(),
  /** A tool that crops and enlarges the task's pictures. Default: false. */
  view: z.boolean().optional(),
  /** Pictures are sent with no side longer than this many pixels; `view` still crops the originals. Default: sent as they are. */
  image_max_side: z.number().int().min(64).max(16_384).optional(),
  /** `explicit`: only the completion signal ends an episode. `any-reply-without-action`: as released. */
  completion: z.enum(["explicit", "any-reply-without-action"]).optional(),
  /** Retry unreadable JSON with ' replaced by ", as released. */
  quote_swap: z.boolean().optional(),
  /** Format errors use up turns, as released. */
  format_errors_burn_turns: z.boolean().optional(),
  /** Characters of an observation shown to the model; longer ones lose their middle. */
  observation_chars: z.number().int().min(500).optional(),
  max_format_errors: z.number().int().min(1).optional(),
});
/** Any program as the agent, inside the sandbox: its task at /task/task.json, the skill at /skill, the model by a socket of its own. `kind` may be left out. */
export const commandSpecSchema = z.strictObject({
  kind: z.literal("command"),
  ...programShape,
  env: programShape.env.default({}),
  /** `arm`: calls are made with the arm's sampling, whatever the program asks for. `program`: what it sets counts; max_tokens is at most the arm's. */
  sampling: z.enum(["arm", "program"]).default("arm"),
  /** `exact`: a call for a model of another name is refused. `any`: it gets the arm's model. */
  model_names: z.enum(["exact", "any"]).default("exact"),
});
const namedAgentSchema = z.discriminatedUnion("kind", [
  reactSpecSchema,
  commandSpecSchema,
  z.strictObject({ kind: z.literal("oracle") }),
  z.strictObject({ kind: z.literal("nop") }),
]);
/** An agent with a command needs no kind to be told from the others. */
export const agentSpecSchema = z.preprocess(
  (value) =>
    typeof value === "object" && value !== null && "command" in value && !("kind" in value) ? { kind: "command", ...value } : value,
  namedAgentSchema,
);
export type AgentSpec = z.infer<typeof agentSpecSchema>;
export type ReactSpec = z.infer<typeof reactSpecSchema>;
export type CommandSpec = z.infer<typeof commandSpecSchema>;
/** Agents that are measured with a model. */
export type ModelAgentSpec = ReactSpec | CommandSpec;
export const usesModel = (agent: AgentSpec): agent is ModelAgentSpec => agent.kind === "react" || agent.kind === "command";

export const armSpecSchema = z.strictObject({
  name,
  label: z.string().optional(),
  guidance: guidanceSpecSchema.default({ kind: "none" }),
  agent: agentSpecSchema.optional(),
  /** Models this arm is measured with; default: the experiment's `solvers`. Ignored by oracle and nop. */
  solvers: z.array(name).optional(),
  /** What this arm is measured with instead of the experiment's `limits` and `roles.rollout.sampling`; what it learns from keeps those. */
  limits: armLimitsSchema.optional(),
  sampling: z.union([name, samplingSchema]).optional(),
  swept: sweptSchema.optional(),
});
export type ArmSpec = z.infer<typeof armSpecSchema>;

const percentagePoints = z
  .string()
  .regex(/^\d{1,2}(\.\d{1,2})? ?pp$/, 'expected percentage points such as "5pp"')
  .refine((text) => Number.parseFloat(text) > 0, "expected more than 0pp");

export const subsetSpecSchema = z.union(
  [
    z.strictObject({ size: z.number().int().positive(), seed: z.number().int().default(0) }),
    z.strictObject({
      detectable: percentagePoints,
      seed: z.number().int().default(0),
      /** An experiment in the results folder whose episodes show how far paired differences spread; without one the most they can spread between two independent arms is assumed. */
      pilot: name.optional(),
    }),
  ],
  "expected { size: 200 } or { detectable: 5pp }, with a seed (default 0) if another part is wanted",
);
export type SubsetSpec = z.infer<typeof subsetSpecSchema>;

export const benchmarkSpecSchema = z.strictObject({
  id: name,
  split: splitName,
  form: name.optional(),
  /** Primary scorer; all of the benchmark's scorers are stored anyway. */
  scorer: name.optional(),
  scorers: z.array(name).optional(),
  /** Recalculate submitted workbooks before scoring (never golds). */
  recalculate: z.enum(["none", "libreoffice"]).default("none"),
  limit: z.number().int().positive().optional(),
  tasks: z.array(z.string()).optional(),
  /** A seeded part of the split. `size`: so many tasks. `detectable`: as many as it takes to find a difference of so many percentage points ("5pp"). Applies before `limit`. */
  subset: subsetSpecSchema.optional(),
  /** Rollouts of one task under one seed, where this benchmark has other ones than the experiment. */
  attempts: z.number().int().min(1).max(1024).optional(),
});
export type BenchmarkSpec = z.infer<typeof benchmarkSpecSchema>;

export const budgetSpecSchema = z.strictObject({
  max_cost_usd: z.number().positive().optional(),
  max_calls: z.number().int().positive().optional(),
  max_tokens: z.number().int().positive().optional(),
});

export const experimentSpecSchema = z.strictObject({
  name,
  title: z.string().optional(),
  benchmarks: z.array(benchmarkSpecSchema).min(1),
  arms: z.array(armSpecSchema).min(1),
  /** Models that are measured (the paper's Skill User). */
  solvers: z.array(name).default([]),
  /** `rollout.sampling` names the sampling of every solver; the other roles belong to authors, whose evolution may override them. */
  roles: z.partialRecord(z.enum(roles), roleSpecSchema).default({}),
  agent: agentSpecSchema.default({ kind: "react", preset: "mended", protocol: "text" }),
  limits: limitsSpecSchema.prefault({}),
  seeds: z
    .strictObject({
      rollout: z.array(z.number().int()).min(1).default([41, 42, 43]),
      evolution: z.array(z.number().int()).min(1).default([41, 42, 43]),
    })
    .prefault({}),
  /** Rollouts of one task under one seed (avg@k, pass@k). */
  attempts: z.number().int().min(1).max(1024).default(1),
  /** Numbers of attempts, each below `attempts`, for which pass@k is estimated beside pass@`attempts` ([1, 2, 4]). */
  pass_at: z.array(z.number().int().min(1).max(1024)).default([]),
  /** Independent repeats of everything, for noise floors. */
  replicas: z.number().int().min(1).max(64).default(1),
  /** What every learned guidance starts from; arms override single fields. */
  evolution: evolutionSpecSchema.default({}),
  /** A published table whose numbers are shown beside this experiment's. */
  paper: experimentPaperSchema.optional(),
  /** Arms made of one arm and lists of values for its settings. */
  sweep: sweepSpecSchema.optional(),
  /** Arms made of one learned arm and models for its stages, for the effect of every stage and pair of stages. */
  factorial: factorialSpecSchema.optional(),
  baseline: name.optional(),
  /** Declared comparisons [arm, arm]; Holm correction is over these. Default: every arm against the baseline. */
  contrasts: z.array(z.tuple([name, name])).optional(),
  /** Differences up to this do not matter ("2pp"): declared comparisons are also tested for equivalence. */
  margin: percentagePoints.optional(),
  sandbox: z.enum(["auto", "bubblewrap", "docker", "none"]).default("auto"),
  budget: budgetSpecSchema.default({}),
  /** Episodes under way at once (each holds a sandbox). */
  concurrency: z.number().int().min(1).max(4096).optional(),
});
export type ExperimentSpec = z.infer<typeof experimentSpecSchema>;
