import { resolve } from "node:path";
import { StoreError, UsageError } from "../core/errors.ts";
import { type Origin, originSchema } from "../core/origin.ts";
import { openBudget } from "../engine/budget.ts";
import { createEngine } from "../engine/engine.ts";
import { localExecutor } from "../engine/executor.ts";
import { createStopOrder, type StopOrder, Stopped } from "../engine/stop.ts";
import { UnansweredCall } from "../evolve/consolidate/ask-author.ts";
import { type CollectedLogs, collectLogs } from "../exchange/logs/collect-logs.ts";
import { type OutcomesTable, readOutcomes } from "../exchange/logs/outcomes-table.ts";
import { loadModels } from "../experiment/config/load-experiment.ts";
import { estimateLogs } from "../experiment/evolution/estimate-logs.ts";
import { appliedLeaves, type EvolvedStudies } from "../experiment/evolution/learn-evolved.ts";
import { type LogLearning, type LogToStudy, learnFromLogs, openLogEvolution } from "../experiment/evolution/learn-from-logs.ts";
import { analysesLines, writeEvolved } from "../experiment/evolution/write-artifacts.ts";
import type { ConfiguredModel } from "../experiment/parts.ts";
import { harmlessJson, manyLines, oneLine } from "../report/plain-text.ts";
import { chooseSandbox } from "../sandbox/choose-sandbox.ts";
import { readSkill, type Skill } from "../skill/read-skill.ts";
import { shareStore } from "../store/store.ts";
import { type CliContext, modelFolders } from "./context.ts";
import { type EvolveOptions, type EvolvePlan, planEvolve } from "./evolve-plan.ts";
import { describeEstimate, describeEvolved, describeReading, type EvolveSummary, tokensOf } from "./evolve-report.ts";
import { exitCodes } from "./exit-codes.ts";
import { openModels } from "./open-models.ts";
import { openParts, unitKinds } from "./open-parts.ts";
import { drainOnSignals } from "./run-one.ts";

const defaultLogChars = 120_000;

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

const outcomeRule = ({ unknown }: EvolvePlan, { outcomes, passAt }: EvolveOptions): Origin["outcomes"] => ({
  rule: `${outcomes === undefined ? "" : `${outcomes} first, then `}fields passed, resolved, solved, correct, success, outcome, verdict or label of the log, else score, reward or accuracy, which pass from ${passAt} on`,
  unknown,
});

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

interface Evolving {
  readonly plan: EvolvePlan;
  readonly options: EvolveOptions;
  readonly context: CliContext;
  readonly start: Skill;
  readonly read: CollectedLogs;
  readonly stop: StopOrder;
  readonly say: (line: string) => void;
  readonly models: Awaited<ReturnType<typeof loadModels>>;
}

async function evolve({ plan, options, context, start, read, stop, say, models }: Evolving): Promise<number> {
  const logs = toStudy(read, plan, options);
  const budget = openBudget({ maxCalls: options.maxCalls, maxCostUsd: options.maxCost }, stop);
  await using opened = await openModels(models, context, () => budget);
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
    context.out(
      `${JSON.stringify({ format: "t2s-evolve", v: 1, ...summary, ...counts, calls: budget.spent.calls, tokens: budget.spent.tokens, costUsd: budget.spent.costUsd ?? null })}\n`,
    );
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

function originOf(
  { plan, options, context, start, read }: Pick<Evolving, "plan" | "options" | "context" | "start" | "read">,
  { skill, consolidation }: EvolvedStudies,
  usage: Origin["usage"],
  author: ConfiguredModel | undefined,
): Origin {
  if (author === undefined) throw new StoreError(`model ${options.author} is not configured`);
  return originSchema.parse({
    v: 1,
    kind: "brought-along",
    notice:
      "Learned from logs by analysts that read each of them in one call. No fix was tried and none is certified, because there is no benchmark behind these logs; whether the skill helps has not been measured.",
    version: context.version,
    author: options.author,
    simulated: author.model.simulated,
    seed: options.seed,
    start: { skill: options.start, hash: start.hash },
    skill: skill.hash,
    state: consolidation.state,
    analysts: { kind: "single-call", certified: false, logChars: options.logChars ?? defaultLogChars },
    settings: JSON.parse(JSON.stringify(plan.settings)),
    outcomes: outcomeRule(plan, options),
    logs: read.logs,
    leftOut: read.leftOut,
    redacted: read.redacted,
    usage,
  } satisfies Origin);
}

function summaryOf(
  { out }: EvolvePlan,
  { skill, proposals, patches, consolidation }: EvolvedStudies,
  { simulated }: Origin,
): EvolveSummary {
  const main = skill.files.find(({ path }) => path === "SKILL.md");
  const { state, findings } = consolidation;
  return {
    out,
    state,
    ...(state === "refused" ? { note: findings.map(({ message }) => message).join(" ") } : {}),
    simulated,
    studied: proposals.filter(({ study }) => study.state !== "not-asked").length,
    accepted: proposals.filter(({ study }) => study.state === "accepted").length,
    patches: patches.length,
    editsProposed: patches.reduce((sum, patch) => sum + patch.edits.length, 0),
    editsApplied: appliedLeaves(patches, consolidation),
    lines: main === undefined ? 0 : new TextDecoder().decode(main.bytes).replace(/\n$/, "").split("\n").length,
    references: skill.files.filter(({ path }) => path.startsWith("references/") && path.endsWith(".md")).length,
  };
}
