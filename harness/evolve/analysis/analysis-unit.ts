import type { Agent, Benchmark, Blobs, Model, Sandbox } from "../../core/contract.ts";
import { UsageError } from "../../core/errors.ts";
import { type AnalysisResult, analysisResultSchema } from "../../core/evolution.ts";
import { canonicalJson, hashJson } from "../../core/json.ts";
import { type CallMeta, noUsage, type Step, type Task, type TrajectoryRecord } from "../../core/record.ts";
import { addUsage, factsOf, totalCost } from "../../core/spending.ts";
import { FailedAttempt, type UnitKind, type UnitOutput } from "../../engine/unit.ts";
import { readJsonBlob } from "../../store/blobs.ts";
import { type AnalysisCase, obstacle, readCase } from "./analysis-case.ts";
import {
  type AnalysisSpec,
  type AnalystRecord,
  analysisRev,
  analysisSpecSchema,
  analystRecordSchema,
  episodeRecordSchema,
} from "./analysis-record.ts";
import { openAnalystBox } from "./analyst-box.ts";
import { analystPrompts, analystReserve, messageSlots, sayFromPrompts } from "./analyst-message.ts";
import { certifyFix } from "./certify-fix.ts";
import { certifyRestart } from "./certify-restart.ts";
import { createReviewer } from "./review-report.ts";

export interface AnalysisDeps {
  readonly blobs: Blobs;
  readonly sandbox: Sandbox;
  readonly agents: Readonly<Record<string, Agent>>;
  readonly benchmarks: Readonly<Record<string, Benchmark>>;
  /** Resolves a model by name; the endpoint is this process's own business. */
  readonly model: (name: string) => Model;
  /** What keys say of that model here. */
  readonly identity: (name: string) => unknown;
  /** Waits for a free sandbox slot. An analysis holds its own box and, while a fix is certified, one more. */
  readonly slot: <T>(work: () => Promise<T>) => Promise<T>;
}

/** Unit kind `analysis`: one failed episode, analysed by an agent in a box of its own, and its fix certified in others. */
export function analysisKind(deps: AnalysisDeps): UnitKind<AnalysisSpec, AnalysisResult> {
  return {
    kind: "analysis",
    rev: analysisRev,
    spec: analysisSpecSchema,
    result: analysisResultSchema,
    run: (spec, signal) => deps.slot(() => analyse(deps, spec, signal)),
  };
}

/** What was spent so far, kept up to date so that a failed attempt still knows it. */
interface Spent {
  analyst: { calls: readonly CallMeta[]; trajectory?: TrajectoryRecord };
  readonly solver: { readonly calls: CallMeta[]; readonly steps: Step[] };
}

async function analyse(deps: AnalysisDeps, spec: AnalysisSpec, signal: AbortSignal): Promise<UnitOutput<AnalysisResult>> {
  signal.throwIfAborted();
  const { blobs } = deps;
  const analyst = analystRecordSchema.parse(await readJsonBlob(blobs, spec.analyst));
  const given = await readCase(episodeRecordSchema.parse(await readJsonBlob(blobs, spec.episode)), deps.benchmarks, blobs);
  await checkPlace(deps, analyst);
  const spent: Spent = { analyst: { calls: [] }, solver: { calls: [], steps: [] } };
  try {
    const problem = await obstacle(given, blobs, signal);
    const outcome: AnalysisResult["outcome"] =
      problem === undefined
        ? await work(deps, spec, analyst, given, spent, signal)
        : { state: "rejected", reason: "not-certifiable", note: problem, lessons: [] };
    return await finish(blobs, spec, outcome, spent);
  } catch (cause) {
    const { trajectory } = spent.analyst;
    // What was seen before the failure is kept: an errored analysis can still be looked into.
    const kept = trajectory === undefined ? undefined : await blobs.put(Buffer.from(canonicalJson(trajectory))).catch(() => undefined);
    throw new FailedAttempt(cause, { costUsd: totalCost([...spent.analyst.calls, ...spent.solver.calls]), trajectory: kept });
  }
}

/** A result is stored under what its key says; another toolchain or model would be kept under a false name. */
async function checkPlace(deps: AnalysisDeps, analyst: AnalystRecord): Promise<void> {
  if (deps.agents[analyst.agent.id]?.rev !== analyst.agent.rev)
    throw new TypeError(`agent ${analyst.agent.id} revision ${analyst.agent.rev} is not in this program`);
  if (hashJson(analyst.toolchain) !== hashJson(await deps.sandbox.manifest()))
    throw new UsageError(
      "this machine's sandbox has other tools than the plan was made for; plan and run on machines with equal toolchains (`t2s doctor`)",
    );
  if (hashJson(analyst.model) !== hashJson(deps.identity(analyst.model.name)))
    throw new UsageError(
      `model ${analyst.model.name} is configured differently here than where the plan was made (revision, chat template or persona)`,
    );
}

async function work(
  deps: AnalysisDeps,
  spec: AnalysisSpec,
  analyst: AnalystRecord,
  given: AnalysisCase,
  spent: Spent,
  signal: AbortSignal,
): Promise<AnalysisResult["outcome"]> {
  const { blobs, sandbox } = deps;
  const { kit, form, solver, skill, recalculate } = given;
  const agent = deps.agents[analyst.agent.id];
  if (kit === undefined || agent === undefined) throw new TypeError("an analysis was begun without kit or agent");
  const texts: Record<string, string> = {};
  for (const [name, hash] of Object.entries(analyst.prompts)) texts[name] = Buffer.from(await blobs.get(hash)).toString("utf8");
  const say = sayFromPrompts(texts);
  const { box: limits, runSeconds } = analyst;
  const fixPlace = { sandbox, blobs, limits, runSeconds, skill, harvest: solver.harvest, recalculate };
  const model = deps.model(analyst.model.name);
  await using box = await openAnalystBox(given, kit, { sandbox, blobs, limits }, signal);
  const reviewer = createReviewer({
    box,
    blobs,
    given,
    kit,
    analyst,
    say,
    certifyFix: (script) => certifyFix(script, given, fixPlace, signal),
    certifyRestart: (restart) =>
      certifyRestart(
        restart,
        given,
        {
          ...deps,
          seed: spec.seed,
          spend: (calls, steps) => {
            spent.solver.calls.push(...calls);
            spent.solver.steps.push(...steps);
          },
        },
        signal,
      ),
  });
  const task: Task = {
    id: spec.episode,
    cluster: spec.episode,
    form: "analysis",
    slots: messageSlots(given, kit, analyst, say),
    images: model.vision ? given.task.images : [],
    files: [],
    needs: ["shell"],
    flags: [],
    origin: {},
  };
  const run = await agent.run(
    {
      task,
      prompts: analystPrompts(texts, form),
      options: analyst.agent.options,
      harvest: [{ path: "report.json", maxBytes: 0 }],
      toolchain: analyst.toolchain,
      model,
      sampling: analyst.sampling,
      apiSeed: spec.seed,
      box,
      images: (hash) => blobs.get(hash),
      keepImage: (png) => blobs.put(png),
      signal,
      review: reviewer.review,
      reserve: analystReserve(analyst, form, say),
    },
    (trajectory, calls) => {
      spent.analyst = { trajectory, calls };
    },
  );
  if (run.exit === "context-overflow" && run.trajectory.steps.length === 0)
    return { state: "rejected", reason: "too-long", note: "the first message does not fit into the analyst's context", lessons: [] };
  // What an analyst that was cut off has left in its box counts as if it had signalled completion.
  if (run.exit !== "completed" && run.exit !== "completed-implicit" && run.exit !== "sandbox-killed") await reviewer.look();
  const outcome = reviewer.outcome();
  return outcome.state === "accepted" || run.exit === "completed" ? outcome : { ...outcome, note: `${outcome.note} (exit ${run.exit})` };
}

async function finish(
  blobs: Blobs,
  spec: AnalysisSpec,
  outcome: AnalysisResult["outcome"],
  spent: Spent,
): Promise<UnitOutput<AnalysisResult>> {
  const { trajectory } = spent.analyst;
  const calls = [...spent.analyst.calls, ...spent.solver.calls];
  const stored = trajectory === undefined ? null : await blobs.put(Buffer.from(canonicalJson(trajectory)));
  const fix = outcome.state === "accepted" && outcome.certified !== undefined ? [outcome.certified.fix] : [];
  return {
    result: {
      v: 1,
      outcome,
      trajectory: stored,
      turns: trajectory?.steps.at(-1)?.turn ?? 0,
      usage: [...(trajectory?.steps ?? []), ...spent.solver.steps].reduce((sum, step) => addUsage(sum, step.usage), noUsage),
    },
    blobs: [spec.analyst, spec.episode, ...(stored === null ? [] : [stored]), ...fix],
    calls: await blobs.put(Buffer.from(canonicalJson(calls))),
    ...factsOf(calls),
  };
}
