import { cpus } from "node:os";
import { join, resolve } from "node:path";
import type { ExperimentSpec, ModelSpec } from "../core/spec.ts";
import type { Budget } from "../engine/budget.ts";
import { childExecutor } from "../engine/child-executor.ts";
import { createEngine } from "../engine/engine.ts";
import { localExecutor, type UnitKinds } from "../engine/executor.ts";
import type { StopOrder } from "../engine/stop.ts";
import { type LoadedExperiment, loadExperiment } from "../experiment/config/load-experiment.ts";
import { loadSuite } from "../experiment/config/load-suite.ts";
import { estimateExperiment } from "../experiment/estimate.ts";
import { estimateLearning } from "../experiment/evolution/estimate-learning.ts";
import type { Parts } from "../experiment/parts.ts";
import type { Resolved } from "../experiment/resolve-experiment.ts";
import { experimentDir, type RunSummary, runExperiment } from "../experiment/run-experiment.ts";
import type { PaperDesign } from "../report/paper/paper-design.ts";
import type { CliContext } from "./context.ts";
import { designTables } from "./design-tables.ts";
import { exitCodes } from "./exit-codes.ts";
import { unitKinds } from "./open-parts.ts";
import { type OpenRun, withOpenRun } from "./open-run.ts";
import { showProgress } from "./progress.ts";
import { refuseBeyondBudget } from "./refuse-beyond-budget.ts";
import { renderEstimate } from "./render-estimate.ts";
import { printReport } from "./report-command.ts";
import { suiteCommand } from "./suite-command.ts";

export interface RunCommandOptions {
  readonly set: readonly string[];
  readonly limit?: number;
  readonly tasks?: string;
  readonly results?: string;
  readonly modelDir?: string;
  readonly dryRun?: boolean;
  readonly retryErrors?: boolean;
  readonly acceptDrift?: boolean;
  readonly unsandboxed?: boolean;
  readonly refreeze?: boolean;
  readonly concurrency?: number;
  readonly childProcesses?: number;
  readonly json?: boolean;
}

/** `t2s run CONFIG`: fills what is missing, then prints the tables; CONFIG may also be a suite of experiments. Returns the exit code; throws what should be told and end the program. */
export async function runCommand(config: string, options: RunCommandOptions, context: CliContext): Promise<number> {
  const suite = await loadSuite(config, { set: options.set });
  if (suite !== undefined) return await suiteCommand(suite, options, context);
  const loaded = await loadExperiment(config, { set: [...options.set] });
  const shown = options.json === true ? { ...context, out: context.err } : context;
  const { code } = await runOne(loaded, options, context, async (run, summary) => {
    if (summary.reused + summary.made + summary.errored > 0) await printReport(run.results, run.spec.name, {}, shown);
  });
  return code;
}

/** How one experiment ended. `summary` is absent after a dry run. */
export interface RanOne {
  readonly code: number;
  readonly summary?: RunSummary;
}

/** Runs one loaded experiment; `report` is called when its ledger is as complete as it gets. With `dryRun` it is estimated instead. */
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
    const width = options.concurrency ?? spec.concurrency ?? defaultConcurrency(specs);
    const summary = await fill({ resolved, parts, stop, width, budget, kinds: unitKinds(parts, width), paper, options, context });
    await report(run, summary);
    return { code: conclude(summary, resolved, parts, options, context), summary };
  });
}

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
  await using executor =
    options.childProcesses === undefined
      ? localExecutor(kinds)
      : childExecutor(unitCommandLine(parts, options, width, context), {
          workers: options.childProcesses,
          cwd: context.cwd,
          env: context.env,
          onSpend: budget.add,
        });
  const progress = showProgress(
    { write: context.err, isTerminal: context.terminal.isTerminal, columns: context.terminal.columns },
    () => budget.spent,
  );
  const interrupts = drainOnSignals(stop, progress.note);
  try {
    const engine = createEngine({
      store: parts.store,
      executor,
      stop,
      spends: (kind) => !freeKinds.has(kind),
      retryErrors: options.retryErrors,
      onEvent: progress.onEngine,
    });
    return await runExperiment(resolved, parts, {
      engine,
      stop,
      width,
      acceptDrift: options.acceptDrift,
      design: (plan) => designTables(plan, paper),
      refreeze: options.refreeze,
      onEvent: progress.onRun,
    });
  } finally {
    interrupts[Symbol.dispose]();
    progress.close();
  }
}

/** How a worker process is started: it learns the store and the names of the models; endpoints and secrets it resolves itself. */
function unitCommandLine(parts: Parts, options: RunCommandOptions, width: number, context: CliContext): [string, ...string[]] {
  const workers = options.childProcesses ?? 1;
  return [
    process.execPath,
    join(context.projectRoot, "harness/t2s.mjs"),
    "unit",
    "--results",
    parts.resultsDir,
    "--models",
    [...parts.models.keys()].join(","),
    ...(options.modelDir === undefined ? [] : ["--model-dir", resolve(context.cwd, options.modelDir)]),
    "--sandbox",
    parts.sandbox.id,
    "--slots",
    String(Math.ceil(width / workers)),
    ...(parts.sandbox.id === "none" ? ["--unsandboxed"] : []),
  ];
}

function conclude(summary: RunSummary, resolved: Resolved, parts: Parts, options: RunCommandOptions, context: CliContext): number {
  const dir = experimentDir(parts, resolved.spec.name);
  if (options.json === true) context.out(`${JSON.stringify({ v: 1, experiment: resolved.spec.name, dir, ...summary })}\n`);
  for (const { arm, why } of summary.unlearned) context.err(`t2s: arm ${arm} is not learned and not in the tables: ${why}\n`);
  if (summary.dropped > 0)
    context.err(
      `note: ${summary.dropped} rows of an earlier run under this name are not in this plan and left the ledger; running that plan again brings them back from the store without a model call\n`,
    );
  const left = summary.slots - summary.reused - summary.made;
  context.err(`${summary.made} episodes made, ${summary.reused} reused, ${summary.errored} errored; files are in ${dir}\n`);
  if (summary.stopped !== undefined)
    context.err(`t2s: stopped with ${left} episodes missing: ${summary.stopped}; run the same command again to go on\n`);
  else if (summary.errored > 0)
    context.err(`t2s: ${summary.errored} episodes could not be measured; \`t2s run … --retry-errors\` tries them again\n`);
  if (summary.stopped?.startsWith("interrupted") === true) return exitCodes.interrupted;
  return summary.stopped !== undefined || summary.errored > 0 || summary.unlearned.length > 0 ? exitCodes.incomplete : exitCodes.ok;
}

/** First signal: start nothing new and finish what is under way. Second: cut it off; nothing stored is lost either way. */
function drainOnSignals(stop: StopOrder, say: (line: string) => void): Disposable {
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
