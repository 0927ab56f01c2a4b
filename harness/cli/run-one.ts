import { cpus } from "node:os";
import { join } from "node:path";
import type { ExperimentSpec, ModelSpec } from "../core/spec.ts";
import { queuedAtMost } from "../dispatch/run-record.ts";
import type { Budget } from "../engine/budget.ts";
import { createEngine } from "../engine/engine.ts";
import type { UnitKinds } from "../engine/executor.ts";
import type { Shard } from "../engine/shard.ts";
import type { StopOrder } from "../engine/stop.ts";
import type { LoadedExperiment } from "../experiment/config/load-experiment.ts";
import { estimateExperiment } from "../experiment/estimate.ts";
import { estimateLearning } from "../experiment/evolution/estimate-learning.ts";
import type { Parts } from "../experiment/parts.ts";
import type { Resolved } from "../experiment/resolve-experiment.ts";
import { experimentDir, type RunSummary, runExperiment } from "../experiment/run-experiment.ts";
import type { PaperDesign } from "../report/paper/paper-design.ts";
import { concludeRun } from "./conclude-run.ts";
import type { CliContext } from "./context.ts";
import { designTables } from "./design-tables.ts";
import { exitCodes } from "./exit-codes.ts";
import { type ExecutorOptions, openExecutor } from "./open-executor.ts";
import { unitKinds } from "./open-parts.ts";
import { type OpenRun, withOpenRun } from "./open-run.ts";
import { showProgress } from "./progress.ts";
import { refuseBeyondBudget } from "./refuse-beyond-budget.ts";
import { renderEstimate } from "./render-estimate.ts";

export interface RunCommandOptions extends ExecutorOptions {
  readonly set: readonly string[];
  readonly limit?: number;
  readonly tasks?: string;
  readonly results?: string;
  readonly dryRun?: boolean;
  readonly retryErrors?: boolean;
  readonly acceptDrift?: boolean;
  readonly unsandboxed?: boolean;
  readonly refreeze?: boolean;
  readonly concurrency?: number;
  /** Do only this part of the work; what it makes of an experiment stands in a folder of its own. */
  readonly shard?: Shard;
  readonly json?: boolean;
}

/** Folder of an experiment, or of a part of it: parts of one results folder do not write into each other's. */
function partDir(parts: Parts, name: string, shard: Shard | undefined): string {
  const dir = experimentDir(parts, name);
  return shard === undefined ? dir : join(dir, "shards", `${shard.index}-of-${shard.of}`);
}

/** How one experiment ended. `summary` is absent after a dry run. */
export interface RanOne {
  readonly code: number;
  readonly summary?: RunSummary;
}

/** Runs one loaded experiment; `report` is called when its ledger is as complete as it gets; a part of one has no tables. With `dryRun` it is estimated instead. */
export async function runOne(
  loaded: LoadedExperiment,
  options: RunCommandOptions,
  context: CliContext,
  report: (run: OpenRun, summary: RunSummary) => Promise<void>,
): Promise<RanOne> {
  return await withOpenRun(select(loaded.spec, options), loaded, options, context, async (run) => {
    const { spec, specs, parts, resolved, stop, budget, paper } = run;
    for (const { benchmark, split, subset } of resolved.benchmarks) {
      if (subset !== undefined) context.err(`note: ${subset}\n`);
      const coverage = await benchmark.coverage?.(split.id, { dataDir: parts.dataDir(benchmark.id) });
      if (coverage?.note !== undefined) context.err(`note: ${coverage.note}\n`);
    }
    if (options.dryRun === true) {
      context.out(
        renderEstimate(resolved, await estimateExperiment(resolved, parts), await estimateLearning(resolved, parts), spec.budget),
      );
      return { code: exitCodes.ok };
    }
    await refuseBeyondBudget(resolved, parts, spec);
    const wanted = options.concurrency ?? spec.concurrency;
    const width =
      options.executor === undefined ? (wanted ?? defaultConcurrency(specs)) : Math.min(wanted ?? dispatchedAtOnce, queuedAtMost);
    const summary = await fill({ resolved, parts, stop, width, budget, kinds: unitKinds(parts, width), paper, options, context });
    if (options.shard === undefined) await report(run, summary);
    return { code: concludeRun(summary, partDir(parts, spec.name, options.shard), spec.name, options, context), summary };
  });
}

/** Episodes handed out at once where workers run them: enough for a few hundred machines, few enough to be kept in memory. */
const dispatchedAtOnce = 4096;

/** Kinds that call no model: they still run while a run drains. Any other kind is held to cost something. */
const freeKinds: ReadonlySet<string> = new Set(["oracle", "nop", "recalculate", "score"]);

interface Filling {
  readonly resolved: Resolved;
  readonly parts: Parts;
  readonly stop: StopOrder;
  readonly width: number;
  readonly budget: Budget;
  readonly kinds: UnitKinds;
  readonly paper: PaperDesign | undefined;
  readonly options: RunCommandOptions;
  readonly context: CliContext;
}

async function fill({ resolved, parts, stop, width, budget, kinds, paper, options, context }: Filling): Promise<RunSummary> {
  const progress = showProgress(
    { write: context.err, isTerminal: context.terminal.isTerminal, columns: context.terminal.columns },
    () => budget.spent,
  );
  await using executor = await openExecutor(
    resolved.spec.name,
    { parts, kinds, width, stop, budget, say: progress.note },
    options,
    context,
  );
  const interrupts = drainOnSignals(stop, progress.note);
  try {
    const engine = createEngine({
      store: parts.store,
      executor,
      stop,
      spends: (kind) => !freeKinds.has(kind),
      shard: options.shard,
      retryErrors: options.retryErrors,
      onEvent: progress.onEngine,
    });
    return await runExperiment(resolved, parts, {
      engine,
      stop,
      width,
      acceptDrift: options.acceptDrift,
      design: (plan) => designTables(plan, paper),
      dir: partDir(parts, resolved.spec.name, options.shard),
      refreeze: options.refreeze,
      onEvent: progress.onRun,
    });
  } finally {
    interrupts[Symbol.dispose]();
    progress.close();
  }
}

/** First signal: start nothing new and finish what is under way. Second: cut it off; nothing stored is lost either way. */
export function drainOnSignals(stop: StopOrder, say: (line: string) => void): Disposable {
  let times = 0;
  const onSignal = (name: NodeJS.Signals): void => {
    times += 1;
    if (times === 1) {
      stop.drain(`interrupted by ${name}`);
      say("finishing what is under way; press Ctrl-C again to cut it off (nothing finished is lost either way)");
    } else stop.abort(`interrupted by ${name}`);
  };
  process.on("SIGINT", onSignal);
  process.on("SIGTERM", onSignal);
  return {
    [Symbol.dispose]() {
      process.off("SIGINT", onSignal);
      process.off("SIGTERM", onSignal);
    },
  };
}

/** --limit and --tasks narrow every benchmark of the config; --limit also what skills are learned from. */
export function select(spec: ExperimentSpec, options: Pick<RunCommandOptions, "limit" | "tasks">): ExperimentSpec {
  const tasks = options.tasks?.split(",").map((id) => id.trim());
  const benchmarks = spec.benchmarks.map((one) => ({ ...one, limit: options.limit ?? one.limit, tasks: tasks ?? one.tasks }));
  if (options.limit === undefined) return { ...spec, benchmarks };
  const evolution = { ...spec.evolution, limit: Math.min(options.limit, spec.evolution.limit ?? options.limit) };
  const arms = spec.arms.map((arm) => {
    const { guidance } = arm;
    if (!("limit" in guidance) || guidance.limit === undefined) return arm;
    return { ...arm, guidance: { ...guidance, limit: Math.min(guidance.limit, evolution.limit) } };
  });
  return { ...spec, benchmarks, evolution, arms };
}

const onlySimulated = (specs: ReadonlyMap<string, ModelSpec>): boolean =>
  [...specs.values()].every((spec) => spec.provider === "simulated");

/** As many episodes as the endpoints take calls at once; for the embedded simulated model, which computes here, a few per core. */
function defaultConcurrency(specs: ReadonlyMap<string, ModelSpec>): number {
  if (onlySimulated(specs)) return cpus().length * 4;
  const calls = [...specs.values()]
    .flatMap((spec) => spec.endpoints.map((endpoint) => endpoint.concurrency))
    .reduce((sum, n) => sum + n, 0);
  return Math.min(Math.max(calls, 1), 128);
}
