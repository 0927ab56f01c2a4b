import type { Command } from "commander";
import { resultsOption } from "./command-options.ts";
import { type CliContext, resultsDir } from "./context.ts";
import { mergeStoresCommand } from "./merge-stores-command.ts";
import { gcCommand, reindexCommand } from "./store-command.ts";

/** `t2s store …`. */
export function storeCommands(t2s: Command, context: CliContext, done: (code: number) => void): void {
  const store = t2s.command("store").description("care for the results store");
  store
    .command("gc")
    .description("delete what nothing refers to any more (units are kept)")
    .option("--dry-run", "only say what would be deleted")
    .option(...resultsOption)
    .action(async (options) => done(await gcCommand({ ...options, results: resultsDir(context, options.results) }, context)));
  store
    .command("reindex")
    .description("verify every file, set damaged ones aside, rebuild ledgers on the next run")
    .option(...resultsOption)
    .action(async (options) => done(await reindexCommand({ results: resultsDir(context, options.results) }, context)));
  store
    .command("merge <folders...>")
    .description("bring what the stores of other results folders hold into this one, for example those of shards; conflicts are reported")
    .option(...resultsOption)
    .action(async (folders, options) => done(await mergeStoresCommand(folders, resultsDir(context, options.results), context)));
}
