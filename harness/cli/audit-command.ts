import type { Severity } from "../attribution/audit/audit-skills.ts";
import { UsageError } from "../core/errors.ts";
import { renderGrids } from "../report/render-terminal.ts";
import { auditExperiment } from "./audit-experiment.ts";
import type { CliContext } from "./context.ts";
import { exitCodes } from "./exit-codes.ts";
import { readStored } from "./stored-experiment.ts";

export interface AuditOptions {
  readonly results: string;
  readonly failOn?: string;
  readonly json?: boolean;
}

const severities: readonly Severity[] = ["high", "medium", "low"];

/**
 * `t2s audit EXPERIMENT`: looks for answers, constants and words of single tasks in the lines of every evolved skill and bank, from what is stored. Writes report/audit.json and
 * audit.md and prints the findings. Exit code 1 when one is at least as severe as `failOn`.
 */
export async function auditCommand(name: string, options: AuditOptions, context: CliContext): Promise<number> {
  const { failOn } = options;
  if (failOn !== undefined && !severities.some((one) => one === failOn))
    throw new UsageError(`--fail-on ${failOn} is not known; choose one of ${severities.join(", ")}`);
  const audit = await auditExperiment(await readStored(options.results, name), options.results);
  if (audit === null)
    throw new UsageError(
      `${name} has evolved neither a skill nor a bank, so there is nothing to audit; run a config with an arm of kind evolved, sequential, one-shot or bank`,
    );
  const { audits, page, json } = audit;
  if (options.json === true) context.out(`${JSON.stringify(json)}\n`);
  else context.out(renderGrids(page, { width: context.terminal.columns, color: context.terminal.color }));
  const least = severities.find((one) => one === failOn);
  const counted = least === undefined ? [] : severities.slice(0, severities.indexOf(least) + 1);
  return audits.some(({ counts }) => counted.some((one) => counts[one] > 0)) ? exitCodes.incomplete : exitCodes.ok;
}
