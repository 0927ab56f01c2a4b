/** The commands of `t2s`. */

import { Command, CommanderError } from "commander";
import { attributionCommands } from "./attribution-commands.ts";
import { port } from "./command-options.ts";
import type { CliContext } from "./context.ts";
import { dataCommands } from "./data-command.ts";
import { doctorCommand } from "./doctor-command.ts";
import { exchangeCommands } from "./exchange-commands.ts";
import { describeError, exitCodes } from "./exit-codes.ts";
import { resultCommands } from "./result-commands.ts";
import { runCommands } from "./run-commands.ts";
import { schemaCommand } from "./schema-command.ts";
import { simulateCommand } from "./simulate-command.ts";
import { skillCommands } from "./skill-commands.ts";
import { storeCommands } from "./store-commands.ts";

/** Every command with its options; `done` is told the exit code. */
export function program(context: CliContext, done: (code: number) => void): Command {
  const t2s = new Command("t2s")
    .description(
      "Measures whether a skill learned from an agent's own trajectories really helps: which one, for which model, at what cost.",
    )
    .version(context.version)
    .configureOutput({ writeOut: context.out, writeErr: context.err })
    .showHelpAfterError("(t2s --help shows what there is)")
    .exitOverride();

  runCommands(t2s, context, done);
  resultCommands(t2s, context, done);
  exchangeCommands(t2s, context, done);
  attributionCommands(t2s, context, done);
  dataCommands(t2s, context, done);
  skillCommands(t2s, context, done);
  storeCommands(t2s, context, done);

  t2s
    .command("doctor")
    .description("what this machine offers, what is missing and how to get it")
    .option("--model <name>", "also call this model once")
    .option("--model-dir <dir>", "folder with further model files")
    .action(async (options) => done(await doctorCommand(options, context)));

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
