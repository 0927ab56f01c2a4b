import { resolve } from "node:path";
import { validateSkill } from "../skill/validate-skill.ts";
import type { CliContext } from "./context.ts";
import { exitCodes } from "./exit-codes.ts";

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
