import { join } from "node:path";
import { benchmarks } from "../../benchmarks/index.ts";
import { auditSkills, type Severity } from "../attribution/audit/audit-skills.ts";
import { findAuditedTasks } from "../attribution/audit/audited-tasks.ts";
import { readEvolvedTexts } from "../attribution/audit/skill-text.ts";
import { UsageError } from "../core/errors.ts";
import { renderGridsMarkdown } from "../report/render-markdown.ts";
import { renderGrids } from "../report/render-terminal.ts";
import { replaceFile } from "../store/durable.ts";
import { openStore } from "../store/store.ts";
import { auditPage } from "./audit-page.ts";
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
 * `t2s audit EXPERIMENT`: looks for answers, constants and words of single tasks in the lines of every evolved skill, from what is stored. Writes report/audit.json and audit.md
 * and prints the findings. Exit code 1 when one is at least as severe as `failOn`.
 */
export async function auditCommand(name: string, options: AuditOptions, context: CliContext): Promise<number> {
  const { failOn } = options;
  if (failOn !== undefined && !severities.some((one) => one === failOn))
    throw new UsageError(`--fail-on ${failOn} is not known; choose one of ${severities.join(", ")}`);
  const stored = await readStored(options.results, name);
  const skills = await readEvolvedTexts(join(stored.dir, "evolutions"));
  if (skills.length === 0)
    throw new UsageError(
      `${name} has evolved no skill, so there is nothing to audit; run a config with an arm of kind evolved, sequential or one-shot`,
    );
  const store = openStore(options.results);
  const learned = stored.learned.flatMap((row) => (row.type === "episode" ? [row] : []));
  const tasks = await findAuditedTasks(store, [...learned, ...stored.measured]);
  const audits = await auditSkills(skills, tasks.tasks, { benchmarks, blobs: store.blobs });
  const page = auditPage(name, audits, tasks);
  const count = (use: string): number => tasks.tasks.filter((one) => one.use === use).length;
  const json = {
    format: "t2s-audit",
    v: 1,
    experiment: name,
    tasks: { evolve: count("evolve"), measure: count("measure"), overlap: tasks.overlap, unread: tasks.unread },
    skills: audits,
  };
  await replaceFile(join(stored.dir, "report", "audit.json"), `${JSON.stringify(json, null, 1)}\n`);
  await replaceFile(join(stored.dir, "report", "audit.md"), renderGridsMarkdown(page));
  if (options.json === true) context.out(`${JSON.stringify(json)}\n`);
  else context.out(renderGrids(page, { width: context.terminal.columns, color: context.terminal.color }));
  const least = severities.find((one) => one === failOn);
  const counted = least === undefined ? [] : severities.slice(0, severities.indexOf(least) + 1);
  return audits.some(({ counts }) => counted.some((one) => counts[one] > 0)) ? exitCodes.incomplete : exitCodes.ok;
}
