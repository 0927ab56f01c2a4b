import Table from "cli-table3";
import type { ExperimentSpec } from "../core/spec.ts";
import type { SolverEstimate } from "../experiment/estimate.ts";
import type { Resolved } from "../experiment/resolve-experiment.ts";

const rounded = (n: number | undefined): string => (n === undefined ? "unknown" : Math.round(n).toLocaleString("en-US"));

/** `--dry-run`: what is done, what other experiments share, what the rest is expected to take. */
export function renderEstimate(resolved: Resolved, estimates: readonly SolverEstimate[], budget: ExperimentSpec["budget"]): string {
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
  const ceilings = Object.entries(budget).filter(([, value]) => value !== undefined);
  if (ceilings.length > 0) lines.push(`Ceilings: ${ceilings.map(([name, value]) => `${name} ${value}`).join(", ")}.`);
  return `${lines.join("\n")}\n`;
}
