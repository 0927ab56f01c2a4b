/**
 * The Agent Trajectory Interchange Format, version 1.7, as far as we write it. Fields, and that others are refused, as Harbor's RFC 0001 and its reference models have
 * them: steps are numbered from 1 without gaps, what a model did stands in agent steps only, and a result names a call of its own step.
 */
import { z } from "zod";
import { jsonSchema } from "../../core/record.ts";

const extra = z.record(z.string(), jsonSchema).optional();
const contentPartSchema = z.discriminatedUnion("type", [
  z.strictObject({ type: z.literal("text"), text: z.string() }),
  /** `path` is relative to the trajectory's file. */
  z.strictObject({ type: z.literal("image"), source: z.strictObject({ media_type: z.literal("image/png"), path: z.string() }) }),
]);

const stepSchema = z
  .strictObject({
    step_id: z.number().int().min(1),
    source: z.enum(["system", "user", "agent"]),
    model_name: z.string().optional(),
    message: z.string(),
    reasoning_content: z.string().optional(),
    tool_calls: z
      .array(z.strictObject({ tool_call_id: z.string(), function_name: z.string(), arguments: z.record(z.string(), jsonSchema) }))
      .optional(),
    observation: z
      .strictObject({
        results: z.array(
          z.strictObject({ source_call_id: z.string().optional(), content: z.union([z.string(), z.array(contentPartSchema)]) }),
        ),
      })
      .optional(),
    metrics: z
      .strictObject({
        prompt_tokens: z.number().int(),
        completion_tokens: z.number().int(),
        cached_tokens: z.number().int(),
        extra,
      })
      .optional(),
    llm_call_count: z.number().int().min(1).optional(),
    extra,
  })
  .refine(
    (step) =>
      step.source === "agent" ||
      [step.model_name, step.reasoning_content, step.tool_calls, step.metrics].every((field) => field === undefined),
    "only agent steps may name a model, reasoning, calls and metrics",
  )
  .refine((step) => {
    const calls = new Set(step.tool_calls?.map(({ tool_call_id }) => tool_call_id));
    return step.observation?.results.every(({ source_call_id }) => source_call_id === undefined || calls.has(source_call_id)) ?? true;
  }, "a result names a call that its step does not make");
export type AtifStep = z.infer<typeof stepSchema>;

export const atifSchema = z.strictObject({
  schema_version: z.literal("ATIF-v1.7"),
  session_id: z.string(),
  trajectory_id: z.string(),
  agent: z.strictObject({ name: z.string(), version: z.string(), model_name: z.string().optional(), extra }),
  steps: z
    .array(stepSchema)
    .min(1)
    .refine((steps) => steps.every((step, i) => step.step_id === i + 1), "step_id counts up from 1"),
  notes: z.string().optional(),
  final_metrics: z.strictObject({
    total_prompt_tokens: z.number().int().optional(),
    total_completion_tokens: z.number().int().optional(),
    total_cached_tokens: z.number().int().optional(),
    total_cost_usd: z.number().optional(),
    total_steps: z.number().int(),
    extra,
  }),
  extra,
});
export type AtifTrajectory = z.infer<typeof atifSchema>;
