import { Command } from "commander";
import type { CliContext } from "./context.ts";
import { resultsDir } from "./context.ts";
import { exportRecords } from "./export-records.ts";
import { skillCommand, skillDiff, skillExplain, skillInstall } from "./skill-command.ts";

/** `t2s skill …`. */
export function skillCommands(context: CliContext, done: (code: number) => void): Command {
  const skill = new Command("skill").description("work with skill directories and with what they were learned from");
  skill
    .command("validate <dir>")
    .description("check a skill against the Agent Skills format and the size rules")
    .option("--json", "findings as JSON lines")
    .action(async (dir, options) => done(await skillCommand(dir, options, context)));
  skill
    .command("explain <place>")
    .description("where the lines of an evolved skill come from: DIR, DIR:LINE or DIR/references/FILE:LINE")
    .option("--json", "one object a line")
    .action(async (place, options) => done(await skillExplain(place, options, context)));
  skill
    .command("diff <before> <after>")
    .description("unified diff of two skill directories; exit code 1 when they differ")
    .action(async (before, after) => done(await skillDiff(before, after, context)));
  skill
    .command("install <dir> <target>")
    .description("put a skill into TARGET/<its name>, for example ~/.claude/skills")
    .option("--force", "replace another skill of that name")
    .action(async (dir, target, options) => done(await skillInstall(dir, target, options, context)));
  skill
    .command("records <experiment> <arm>")
    .description("write the analyses behind a learned arm in the release's record format")
    .requiredOption("--out <dir>", "folder for parsed_error_records.json and parsed_success_records.json")
    .option("--seed <n>", "evolution seed (default: the selected one)", Number)
    .option("--results <dir>", "results folder (default: T2S_RESULTS, else results/ of the project)")
    .action(async (experiment, arm, options) =>
      done(await exportRecords(experiment, arm, { ...options, results: resultsDir(context, options.results) }, context)),
    );
  return skill;
}
