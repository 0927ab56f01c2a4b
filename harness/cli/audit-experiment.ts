import { join } from "node:path";
import { benchmarks } from "../../benchmarks/index.ts";
import { auditSkills, type SkillAudit } from "../attribution/audit/audit-skills.ts";
import { findAuditedTasks } from "../attribution/audit/audited-tasks.ts";
import { readEvolvedTexts } from "../attribution/audit/skill-text.ts";
import { StoreError } from "../core/errors.ts";
import { renderGridsMarkdown } from "../report/render-markdown.ts";
import { replaceFile } from "../store/durable.ts";
import { openStore } from "../store/store.ts";
import { auditPage } from "./audit-page.ts";
import { readBankTexts } from "./bank-text.ts";
import type { CliContext } from "./context.ts";
import { readStored, type StoredExperiment } from "./stored-experiment.ts";

export interface ExperimentAudit {
  readonly audits: readonly SkillAudit[];
  readonly page: ReturnType<typeof auditPage>;
  /** What report/audit.json holds. */
  readonly json: Readonly<Record<string, unknown>>;
}

/** Audits every evolved skill and bank of an experiment and writes report/audit.json and audit.md; null when it has none. Throws StoreError for what the store lacks. */
export async function auditExperiment(stored: StoredExperiment, results: string): Promise<ExperimentAudit | null> {
  const skills = [...(await readEvolvedTexts(join(stored.dir, "evolutions"))), ...(await readBankTexts(stored.dir))];
  if (skills.length === 0) return null;
  const store = openStore(results);
  const learned = stored.learned.flatMap((row) => (row.type === "episode" ? [row] : []));
  const tasks = await findAuditedTasks(store, [...learned, ...stored.measured]);
  const audits = await auditSkills(skills, tasks.tasks, { benchmarks, blobs: store.blobs });
  const page = auditPage(stored.name, audits, tasks);
  const count = (use: string): number => tasks.tasks.filter((one) => one.use === use).length;
  const json = {
    format: "t2s-audit",
    v: 1,
    experiment: stored.name,
    tasks: { evolve: count("evolve"), measure: count("measure"), overlap: tasks.overlap, unread: tasks.unread },
    skills: audits,
  };
  await replaceFile(join(stored.dir, "report", "audit.json"), `${JSON.stringify(json, null, 1)}\n`);
  await replaceFile(join(stored.dir, "report", "audit.md"), renderGridsMarkdown(page));
  return { audits, page, json };
}

/** The audit after a run: says where findings are, and what it could not do; a run does not fail by it. */
export async function auditAfterRun(results: string, name: string, context: Pick<CliContext, "err">): Promise<void> {
  try {
    const stored = await readStored(results, name);
    const audit = await auditExperiment(stored, results);
    if (audit === null) return;
    const sum = (severity: "high" | "medium" | "low"): number => audit.audits.reduce((n, { counts }) => n + counts[severity], 0);
    const [high, medium, low] = [sum("high"), sum("medium"), sum("low")];
    if (high + medium + low === 0) return;
    context.err(
      `audit: evolved skills and banks give away something of single tasks in ${high + medium + low} places (${high} high, ${medium} medium, ${low} low): ${join(stored.dir, "report", "audit.md")}\n`,
    );
  } catch (error) {
    if (!(error instanceof StoreError)) throw error;
    context.err(`audit: ${error.message}\n`);
  }
}
