import type { Command } from "commander";
import { collect, count, finite, resultsOption, shard, whole } from "./command-options.ts";
import { type CliContext, resultsDir } from "./context.ts";
import { evolveCommand } from "./evolve-command.ts";
import { statusCommand } from "./list-command.ts";
import { mergeLabCommand } from "./merge-lab-command.ts";
import { runCommand } from "./run-command.ts";
import { unitCommand } from "./unit-command.ts";

/** `t2s run` and what runs units beside it. What talks to a Redis is loaded when it is asked for: its libraries take longer than the rest. */
export function runCommands(t2s: Command, context: CliContext, done: (code: number) => void): void {
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
    .option("--listen <host:port>", "with --serve-store: listen there, when a service or a proxy in front of it has that address")
    .option(
      "--shard <i/n>",
      "do only part i of n of what can be done now, for example 1/4; then join the stores with t2s store merge",
      shard,
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
    .action(async (url, options) => done(await (await import("./worker-command.ts")).workerCommand(url, options, context)));

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
        : done(await (await import("./queue-status-command.ts")).queueStatusCommand(options.executor, options, context)),
    );

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
}
