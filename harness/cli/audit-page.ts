import type { AuditFinding, SkillAudit } from "../attribution/audit/audit-skills.ts";
import type { AuditedTasks } from "../attribution/audit/audited-tasks.ts";
import { oneLine } from "../report/plain-text.ts";
import type { Grid } from "../report/section.ts";

const listed = 40;
const shownTasks = 3;

/** An audit as text: a line a skill, the findings of each, and how to read them. */
export function auditPage(
  experiment: string,
  audits: readonly SkillAudit[],
  { tasks, overlap, unread }: AuditedTasks,
): { readonly title: string; readonly grids: readonly Grid[]; readonly notes: readonly string[] } {
  const count = (use: string): number => tasks.filter((one) => one.use === use).length;
  return {
    title: `What the evolved skills of ${experiment} give away of single tasks`,
    grids: [
      {
        title: "Skills",
        head: ["skill", "learned lines", "high", "medium", "low", "in the start skill's lines, by chance"],
        rows: audits.map((one) => [
          oneLine(`${one.arm} ${one.seed}`),
          String(one.lines.learned),
          String(one.counts.high),
          String(one.counts.medium),
          String(one.counts.low),
          one.lines.start === 0 ? "-" : `${one.byChance} in ${one.lines.start} lines`,
        ]),
      },
      ...audits.filter(({ findings }) => findings.length > 0).map(findingGrid),
    ],
    notes: [
      `Checked against ${count("evolve")} tasks that were learned from or selected by and ${count("measure")} that are measured: by each benchmark's own leak check, by eight words in a row and by rare tokens of a task's text, file names and reference answer.`,
      "high: something of the answer of a task the line was learned from, or something long of a measured one's. medium: something of another answer, or constants and words of such a task. low: constants of other tasks, talk about reference answers, and what belongs to more than a few tasks.",
      "What stands in the start skill was written before any task was seen: its findings show how much is chance.",
      ...(overlap.same.length === 0
        ? []
        : [
            `${overlap.same.length} tasks are both learned from and measured (${overlap.same.slice(0, shownTasks).join(", ")} …): on these nothing is shown about other tasks.`,
          ]),
      ...(overlap.clusters.length === 0 || overlap.same.length > 0
        ? []
        : [`${overlap.clusters.length} clusters have tasks on both sides (${overlap.clusters.slice(0, shownTasks).join(", ")} …).`]),
      ...(unread.length === 0 ? [] : [`${unread.length} tasks were never scored and could not be checked.`]),
    ],
  };
}

function findingGrid({ arm, seed, findings }: SkillAudit): Grid {
  const left = findings.length - listed;
  return {
    title: oneLine(`${arm} ${seed}${left > 0 ? `, ${left} more in audit.json` : ""}`),
    head: ["severity", "line", "found", "why", "task"],
    rows: findings
      .slice(0, listed)
      .map((one) => [
        one.severity,
        `${oneLine(one.file)}:${one.line}${one.edit === null ? "" : `\n${oneLine(one.edit)}`}`,
        oneLine(one.found),
        oneLine(one.why),
        tasksText(one),
      ]),
  };
}

function tasksText({ kind, tasks }: AuditFinding): string {
  if (kind === "wording") return "-";
  const some = tasks.slice(0, shownTasks).map(({ task, relation }) => oneLine(`${task} (${relation})`));
  return [...some, ...(tasks.length > shownTasks ? [`and ${tasks.length - shownTasks} more`] : [])].join("\n");
}
