import type { Command } from "commander";
import { collect, port, resultsOption, trajectoriesLimitOption, trajectoriesOption } from "./command-options.ts";
import { compareCommand } from "./compare-command.ts";
import { type CliContext, resultsDir } from "./context.ts";
import { listable, listCommand } from "./list-command.ts";
import { reportCommand } from "./report-command.ts";
import { showCommand } from "./show-command.ts";
import { tableCommand } from "./table-command.ts";
import { viewCommand } from "./view-command.ts";

/** Commands that show results. */
export function resultCommands(t2s: Command, context: CliContext, done: (code: number) => void): void {
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
    .description(
      "show an episode, an analysis or another step of an evolution, such as a merge, turn by turn, by the beginning of its key; episodes also by task id",
    )
    .option("--experiment <name>", "look for episodes and analyses only there")
    .option("--full", "cut nothing")
    .option("--json", "everything that is stored of it as JSON")
    .option(...resultsOption)
    .action(async (wanted, options) => showCommand(wanted, { ...options, results: resultsDir(context, options.results) }, context));

  t2s
    .command("list [what] [args...]")
    .description(`list ${listable.join(", ")}`)
    .option(...resultsOption)
    .action(async (what, args, options) => listCommand(what ?? "", args, resultsDir(context, options.results), context));
}
