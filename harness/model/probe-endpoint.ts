/** What `t2s doctor --model NAME` finds out: one look at /models and one tiny call per endpoint. */
import { z } from "zod";
import { ModelError, messageOf } from "../core/errors.ts";
import type { Sampling, Usage } from "../core/record.ts";
import type { ModelSpec } from "../core/spec.ts";
import { type CallFacts, classifyThrown } from "./classify-failure.ts";
import { createModel } from "./create-model.ts";
import { openClient } from "./open-client.ts";
import { redactor } from "./redact.ts";
import { type Environment, type ResolvedEndpoint, resolveEndpoints } from "./resolve-endpoints.ts";

/** `problem`: calls will fail. `warning`: they work, but something is worth knowing. `ok`: checked and fine. One sentence each. */
export interface Finding {
  readonly level: "ok" | "warning" | "problem";
  readonly text: string;
}

export interface EndpointProbe {
  readonly label: string;
  readonly ok: boolean;
  /** Names the server lists, undefined when it has no list. */
  readonly models?: readonly string[];
  readonly call?: {
    readonly ms: number;
    readonly text: string;
    readonly finishReason: string;
    readonly thinks: boolean;
    readonly usage: Usage;
    readonly servedModel?: string;
    readonly fingerprint?: string;
  };
  readonly findings: readonly Finding[];
}

export interface ModelProbe {
  readonly model: string;
  readonly ok: boolean;
  readonly endpoints: readonly EndpointProbe[];
}

export interface ProbeOptions {
  readonly simulatedUrl?: string;
  /** For each of the two requests (default 30 s). */
  readonly timeoutS?: number;
  readonly signal?: AbortSignal;
}

/** Never throws for what an endpoint does; throws UsageError when the model file itself cannot be used (unset variable, bad URL). */
export async function probeEndpoint(spec: ModelSpec, env: Environment, options: ProbeOptions = {}): Promise<ModelProbe> {
  const resolved = resolveEndpoints(spec, env, options.simulatedUrl);
  const probes = await Promise.all(resolved.map((endpoint, index) => probeOne(spec, env, endpoint, index, options)));
  return { model: spec.name, ok: probes.every((p) => p.ok), endpoints: probes };
}

const modelListSchema = z.object({
  data: z.array(
    z.object({ id: z.string(), max_model_len: z.number().optional().catch(undefined), owned_by: z.string().optional().catch(undefined) }),
  ),
});
type Listed = z.infer<typeof modelListSchema>["data"];

async function probeOne(
  spec: ModelSpec,
  env: Environment,
  endpoint: ResolvedEndpoint,
  index: number,
  options: ProbeOptions,
): Promise<EndpointProbe> {
  const timeoutS = options.timeoutS ?? 30;
  const findings: Finding[] = [];
  const listed = await listModels(spec, endpoint, timeoutS, options.signal);
  if (typeof listed === "string") {
    findings.push({ level: "warning", text: listed });
  } else findings.push(...aboutList(spec, listed));

  const own = spec.endpoints[index];
  const single: ModelSpec = { ...spec, endpoints: own === undefined ? [] : [own], timeout_s: timeoutS, max_attempts: 1 };
  const base = { label: endpoint.label, ...(typeof listed === "string" ? {} : { models: listed.map((m) => m.id) }) };
  // The simulated model answers the roles it plays and nothing else; that it lists its name is all there is to see.
  if (spec.provider === "simulated") {
    const ok = typeof listed !== "string";
    if (ok) findings.push({ level: "ok", text: `The simulated endpoint ${endpoint.label} is there.` });
    return { ...base, ok, findings };
  }
  try {
    const model = createModel(single, { env, ...(options.simulatedUrl === undefined ? {} : { simulatedUrl: options.simulatedUrl }) });
    const reply = await model.complete(
      { messages: [{ role: "user", content: "Answer with the single word: ready" }], seed: 1, sampling: tinySampling(spec) },
      options.signal,
    );
    const { call, usage, finishReason, text } = reply;
    const thinks = reply.reasoning !== undefined;
    findings.push({
      level: "ok",
      text: `The endpoint ${endpoint.label} answered as "${call.servedModel ?? spec.name}" in ${Math.round(call.ms)} ms.`,
    });
    if (usage.promptTokens === 0)
      findings.push({ level: "warning", text: "The server sends no token counts, so cost and token budgets of this model are unknown." });
    if (text === "" && !thinks && finishReason === "stop")
      findings.push({ level: "warning", text: "The reply was empty although nothing limited it; check the server's chat template." });
    return {
      ...base,
      ok: true,
      findings,
      call: {
        ms: call.ms,
        text,
        finishReason,
        thinks,
        usage,
        ...(call.servedModel === undefined ? {} : { servedModel: call.servedModel }),
        ...(call.fingerprint === undefined ? {} : { fingerprint: call.fingerprint }),
      },
    };
  } catch (error) {
    if (!(error instanceof ModelError)) throw error;
    findings.push({ level: "problem", text: messageOf(error) });
    if (/max_completion_tokens/.test(error.message) && spec.max_tokens_field === "max_tokens")
      findings.push({ level: "problem", text: `Model "${spec.name}" wants max_tokens_field: max_completion_tokens in its model file.` });
    return { ...base, ok: false, findings };
  }
}

/** The model's own sampling, so that fields the server refuses show up here, with a limit that keeps the call tiny. */
function tinySampling(spec: ModelSpec): Sampling {
  const own = spec.sampling.default ?? Object.values(spec.sampling)[0] ?? {};
  return { ...own, max_tokens: Math.min(own.max_tokens ?? 64, 64) };
}

/** The list, or one sentence on why there is none. */
async function listModels(
  spec: ModelSpec,
  endpoint: ResolvedEndpoint,
  timeoutS: number,
  signal: AbortSignal | undefined,
): Promise<Listed | string> {
  const client = openClient(endpoint, { timeoutMs: timeoutS * 1000, maxReplyBytes: 16 * 1024 * 1024 });
  try {
    const body: unknown = await client.get("/models", { ...(signal === undefined ? {} : { signal }) });
    const parsed = modelListSchema.safeParse(body);
    return parsed.success
      ? parsed.data.data
      : `The endpoint ${endpoint.label} has no readable list of models; its call below says whether it works.`;
  } catch (error) {
    const facts: CallFacts = {
      model: spec.name,
      servedName: "/models",
      endpoint: endpoint.label,
      timeoutS,
      maxTokens: undefined,
      wallNowMs: Date.now(),
    };
    return redactor(endpoint.secrets)(classifyThrown(error, facts).message);
  }
}

function aboutList(spec: ModelSpec, listed: Listed): readonly Finding[] {
  const served = spec.served_name ?? spec.name;
  const entry = listed.find((m) => m.id === served);
  if (entry === undefined) {
    const names = listed.slice(0, 8).map((m) => m.id);
    const some = listed.length > names.length ? `${names.join(", ")}, … (${listed.length} in all)` : names.join(", ");
    return [
      {
        level: "warning",
        text: `The server does not list "${served}" (it lists: ${some || "nothing"}); set served_name in the model file.`,
      },
    ];
  }
  const findings: Finding[] = [{ level: "ok", text: `The server lists "${served}".` }];
  const window = entry.max_model_len;
  if (window !== undefined && spec.context_tokens !== undefined && window !== spec.context_tokens)
    findings.push({
      level: "warning",
      text: `The server's context window is ${window} tokens, the model file says ${spec.context_tokens}; make them agree.`,
    });
  if (entry.owned_by === "library")
    findings.push({
      level: "warning",
      text: "Ollama cuts prompts beyond its context length without saying so; start it with OLLAMA_CONTEXT_LENGTH set to what the tasks need.",
    });
  return findings;
}
