import { resolve } from "node:path";
import { UsageError } from "../core/errors.ts";
import { openBudget } from "../engine/budget.ts";
import { createEngine } from "../engine/engine.ts";
import { localExecutor } from "../engine/executor.ts";
import { createStopOrder, type StopOrder, Stopped } from "../engine/stop.ts";
import { UnansweredCall } from "../evolve/consolidate/ask-author.ts";
import { type CollectedLogs, collectLogs } from "../exchange/logs/collect-logs.ts";
import { type OutcomesTable, readOutcomes } from "../exchange/logs/outcomes-table.ts";
import { loadModels } from "../experiment/config/load-experiment.ts";
import { estimateLogs } from "../experiment/evolution/estimate-logs.ts";
import { type LogLearning, type LogToStudy, learnFromLogs, openLogEvolution } from "../experiment/evolution/learn-from-logs.ts";
import { analysesLines, writeEvolved } from "../experiment/evolution/write-artifacts.ts";
import { harmlessJson, manyLines, oneLine } from "../report/plain-text.ts";
import { chooseSandbox } from "../sandbox/choose-sandbox.ts";
import { readSkill } from "../skill/read-skill.ts";
import { shareStore } from "../store/store.ts";
import { type CliContext, modelFolders } from "./context.ts";
import { defaultLogChars, type EvolvedFrom, originOf, outcomeRule, summaryOf } from "./evolve-origin.ts";
import { type EvolveOptions, type EvolvePlan, planEvolve } from "./evolve-plan.ts";
import { describeEstimate, describeEvolved, describeReading, tokensOf } from "./evolve-report.ts";
import { exitCodes } from "./exit-codes.ts";
import { chargedTo, openModels } from "./open-models.ts";
import { openParts, unitKinds } from "./open-parts.ts";
import { drainOnSignals } from "./run-one.ts";

/**
 * `t2s evolve`: a skill from logs that somebody brings along. Every call is a unit of the store, so running it again goes on where it stopped and pays for nothing twice. Returns
 * 1 when it was stopped or a call was not answered.
 */
export async function evolveCommand(options: EvolveOptions, context: CliContext): Promise<number> {
  const plan = await planEvolve(options, context);
  const start = await readSkill(plan.start);
  const models = await loadModels([options.author], undefined, modelFolders(context, options.modelDir));
  if (options.maxCost !== undefined && models.get(options.author)?.prices === undefined)
    throw new UsageError(
      `--max-cost cannot be kept for model ${options.author}, which has no prices; add prices to its file, or use --max-calls`,
    );
  const table =
    options.outcomes === undefined
      ? undefined
      : await readOutcomes(resolve(context.cwd, options.outcomes), options.outcomes, options.passAt);
  const stop = createStopOrder();
  const say = (line: string): void => context.err(`${oneLine(line)}\n`);
  const interrupts = drainOnSignals(stop, say);
  try {
    const read = await readLogs(plan, options, table, stop, say);
    return await evolve({ plan, options, context, start, read, stop, say, models });
  } catch (error) {
    if (!(error instanceof Stopped) && !(error instanceof UnansweredCall)) throw error;
    say(`t2s: ${error.message}; run the same command again to go on, what is there costs nothing`);
    return exitCodes.incomplete;
  } finally {
    interrupts[Symbol.dispose]();
  }
}

async function readLogs(
  plan: EvolvePlan,
  options: EvolveOptions,
  outcomes: OutcomesTable | undefined,
  stop: StopOrder,
  say: (line: string) => void,
): Promise<CollectedLogs> {
  const read = await collectLogs(plan.trajectories, {
    format: plan.format,
    passAt: options.passAt,
    outcomes,
    logChars: options.logChars ?? defaultLogChars,
    check: () => stop.check(),
  });
  for (const line of describeReading({ ...read, outcomes: outcomeRule(plan, options) }, read.unmatched)) say(line);
  if (read.runs.length === 0)
    throw new UsageError(
      `${options.trajectories} holds no log that can be read; expected ATIF, chat messages, Claude Code sessions or trajectories of this program`,
    );
  return read;
}

/** Which analyst gets a run: nobody guesses how one ended, unless the user says so. */
function toStudy({ runs }: CollectedLogs, { unknown, settings }: EvolvePlan, { trajectories }: EvolveOptions): LogToStudy[] {
  const assumed = unknown === "skip" ? undefined : unknown;
  const logs = runs.map(({ episode, task, outcome, log }): LogToStudy => {
    const source = outcome === "unknown" ? assumed : outcome === "passed" ? "success" : "error";
    return { episode, task, source, log };
  });
  const studied = logs.filter(({ source }) => source !== undefined && (settings.signals === "combined" || settings.signals === source));
  if (studied.length === 0)
    throw new UsageError(
      logs.every(({ source }) => source === undefined)
        ? `nobody knows how any run in ${trajectories} ended; name outcomes with --outcomes FILE.csv (columns file,outcome), or say what to assume with --unknown error or --unknown success`
        : `no run in ${trajectories} ended as --signals ${settings.signals} asks for; use --signals combined`,
    );
  return logs;
}

interface Evolving extends EvolvedFrom {
  readonly stop: StopOrder;
  readonly say: (line: string) => void;
  readonly models: Awaited<ReturnType<typeof loadModels>>;
}

async function evolve({ plan, options, context, start, read, stop, say, models }: Evolving): Promise<number> {
  const logs = toStudy(read, plan, options);
  const budget = openBudget({ maxCalls: options.maxCalls, maxCostUsd: options.maxCost }, stop);
  await using opened = await openModels(models, context, chargedTo(budget));
  // Reading logs runs no command.
  const { sandbox } = await chooseSandbox({ kind: "none", hidden: [], unsandboxed: true });
  const parts = openParts(context, { resultsDir: plan.results, sandbox, models: opened.models });
  await using _store = await shareStore(parts.store);
  let retries = 0;
  const engine = createEngine({
    store: parts.store,
    executor: localExecutor(unitKinds(parts, 1)),
    stop,
    retryErrors: options.retryErrors,
    onEvent(event) {
      if (event.type === "retrying" && ++retries > 5) return;
      if (event.type === "retrying" || event.type === "given-up") say(`${event.type} a call after ${event.class}: ${event.message}`);
    },
  });
  let studied = 0;
  const learning: LogLearning = {
    name: "own-trajectories",
    parts,
    engine,
    settings: plan.settings,
    seed: options.seed,
    start,
    logs,
    refreeze: false,
    note(row) {
      if (row.type === "analysis" && ++studied % 25 === 0) say(`${studied} runs studied, ${budget.spent.calls} calls`);
    },
  };
  const estimate = await estimateLogs(learning);
  const price = models.get(options.author)?.prices?.prompt;
  if (options.dryRun === true) {
    if (options.json === true)
      context.out(`${JSON.stringify({ format: "t2s-evolve-estimate", v: 1, ...estimate, promptTokens: tokensOf(estimate.chars) })}\n`);
    else
      context.out(
        describeEstimate(estimate, price)
          .map((line) => `${line}\n`)
          .join(""),
      );
    return exitCodes.ok;
  }
  refuseBeyond(options, estimate, price);
  const evolution = openLogEvolution(learning);
  const evolved = await learnFromLogs(learning, evolution);
  const author = opened.models.get(options.author);
  const origin = originOf({ plan, options, context, start, read }, evolved, evolution.tally.usage, author);
  await writeEvolved(plan.out, evolved, [
    { path: "analyses.jsonl", bytes: analysesLines(evolved.proposals.map(({ study }) => study)) },
    { path: "origin.json", bytes: `${harmlessJson(origin)}\n` },
  ]);
  const summary = summaryOf(plan, evolved, origin);
  if (options.json === true) {
    const { logs: files, leftOut, redacted } = origin;
    const counts = { files: files.length, runs: read.runs.length, leftOut, redacted };
    const { calls, tokens, costUsd = null } = budget.spent;
    context.out(`${harmlessLine({ format: "t2s-evolve", v: 1, ...summary, ...counts, calls, tokens, costUsd })}\n`);
  } else
    context.out(
      manyLines(
        describeEvolved(summary)
          .map((line) => `${line}\n`)
          .join(""),
      ),
    );
  return exitCodes.ok;
}

/** A ceiling that the analyses alone would exceed is refused before anything is spent. */
function refuseBeyond(
  { maxCalls, maxCost }: EvolveOptions,
  { analyses, chars }: Awaited<ReturnType<typeof estimateLogs>>,
  price: number | undefined,
): void {
  if (maxCalls !== undefined && analyses.missing > maxCalls)
    throw new UsageError(`${analyses.missing} analyses are missing, above --max-calls ${maxCalls}; raise it, or bring fewer logs`);
  const cost = (tokensOf(chars) * (price ?? 0)) / 1e6;
  if (maxCost !== undefined && cost > maxCost)
    throw new UsageError(
      `the missing analyses send about $${cost.toFixed(2)}, above --max-cost ${maxCost}; raise it, bring fewer logs, or show less of each with --log-chars`,
    );
}

/** One line of JSON that nothing obeys: strings hold no raw line break, so all there are stand between members. */
const harmlessLine = (value: unknown): string => harmlessJson(value).replace(/\n */g, "");
