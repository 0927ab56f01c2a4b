import Table from "cli-table3";
import type { ExperimentSpec } from "../core/spec.ts";
import type { SolverEstimate } from "../experiment/estimate.ts";
import type { LearningEstimate, Work } from "../experiment/evolution/estimate-learning.ts";
import type { Resolved } from "../experiment/resolve-experiment.ts";

/** A number of calls or tokens for people. */
export const rounded = (n: number | undefined): string => (n === undefined ? "unknown" : Math.round(n).toLocaleString("en-US"));

/** `--dry-run`: what is done, what other experiments share, what the rest is expected to take. */
export function renderEstimate(
  resolved: Resolved,
  estimates: readonly SolverEstimate[],
  learning: readonly LearningEstimate[],
  budget: ExperimentSpec["budget"],
): string {
  const lines = resolved.benchmarks.map(
    (b) =>
      `${b.spec.id} ${b.split.id}: ${b.tasks.length} tasks in ${new Set(b.tasks.map(({ task }) => task.cluster)).size} clusters, scorers ${b.scorers.map((s) => s.id).join(", ")}`,
  );
  const table = new Table({
    head: ["solver", "episodes", "done", "in the store", "missing", "calls", "tokens", "cost", "based on"],
    style: { head: [], border: [] },
  });
  for (const e of estimates)
    table.push([
      e.solver,
      e.slots,
      e.done,
      e.shared,
      e.missing,
      rounded(e.calls),
      rounded(e.tokens),
      e.costUsd === undefined ? "unknown" : `$${e.costUsd.toFixed(2)}`,
      e.solver === "-" ? "no model" : `${e.basedOn} episodes`,
    ]);
  lines.push(table.toString());
  if (estimates.some((e) => e.calls === undefined && e.missing > 0))
    lines.push("Estimates come from episodes already run; a pilot such as --limit 5 makes them known.");
  if (learning.length > 0) lines.push(renderLearning(learning));
  const ceilings = Object.entries(budget).filter(([, value]) => value !== undefined);
  if (ceilings.length > 0) lines.push(`Ceilings: ${ceilings.map(([name, value]) => `${name} ${value}`).join(", ")}.`);
  return `${lines.join("\n")}\n`;
}

/** What learned arms take; of shared work only the first arm that asks for it is charged. */
function renderLearning(learning: readonly LearningEstimate[]): string {
  const table = new Table({
    head: ["learned arm", "evolve episodes", "analyses", "patches", "merge calls", "validation", "test episodes"],
    style: { head: [], border: [] },
  });
  const bounded = (n: number, atMost: boolean): string => (atMost && n > 0 ? `up to ${n}` : String(n));
  const shown = ({ asked, added, atMost }: Work): string =>
    asked === added ? bounded(asked, atMost) : `${bounded(asked, atMost)} (${bounded(added, atMost)} new)`;
  const columns = ["episodes", "analyses", "patches", "merges", "validation"] as const;
  for (const one of learning) table.push([one.arm, ...columns.map((column) => shown(one[column])), String(one.measured)]);
  const sum = (of: (one: LearningEstimate) => number): number => learning.reduce((total, one) => total + of(one), 0);
  table.push([
    "in all, each once",
    ...columns.map((column) =>
      bounded(
        sum((one) => one[column].added),
        learning.some((one) => one[column].atMost),
      ),
    ),
    String(sum((one) => one.measured)),
  ]);
  return `${table.toString()}
Learned arms come on top of the episodes above. "New" is what neither the store nor an arm above has; "up to" stands where the number hangs on what was not run yet
(which episodes fail, what analysts find). An agentic analysis takes several model calls.`;
}
