import type { Command } from "commander";
import { bundleCommand } from "./bundle-command.ts";
import { count, resultsOption } from "./command-options.ts";
import { type CliContext, resultsDir } from "./context.ts";
import { gradeCommand } from "./grade-command.ts";
import { importReleaseCommand } from "./import-release-command.ts";
import { verifyCommand } from "./verify-command.ts";

/** Commands that take results in, hand them on and check them. */
export function exchangeCommands(t2s: Command, context: CliContext, done: (code: number) => void): void {
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
    .requiredOption("--format <format>", "atif, csv, jsonl or parquet")
    .option("--out <dir>", "a new folder (default: EXPERIMENT-FORMAT)")
    .option(...resultsOption)
    .action(async (name, options) =>
      done(
        await (await import("./export-command.ts")).exportCommand(
          name,
          { ...options, results: resultsDir(context, options.results) },
          context,
        ),
      ),
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
}
