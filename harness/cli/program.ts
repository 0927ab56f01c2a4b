/** The commands of `t2s`. */

import { Command, CommanderError, InvalidArgumentError } from "commander";
import { parseShare, type Share } from "../engine/share.ts";
import { attributionCommands } from "./attribution-commands.ts";
import { bundleCommand } from "./bundle-command.ts";
import { compareCommand } from "./compare-command.ts";
import { type CliContext, resultsDir } from "./context.ts";
import { dataCommands } from "./data-command.ts";
import { doctorCommand } from "./doctor-command.ts";
import { evolveCommand } from "./evolve-command.ts";
import { describeError, exitCodes } from "./exit-codes.ts";
import { exportCommand } from "./export-command.ts";
import { gradeCommand } from "./grade-command.ts";
import { importReleaseCommand } from "./import-release-command.ts";
import { listable, listCommand, statusCommand } from "./list-command.ts";
import { mergeLabCommand } from "./merge-lab-command.ts";
import { queueStatusCommand } from "./queue-status-command.ts";
import { reportCommand } from "./report-command.ts";
import { runCommand } from "./run-command.ts";
import { schemaCommand } from "./schema-command.ts";
import { showCommand } from "./show-command.ts";
import { simulateCommand } from "./simulate-command.ts";
import { skillCommands } from "./skill-commands.ts";
import { storeCommands } from "./store-commands.ts";
import { tableCommand } from "./table-command.ts";
import { unitCommand } from "./unit-command.ts";
import { verifyCommand } from "./verify-command.ts";
import { viewCommand } from "./view-command.ts";
import { workerCommand } from "./worker-command.ts";

const count = (text: string): number => {
  const n = Number(text);
  if (!Number.isInteger(n) || n < 1) throw new InvalidArgumentError("expected a whole number from 1 on.");
  return n;
};
const port = (text: string): number => {
  const n = Number(text);
  if (!Number.isInteger(n) || n < 0 || n > 65_535) throw new InvalidArgumentError("expected a port from 0 to 65535.");
  return n;
};
const share = (text: string): Share => {
  const read = parseShare(text);
  if (read === undefined) throw new InvalidArgumentError("expected i/n with i from 1 to n, for example 2/8.");
  return read;
};
const whole = (text: string): number => {
  const n = Number(text);
  if (!Number.isSafeInteger(n)) throw new InvalidArgumentError("expected a whole number.");
  return n;
};
const finite = (text: string): number => {
  const n = Number(text);
  if (text.trim() === "" || !Number.isFinite(n)) throw new InvalidArgumentError("expected a number.");
  return n;
};
const collect = (value: string, earlier: string[]): string[] => [...earlier, value];
const trajectoriesOption = ["--trajectories <which>", "in the web report: all, failed or none", "all"] as const;
const trajectoriesLimitOption = ["--trajectories-limit <MB>", "at most so much of them for each experiment", "200"] as const;
const resultsOption = ["--results <dir>", "results folder (default: T2S_RESULTS, else results/ of the project)"] as const;

function program(context: CliContext, done: (code: number) => void): Command {
  const t2s = new Command("t2s")
    .description(
      "Measures whether a skill learned from an agent's own trajectories really helps: which one, for which model, at what cost.",
    )
    .version(context.version)
    .configureOutput({ writeOut: context.out, writeErr: context.err })
    .showHelpAfterError("(t2s --help shows what there is)")
    .exitOverride();

  t2s
    .command("run <config>")
    .description("run an experiment or a suite of them: a name under configs/experiments or a YAML file; running again resumes")
    .option("--set <key=value>", "override a key of the config, for example seeds.rollout=[41]; repeatable", collect, [])
    .option("--limit <n>", "only the first n tasks of every benchmark", count)
    .option("--tasks <ids>", "only these task ids, separated by commas")
    .option(...resultsOption)
    .option("--model-dir <dir>", "folder with further model files, looked into before configs/models")
    .option("--dry-run", "say what would be done and what it is expected to cost, then stop")
    .option("--retry-errors", "try units again that earlier runs gave up")
    .option("--refreeze", "join anew what skills were already made from, for example after --retry-errors; measured skills may change")
    .option("--accept-drift", "go on although an endpoint changed its fingerprint")
    .option("--concurrency <n>", "episodes under way at once", count)
    .option("--child-processes <n>", "run units in n worker processes", count)
    .option("--executor <redis-url>", "have the workers of a Redis run the units (t2s worker), for example redis://localhost:6379")
    .option("--queue <name>", "with --executor: another queue than t2s")
    .option(
      "--serve-store <url>",
      "with --executor: serve the store to workers that do not see the results folder, at http://HOST:PORT of this machine",
    )
    .option(
      "--shard <i/n>",
      "do only part i of n of what can be done now, for example 1/4; then join the stores with t2s store merge",
      share,
    )
    .option("--unsandboxed", "DANGEROUS: run the model's commands on this machine without isolation")
    .option("--json", "print one machine-readable summary on standard output; everything else goes to standard error")
    .action(async (config, options) => done(await runCommand(config, options, context)));

  t2s
    .command("worker <redis-url>")
    .description("run units for experiments that are run with --executor on the same Redis, until Ctrl-C")
    .option("--queue <name>", "another queue than t2s")
    .option("--slots <n>", "units under way at once (default: four a process)", count)
    .option("--processes <n>", "child processes (default: one a core)", count)
    .option("--lock-seconds <n>", "units of a worker that is silent for so long are given to others (default: 30)", count)
    .option("--cache <dir>", "where copies from served stores are kept (default: .worker in the results folder)")
    .option("--model-dir <dir>", "folder with further model files, looked into before configs/models")
    .option("--unsandboxed", "DANGEROUS: also work for runs whose commands have no sandbox")
    .action(async (url, options) => done(await workerCommand(url, options, context)));

  t2s
    .command("report <experiments...>")
    .description("build the tables of experiments from their ledgers; with --html a web report that opens from disk")
    .option("--scorer <id>", "judge by another stored scorer, or all")
    .option("--format <format>", "terminal, markdown, latex, csv or json", "terminal")
    .option("--html", "write the web report instead of printing tables")
    .option("--out <dir>", "with --html: another folder than results/<experiment>/report; needed for several experiments")
    .option("--bundle <dir>", "write the web report as a folder to put on any static web host")
    .option(...trajectoriesOption)
    .option(...trajectoriesLimitOption)
    .option(...resultsOption)
    .action(async (names, options) => reportCommand(resultsDir(context, options.results), names, options, context));

  t2s
    .command("view <experiments...>")
    .description("write the web report of experiments and serve it to this machine only, until Ctrl-C")
    .option("--port <n>", "port, 0 for a free one", port, 0)
    .option(...trajectoriesOption)
    .option(...trajectoriesLimitOption)
    .option(...resultsOption)
    .action(async (names, options) => viewCommand(resultsDir(context, options.results), names, options, context));

  t2s
    .command("table <table>")
    .description("a published table with our numbers beside it, and what is missing: its name under configs/tables, for example table1")
    .option("--experiment <name>", "an experiment beside the table; repeatable, several are joined under equal protocols", collect, [])
    .option("--across-protocols", "join experiments although their protocols differ, and say where")
    .option("--format <format>", "terminal, markdown, latex, csv or json", "terminal")
    .option("--model-dir <dir>", "folder with further model files, looked into before configs/models")
    .option(...resultsOption)
    .action(async (name, options) => done(await tableCommand(name, options, context)));

  t2s
    .command("compare <first> <second>")
    .description("compare two files of results, or arms of experiments (experiment:arm:model), task by task: second minus first")
    .option("--cluster <key>", "column or field whose equal values belong together, as cases of one instance do")
    .option("--margin <pp>", 'differences up to this do not matter, for example "2pp": also tests whether the two are equivalent')
    .option("--score <name>", "column or scorer to compare (default: score, or the file's first); where the files differ: first,second")
    .option("--task <name>", "column that identifies tasks (default: task, task_id or id)")
    .option("--seed <name>", "column that tells repetitions apart (default: seed or epoch)")
    .option("--format <format>", "terminal, markdown, csv or json", "terminal")
    .option(...resultsOption)
    .action(async (first, second, options) =>
      compareCommand(first, second, { ...options, results: resultsDir(context, options.results) }, context),
    );

  t2s
    .command("show <episode>")
    .description("show an episode or an analysis turn by turn, by the beginning of its key; episodes also by task id")
    .option("--experiment <name>", "look only there")
    .option("--full", "cut nothing")
    .option("--json", "row and trajectory as JSON")
    .option(...resultsOption)
    .action(async (wanted, options) => showCommand(wanted, { ...options, results: resultsDir(context, options.results) }, context));

  t2s
    .command("list [what] [args...]")
    .description(`list ${listable.join(", ")}`)
    .option(...resultsOption)
    .action(async (what, args, options) => listCommand(what ?? "", args, resultsDir(context, options.results), context));

  t2s
    .command("status [experiment]")
    .description("how far experiments are, or with --executor what the workers of a Redis do")
    .option("--executor <redis-url>", "workers, queue, rate and errors of that Redis instead")
    .option("--queue <name>", "with --executor: another queue than t2s")
    .option("--json", "with --executor: as JSON")
    .option("--prometheus", "with --executor: as metrics in Prometheus text format")
    .option(...resultsOption)
    .action(async (name, options) =>
      options.executor === undefined
        ? statusCommand(name, resultsDir(context, options.results), context)
        : done(await queueStatusCommand(options.executor, options, context)),
    );

  t2s
    .command("grade <benchmark>")
    .description("grade cases from standard input, one JSON object a line, one result a line")
    .option("--root <dir>", "folder that file names in cases are relative to (default: the current one)", ".")
    .option("--gold-root <dir>", "another folder for gold files")
    .option("--candidate-root <dir>", "another folder for candidate files")
    .option("--scorer <id>", "which scorer")
    .option("--workers <n>", "worker processes", count)
    .action(async (benchmark, options) => done(await gradeCommand(benchmark, options, context)));

  t2s
    .command("import")
    .description("take in what other programs measured")
    .command("release <dir>")
    .description(
      "output folders of the public release become a scored experiment: outputs graded with our scorers, logs shown, verdicts compared",
    )
    .option("--experiment <name>", "experiment to make or to add an arm to (default: release-FOLDER)")
    .option("--arm <name>", "what the outputs are called in tables (default: the folder's name)")
    .option("--label <text>", "the same for people")
    .option("--model <name>", "model that was measured (default: as results.json has it)")
    .option("--seed <n>", "where neither folders nor results.json say", Number)
    .option("--split <id>", "split the outputs are of (default: the smallest that holds them all)")
    .option("--logs <dir>", "further folder with chat logs")
    .option("--baseline <arm>", "arm that the others are compared with (default: the first imported)")
    .option(...resultsOption)
    .action(async (dir, options) =>
      done(await importReleaseCommand(dir, { ...options, results: resultsDir(context, options.results) }, context)),
    );

  t2s
    .command("export <experiment>")
    .description("trajectories in the Agent Trajectory Interchange Format, or episodes, scores, lessons and edits as tidy tables")
    .requiredOption("--format <format>", "atif, csv or jsonl")
    .option("--out <dir>", "a new folder (default: EXPERIMENT-FORMAT)")
    .option(...resultsOption)
    .action(async (name, options) =>
      done(await exportCommand(name, { ...options, results: resultsDir(context, options.results) }, context)),
    );

  t2s
    .command("bundle <experiment>")
    .description("everything an experiment's numbers and skills rest on in one file or folder, with a root digest to publish")
    .option("--out <path>", "a .tar.gz or a folder (default: EXPERIMENT-bundle.tar.gz)")
    .option("--trajectories", "with every turn of every episode and analysis")
    .option("--keep-hosts", "leave names of hosts and endpoints in the ledger")
    .option(...resultsOption)
    .action(async (name, options) =>
      done(await bundleCommand(name, { ...options, results: resultsDir(context, options.results) }, context)),
    );

  t2s
    .command("verify <bundle>")
    .description(
      "check a bundle: hashes, ledger against units, every number of the tables, every line of the skills; exit code 1 when anything differs",
    )
    .option("--digest <root>", "the root digest that was published")
    .option("--rescore", "score every submission again where the benchmark's data is here")
    .option("--json", "findings as one JSON object")
    .action(async (bundle, options) => done(await verifyCommand(bundle, options, context)));

  t2s
    .command("doctor")
    .description("what this machine offers, what is missing and how to get it")
    .option("--model <name>", "also call this model once")
    .option("--model-dir <dir>", "folder with further model files")
    .action(async (options) => done(await doctorCommand(options, context)));

  attributionCommands(t2s, context, done);

  dataCommands(t2s, context, done);

  skillCommands(t2s, context, done);

  t2s
    .command("evolve")
    .description("make a skill from logs you already have: ATIF, chat messages, Claude Code sessions or trajectories of this program")
    .requiredOption("--trajectories <dir>", "folder with logs, each told by its content")
    .requiredOption("--start <skill>", "the skill to evolve, a folder with SKILL.md")
    .requiredOption("--author <model>", "model that studies the logs and writes, a name under configs/models")
    .option("--outcomes <file>", "CSV that says how runs ended: file (or task, session_id) and outcome (or passed, score)")
    .option("--unknown <how>", "runs of which nobody knows how they ended: skip, error or success", "skip")
    .option("--pass-at <score>", "scores pass from here on", finite, 1)
    .option("--format <format>", "read every file as atif, claude-code, messages or t2s")
    .option("--out <dir>", "a new folder, or one of an earlier evolve (default: results/own-trajectories/LOGS/AUTHOR-from-SKILL-sSEED)")
    .option("--seed <n>", "evolution seed", whole, 41)
    .option("--signals <which>", "learn from error, success or combined", "combined")
    .option("--batch-size <n>", "patches joined by one merge call (default: 32)", count)
    .option("--min-support <n>", "tasks behind an edit of SKILL.md; edits with fewer go to references (default: 2)", count)
    .option("--log-chars <n>", "characters of a log that analysts are shown (default: 120000)", count)
    .option("--max-cost <usd>", "start no further call after so much", finite)
    .option("--max-calls <n>", "the same by calls", count)
    .option("--dry-run", "say what would be read and how many calls are missing, then stop")
    .option("--retry-errors", "try calls again that earlier runs gave up")
    .option("--model-dir <dir>", "folder with further model files, looked into before configs/models")
    .option("--json", "print one machine-readable summary on standard output; everything else goes to standard error")
    .option(...resultsOption)
    .action(async (options) => done(await evolveCommand(options, context)));

  t2s
    .command("merge-lab <experiment> <arm>")
    .description("what merging did to the lessons of an evolved arm; with --orders or --groupings the same patches are merged again")
    .option("--seed <n>", "only this evolution seed", Number)
    .option("--orders <n>", "merge the same patches in n shuffled orders; calls the merger", count)
    .option("--groupings", "merge them by task order, section and similarity; calls the merger")
    .option("--max-calls <n>", "start no further merge call after so many", count)
    .option("--max-cost <usd>", "the same by cost", Number)
    .option("--dry-run", "say how many merges that would be, then stop")
    .option("--json", "print the laboratory as JSON")
    .option("--model-dir <dir>", "folder with further model files, looked into before configs/models")
    .option(...resultsOption)
    .action(async (name, arm, options) => done(await mergeLabCommand(name, arm, options, context)));

  storeCommands(t2s, context, done);

  t2s
    .command("simulate")
    .description("serve the simulated model as an OpenAI-compatible endpoint")
    .option("--port <n>", "port, 0 for a free one", port, 8377)
    .option("--host <address>", "address to listen on", "127.0.0.1")
    .option("--latency-ms <n>", "wait this long before every answer", Number)
    .option("--fault-rate <share>", "share of requests that meet a fault, all kinds alike", Number)
    .option("--fault-seed <n>", "seed of the faults", Number)
    .action(async (options) => simulateCommand(options, context));

  t2s
    .command("schema")
    .description(
      "print or write the JSON Schemas of configs for editors, or print one: of a config, or of what other people's programs read and write",
    )
    .argument("[name]", "experiment, model, suite, table, or agent-task")
    .option("--write", "write configs/schema")
    .action(async (name, options) => schemaCommand(name, options, context));

  t2s
    .command("unit", { hidden: true })
    .option("--remote <url>")
    .option(...resultsOption)
    .option("--models <names>")
    .option("--model-dir <dir>")
    .option("--sandbox <id>")
    .option("--unsandboxed")
    .option("--slots <n>", "", count)
    .action(async (options) => unitCommand(options, context));
  return t2s;
}

/**
 * Runs one command line (without program name) and gives the exit code. Never throws: what the user can mend is one sentence on standard error,
 * a crash its whole stack.
 */
export async function runProgram(args: readonly string[], context: CliContext): Promise<number> {
  let code: number = exitCodes.ok;
  try {
    await program(context, (result) => {
      code = result;
    }).parseAsync([...args], { from: "user" });
  } catch (error) {
    if (error instanceof CommanderError) return error.exitCode === 0 ? exitCodes.ok : exitCodes.usage;
    const { code: failed, text } = describeError(error);
    context.err(`${text}\n`);
    if (args[0] === "run" && args.includes("--json"))
      context.out(`${JSON.stringify({ v: 1, error: text.replace(/^t2s: /, ""), exitCode: failed })}\n`);
    return failed;
  }
  return code;
}
