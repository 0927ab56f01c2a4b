import { homedir } from "node:os";
import { resolve } from "node:path";
import { diffSkills } from "../skill/edit/diff-skills.ts";
import { installSkill } from "../skill/edit/write-skill.ts";
import { readSkillDirectory } from "../skill/read-directory.ts";
import { validateSkill } from "../skill/validate-skill.ts";
import type { CliContext } from "./context.ts";
import { exitCodes } from "./exit-codes.ts";
import { skillFolder } from "./find-lineage.ts";

/** `t2s skill validate DIR`: every finding on a line; exit code 1 when one of them is an error. */
export async function skillCommand(dir: string, options: { readonly json?: boolean }, context: CliContext): Promise<number> {
  const findings = await validateSkill(resolve(context.cwd, dir));
  for (const finding of findings) {
    if (options.json === true) context.out(`${JSON.stringify(finding)}\n`);
    else context.out(`${finding.file}:${finding.line}: ${finding.severity}: ${finding.message} (${finding.rule})\n`);
  }
  const errors = findings.filter((finding) => finding.severity === "error").length;
  if (options.json !== true) context.out(`${dir}: ${errors} errors, ${findings.length - errors} warnings\n`);
  return errors > 0 ? exitCodes.incomplete : exitCodes.ok;
}

/** `t2s skill diff A B`: unified diff of two skill directories; exit code 1 when they differ, as diff has it. */
export async function skillDiff(before: string, after: string, context: CliContext): Promise<number> {
  const [left, right] = [
    await readSkillDirectory(await skillFolder(resolve(context.cwd, before))),
    await readSkillDirectory(await skillFolder(resolve(context.cwd, after))),
  ];
  const diff = diffSkills(left.files, right.files);
  for (const problem of [...left.problems, ...right.problems]) context.err(`${problem.file}: ${problem.message}\n`);
  context.out(diff);
  return diff === "" ? exitCodes.ok : exitCodes.incomplete;
}

/** `t2s skill install DIR TARGET`: puts the skill into TARGET/<its name>, for example TARGET = ~/.claude/skills. */
export async function skillInstall(
  dir: string,
  target: string,
  options: { readonly force?: boolean },
  context: CliContext,
): Promise<number> {
  // A quoted ~ reaches us unexpanded; a folder of that name in the current directory is never meant.
  const folder = target === "~" || target.startsWith("~/") ? (context.env.HOME ?? homedir()) + target.slice(1) : target;
  const installed = await installSkill(await skillFolder(resolve(context.cwd, dir)), resolve(context.cwd, folder), {
    force: options.force === true,
  });
  const said = { installed: "installed in", replaced: "replaced in", unchanged: "is there already, unchanged:" } as const;
  context.out(`${installed.name} ${said[installed.state]} ${installed.dir}\n`);
  return exitCodes.ok;
}
export { skillExplain } from "./skill-explain.ts";
