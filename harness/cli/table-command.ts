import { readdir } from "node:fs/promises";
import { join } from "node:path";
import { UsageError } from "../core/errors.ts";
import type { ExperimentSpec } from "../core/spec.ts";
import { loadExperiment } from "../experiment/config/load-experiment.ts";
import { loadPaperTable } from "../experiment/config/load-paper-table.ts";
import { estimateExperiment } from "../experiment/estimate.ts";
import { estimateLearning } from "../experiment/evolution/estimate-learning.ts";
import { experimentNames } from "../experiment/experiment-names.ts";
import { readLockFile } from "../experiment/lock-file.ts";
import { makeProtocolCard } from "../experiment/make-protocol-card.ts";
import { buildPaperTable } from "../report/paper/build-paper-table.ts";
import { paperSection } from "../report/paper/paper-section.ts";
import type { PaperTable } from "../report/paper/paper-table.ts";
import { renderPaperCsv, renderPaperJson } from "../report/paper/render-paper.ts";
import { renderLatex } from "../report/render-latex.ts";
import { renderSectionMarkdown } from "../report/render-markdown.ts";
import { renderSectionTerminal } from "../report/render-terminal.ts";
import { tableDesignSchema } from "../report/table-design.ts";
import { type CliContext, resultsDir } from "./context.ts";
import { describeError, exitCodes } from "./exit-codes.ts";
import { missingParts, quoted, runCommandFor } from "./missing-parts.ts";
import { withOpenRun } from "./open-run.ts";
import { readPaperResults } from "./paper-results.ts";
import { paperTableOf } from "./paper-table.ts";
import { renderEstimate } from "./render-estimate.ts";

export interface TableCommandOptions {
  readonly results?: string;
  readonly experiment: readonly string[];
  readonly format: string;
  readonly modelDir?: string;
  readonly acrossProtocols?: boolean;
}

const formats: readonly string[] = ["terminal", "markdown", "latex", "csv", "json"];

/**
 * `t2s table TABLE`: says what of a published table is not measured yet, with the command that measures it and what it is expected to cost, then shows the table with what
 * there is. Returns `incomplete` as long as something is missing.
 */
export async function tableCommand(name: string, options: TableCommandOptions, context: CliContext): Promise<number> {
  if (!formats.includes(options.format))
    throw new UsageError(`t2s table has no format "${options.format}"; choose one of ${formats.join(", ")}`);
  await loadPaperTable(name); // refuses, with the names there are, a table that is none
  const results = resultsDir(context, options.results);
  // Only the table itself goes to standard output where something else reads it.
  const say = options.format === "terminal" ? context.out : context.err;
  const names = await chooseExperiments(name, results, options, context);
  const { table, missing } =
    names.length === 0 ? await planned(name, options, say, context) : await measured(name, names, results, options, say, context);
  context.out(render(table, options.format, context));
  return missing ? exitCodes.incomplete : exitCodes.ok;
}

interface Found {
  readonly table: PaperTable;
  readonly missing: boolean;
}

/** The experiments of the results folder to show: those named, else the one real one, else the one simulated one. */
async function chooseExperiments(
  table: string,
  results: string,
  { experiment }: TableCommandOptions,
  context: CliContext,
): Promise<readonly string[]> {
  const beside: { name: string; simulated: boolean; episodes: number }[] = [];
  const stored = await experimentNames(results);
  for (const name of stored) {
    const lock = await readLockFile(join(results, name));
    const design = tableDesignSchema.safeParse(lock?.design);
    if (!design.success || design.data.paper?.table !== table) continue;
    const simulated = lock?.card.arms.some((arm) => arm.simulated) === true || lock?.card.benchmarks.some((b) => b.synthetic) === true;
    beside.push({ name, simulated, episodes: design.data.benchmarks.reduce((sum, b) => sum + b.tasks, 0) });
  }
  const [only] = experiment;
  if (only !== undefined) {
    const lacking = experiment.filter((name) => !stored.includes(name));
    if (lacking.length > 0 && experiment.length > 1)
      throw new UsageError(
        `${results} has no experiment ${lacking.join(", ")}; run it first, several are joined only when all of them have results`,
      );
    const foreign = experiment.filter((name) => stored.includes(name) && !beside.some((one) => one.name === name));
    if (foreign.length > 0)
      throw new UsageError(
        `${foreign.join(", ")} does not stand beside ${table}; ${beside.length === 0 ? "no experiment of the folder does" : `those that do: ${beside.map(({ name }) => name).join(", ")}`}`,
      );
    return lacking.length > 0 ? [] : experiment;
  }
  const real = beside.filter((one) => !one.simulated);
  const candidates = (real.length > 0 ? real : beside).sort((a, b) => b.episodes - a.episodes || (a.name < b.name ? -1 : 1));
  const [chosen, ...others] = candidates;
  if (others.length > 0)
    context.err(
      `note: showing ${chosen?.name}; ${others.map((one) => one.name).join(", ")} also ${others.length === 1 ? "stands" : "stand"} beside ${table} (--experiment NAME)\n`,
    );
  return chosen === undefined ? [] : [chosen.name];
}

/** A table with results: what they lack, and the table. */
async function measured(
  name: string,
  names: readonly string[],
  results: string,
  options: TableCommandOptions,
  say: (text: string) => void,
  context: CliContext,
): Promise<Found> {
  const { table, stored, tables } = await readPaperResults(results, names, { acrossProtocols: options.acrossProtocols });
  const missing = missingParts(table, tables);
  if (missing.length === 0) {
    say(`${name}: nothing is missing in ${names.join(", ")}\n\n`);
    return { table, missing: false };
  }
  say(`${name}: missing in ${names.join(", ")}\n${missing.map((line) => `- ${line}\n`).join("")}`);
  for (const { name: experiment, lock } of stored) {
    const command = await commandFor(experiment, lock.spec, options);
    say(`${command ?? `Run the config of ${experiment} again, with the overrides it was run with`}\n`);
    await sayEstimate(lock.spec, options, say, context);
  }
  return { table, missing: true };
}

/** A table nobody has measured yet: the config that would, and the published numbers. */
async function planned(name: string, options: TableCommandOptions, say: (text: string) => void, context: CliContext): Promise<Found> {
  const configs = await configsBeside(name, context);
  const [wanted] = options.experiment;
  const chosen = configs.find(({ config }) => (wanted === undefined ? !config.endsWith("-sim") : config === wanted));
  if (chosen === undefined)
    throw new UsageError(
      `there is neither a result nor a config ${wanted ?? ""} beside ${name}; ${configs.length === 0 ? "no config has it as paper.table" : `choose one of ${configs.map(({ config }) => config).join(", ")}`}`,
    );
  const others = configs.filter((one) => one !== chosen).map(({ config }) => `t2s run ${config}`);
  say(
    `${name}: nothing is measured yet; the command for all of it, and what it is expected to take:\n${withFolder(`t2s run ${chosen.config}`, options)}\n`,
  );
  if (others.length > 0) say(`Also beside ${name}: ${others.join(", ")}\n`);
  const cards = await sayEstimate(chosen.spec, options, say, context);
  const design = await paperTableOf(chosen.spec, context.projectRoot);
  if (design === undefined) throw new TypeError("tableCommand: the config stands beside no table");
  return { table: buildPaperTable(design, [], { cards }), missing: true };
}

/** Prints what `t2s run --dry-run` prints, or why the plan cannot be made; gives the protocol card of the plan. */
async function sayEstimate(spec: ExperimentSpec, options: TableCommandOptions, say: (text: string) => void, context: CliContext) {
  try {
    return await withOpenRun(spec, undefined, { ...options, dryRun: true }, context, async ({ resolved, parts }) => {
      say(`${renderEstimate(resolved, await estimateExperiment(resolved, parts), await estimateLearning(resolved, parts), spec.budget)}\n`);
      return [await makeProtocolCard(resolved, parts)];
    });
  } catch (error) {
    const { code, text } = describeError(error);
    if (code === exitCodes.crash) throw error;
    say(`What it takes is not known yet: ${text.replace(/^t2s: /, "")}\n\n`);
    return [];
  }
}

async function configsBeside(table: string, { projectRoot }: CliContext): Promise<readonly { config: string; spec: ExperimentSpec }[]> {
  const files = (await readdir(join(projectRoot, "configs/experiments"))).filter((file) => file.endsWith(".yaml")).sort();
  const found: { config: string; spec: ExperimentSpec }[] = [];
  for (const file of files) {
    const config = file.slice(0, -".yaml".length);
    const spec = await loadExperiment(config).then(
      (loaded) => loaded.spec,
      (error: unknown) => {
        // A suite, or a broken file that `t2s run` will explain: neither stands beside a table.
        if (error instanceof UsageError) return undefined;
        throw error;
      },
    );
    if (spec?.paper?.table === table) found.push({ config, spec });
  }
  return found;
}

/** The command that made an experiment, as far as a config of its name explains it. */
async function commandFor(experiment: string, spec: ExperimentSpec, options: TableCommandOptions): Promise<string | undefined> {
  try {
    const { spec: written } = await loadExperiment(experiment);
    const command = runCommandFor(experiment, written, spec);
    return command === undefined ? undefined : withFolder(command, options);
  } catch (error) {
    if (error instanceof UsageError) return undefined; // it came from a file elsewhere, or a suite
    throw error;
  }
}

const withFolder = (command: string, { results }: TableCommandOptions): string =>
  results === undefined ? command : `${command} --results ${quoted(results)}`;

function render(table: PaperTable, format: string, { terminal }: CliContext): string {
  switch (format) {
    case "markdown":
      return renderSectionMarkdown(paperSection(table));
    case "latex":
      return renderLatex([paperSection(table)]);
    case "csv":
      return renderPaperCsv([table]);
    case "json":
      return renderPaperJson([table]);
    default:
      return `${renderSectionTerminal(paperSection(table), { width: terminal.columns, color: terminal.color })}\n`;
  }
}
