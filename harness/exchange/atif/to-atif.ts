import type { LedgerAnalysis } from "../../core/ledger-rows.ts";
import type { LedgerEpisode, Step, TrajectoryRecord, Usage } from "../../core/record.ts";
import type { AtifStep, AtifTrajectory } from "./atif-schema.ts";

export interface AtifContext {
  readonly experiment: string;
  /** Of the program that exports. */
  readonly version: string;
  /** Where a picture lies, relative to the trajectory's file. */
  readonly imagePath: (hash: string) => string;
}

/** An episode or analysis as an ATIF document: a system and a user step, then one agent step a turn. What ATIF has no field for stands under `extra`. */
export function toAtif(row: LedgerEpisode | LedgerAnalysis, trajectory: TrajectoryRecord, context: AtifContext): AtifTrajectory {
  const model = row.type === "episode" ? row.solver : row.author;
  const { usage } = row;
  const { costUsd, ms } = row.volatile ?? {};
  const steps: AtifStep[] = [
    { step_id: 1, source: "system", message: trajectory.system },
    { step_id: 2, source: "user", message: trajectory.user },
    ...trajectory.steps.map((step, i) => agentStep(step, i + 3, model, context)),
  ];
  const notes = notesOf(row);
  return {
    schema_version: "ATIF-v1.7",
    session_id: row.key,
    trajectory_id: row.key,
    agent: { name: trajectory.agent, version: context.version, model_name: model, extra: { harness: "trace2skill-bench" } },
    steps,
    ...(notes === "" ? {} : { notes }),
    final_metrics: {
      ...(usage === undefined
        ? {}
        : {
            total_prompt_tokens: usage.promptTokens,
            total_completion_tokens: usage.completionTokens,
            total_cached_tokens: usage.cachedTokens,
          }),
      ...(costUsd === undefined ? {} : { total_cost_usd: costUsd }),
      total_steps: steps.length,
      ...(ms === undefined && usage === undefined
        ? {}
        : {
            extra: {
              ...(usage === undefined ? {} : { reasoning_tokens: usage.reasoningTokens, calls: usage.calls }),
              ...(ms === undefined ? {} : { duration_ms: ms }),
            },
          }),
    },
    extra: { t2s: { experiment: context.experiment, ...factsOf(row) } },
  };
}

function agentStep(step: Step, id: number, model: string, { imagePath }: AtifContext): AtifStep {
  const { turn, reply, reasoning, action, observation, images = [], command, event, finishReason, usage } = step;
  const call = `call_${turn}`;
  const content =
    images.length === 0
      ? (observation ?? "")
      : [
          { type: "text" as const, text: observation ?? "" },
          ...images.map((hash) => ({ type: "image" as const, source: { media_type: "image/png" as const, path: imagePath(hash) } })),
        ];
  const isAnswer = action !== undefined && event === undefined;
  return {
    step_id: id,
    source: "agent",
    model_name: model,
    message: reply,
    ...(reasoning === undefined || reasoning === "" ? {} : { reasoning_content: reasoning }),
    ...(action === undefined ? {} : { tool_calls: [{ tool_call_id: call, function_name: action.tool, arguments: action.arguments }] }),
    ...(observation === undefined && images.length === 0
      ? {}
      : { observation: { results: [{ ...(isAnswer ? { source_call_id: call } : {}), content }] } }),
    ...metricsOf(usage),
    extra: {
      turn,
      finish_reason: finishReason,
      ...(event === undefined ? {} : { event }),
      ...(command === undefined ? {} : { exit_code: command.exitCode, timed_out: command.timedOut }),
    },
  };
}

/** Imported steps know no tokens: none is not 0. */
function metricsOf(usage: Usage): Pick<AtifStep, "metrics" | "llm_call_count"> {
  if (usage.calls === 0) return {};
  return {
    metrics: {
      prompt_tokens: usage.promptTokens,
      completion_tokens: usage.completionTokens,
      cached_tokens: usage.cachedTokens,
      extra: { reasoning_tokens: usage.reasoningTokens },
    },
    llm_call_count: usage.calls,
  };
}

function notesOf(row: LedgerEpisode | LedgerAnalysis): string {
  if (row.type === "analysis") return row.simulated ? "SIMULATED: made with a simulated model." : "";
  return [
    ...(row.simulated.length === 0 ? [] : [`SIMULATED: ${row.simulated.join(" and ")}; this is no measurement.`]),
    ...(row.imported === undefined ? [] : [`IMPORTED from the ${row.imported}: not made by this harness.`]),
  ].join(" ");
}

function factsOf(row: LedgerEpisode | LedgerAnalysis) {
  const json = <T>(value: T): T => JSON.parse(JSON.stringify(value)); // members that are absent are left out
  if (row.type === "analysis") {
    const { type, arm, seed, task, episode, source, analyst, state, reason, lessons, patch, simulated } = row;
    return json({ type, arm, evolution_seed: seed, task, episode, source, analyst, state, reason, lessons, patch, simulated });
  }
  const {
    type,
    arm,
    guidance,
    purpose,
    benchmark,
    split,
    task,
    cluster,
    taskType,
    flags,
    rep,
    state,
    exit,
    submission,
    simulated,
    imported,
  } = row;
  const outcomes = row.outcomes.map(({ outcome }) => outcome);
  const facts = {
    type,
    arm,
    guidance,
    purpose,
    benchmark,
    split,
    task,
    cluster,
    task_type: taskType,
    flags,
    rep,
    state,
    exit,
    outcomes,
    submission,
    simulated,
    imported,
  };
  return json(facts);
}
