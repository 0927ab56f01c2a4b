import type { Command } from "commander";
import { UsageError } from "../core/errors.ts";
import { manyLines, oneLine } from "../report/plain-text.ts";
import { lineageProblem } from "../skill/edit/lineage-fits.ts";
import type { CliContext } from "./context.ts";
import { resultsDir } from "./context.ts";
import { exportRecords } from "./export-records.ts";
import { readAsked, readEvolvedSkill } from "./find-lineage.ts";
import { skillCommand, skillDiff, skillExplain, skillInstall } from "./skill-command.ts";

/** `t2s skill …`. Skills and their records come from anywhere, so nothing they hold acts on the terminal: everything is printed with control characters escaped. */
export function skillCommands(t2s: Command, context: CliContext, done: (code: number) => void): void {
  /** Runs a command with what it prints, and what it refuses, made harmless. */
  const run = async (work: (safe: CliContext) => Promise<number>, json = false): Promise<void> => {
    const show = json ? showJson : manyLines;
    const safe: CliContext = { ...context, out: (text) => context.out(show(text)), err: (text) => context.err(manyLines(text)) };
    try {
      done(await work(safe));
    } catch (cause) {
      if (!(cause instanceof UsageError)) throw cause;
      throw new UsageError(oneLine(cause.message), { cause });
    }
  };
  const skill = t2s.command("skill").description("work with skill directories and with what they were learned from");
  skill
    .command("validate <dir>")
    .description("check a skill against the Agent Skills format and the size rules")
    .option("--json", "findings as JSON lines")
    .action((dir, options) => run((safe) => skillCommand(dir, options, safe), options.json));
  skill
    .command("explain <place>")
    .description("where the lines of an evolved skill come from: DIR, DIR:LINE or DIR/references/FILE:LINE")
    .option("--json", "one object a line")
    .action((place, options) =>
      run(async (safe) => {
        await refuseUnfitting(place, safe);
        return skillExplain(place, options, safe);
      }, options.json),
    );
  skill
    .command("diff <before> <after>")
    .description("unified diff of two skill directories; exit code 1 when they differ")
    .action((before, after) => run((safe) => skillDiff(before, after, safe)));
  skill
    .command("install <dir> <target>")
    .description("put a skill into TARGET/<its name>, for example ~/.claude/skills")
    .option("--force", "replace another skill of that name")
    .action((dir, target, options) => run((safe) => skillInstall(dir, target, options, safe)));
  skill
    .command("records <experiment> <arm>")
    .description("write the analyses behind a learned arm in the release's record format")
    .requiredOption("--out <dir>", "folder for parsed_error_records.json and parsed_success_records.json")
    .option("--seed <n>", "evolution seed (default: the selected one)", Number)
    .option("--results <dir>", "results folder (default: T2S_RESULTS, else results/ of the project)")
    .action((experiment, arm, options) =>
      run((safe) => exportRecords(experiment, arm, { ...options, results: resultsDir(safe, options.results) }, safe)),
    );
}

/** Explaining rests on what a lineage says of lines and ids; one that cannot be true is not explained at all. */
async function refuseUnfitting(place: string, context: CliContext): Promise<void> {
  const { dir } = await readAsked(place, context.cwd);
  const { files, lineage } = await readEvolvedSkill(dir);
  const problem = lineageProblem(lineage, files);
  if (problem !== null)
    throw new UsageError(`The lineage does not fit the skill in ${dir}: ${problem}; run the evolution again to have it written anew.`);
}

/** JSON escapes the signs below U+0020 by itself; what else acts on a terminal or hides text is escaped as JSON has it, so that readers get the same strings. */
function showJson(text: string): string {
  return text.replace(/(?!\n)[\p{Cc}\p{Cf}\p{Zl}\p{Zp}]/gu, (sign) =>
    Array.from({ length: sign.length }, (_, i) => `\\u${sign.charCodeAt(i).toString(16).padStart(4, "0")}`).join(""),
  );
}
