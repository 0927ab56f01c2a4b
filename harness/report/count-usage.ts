import type { LedgerEpisode } from "../core/record.ts";
import type { ArmRows } from "./collect-cells.ts";
import type { SimulatedCounts, UsageRow } from "./result-table.ts";

/** Adds up what an arm used with one solver. Unknown turns, tokens and costs stay out of sums and means instead of counting as 0. */
export function countUsage({ arm, solver, rows }: ArmRows): UsageRow {
  const turns = rows.flatMap((row) => (row.turns === undefined ? [] : [row.turns]));
  const formatErrors = rows.flatMap((row) => (row.formatErrors === undefined ? [] : [row.formatErrors]));
  const usages = rows.flatMap((row) => (row.usage === undefined ? [] : [row.usage]));
  const costs = rows.flatMap((row) => row.volatile?.costUsd ?? []);
  return {
    arm,
    solver,
    episodes: rows.length,
    exits: tally(rows.flatMap((row) => row.exit ?? [])),
    errors: tally(rows.flatMap((row) => (row.state === "errored" ? [row.error?.class ?? "unknown"] : []))),
    turnsMean: turns.length === 0 ? null : sum(turns) / turns.length,
    formatErrors: formatErrors.length === 0 ? null : sum(formatErrors),
    tokens:
      usages.length === 0
        ? null
        : {
            calls: sum(usages.map((usage) => usage.calls)),
            prompt: sum(usages.map((usage) => usage.promptTokens)),
            completion: sum(usages.map((usage) => usage.completionTokens)),
            reasoning: sum(usages.map((usage) => usage.reasoningTokens)),
            cached: sum(usages.map((usage) => usage.cachedTokens)),
          },
    // In an order of their own: equal costs add up to the same number whatever the order episodes ended in.
    costUsd: costs.length === 0 ? null : sum(costs.sort((a, b) => a - b)),
    episodesWithoutCost: rows.length - costs.length,
    simulated: countSimulated(rows),
  };
}

/** How many rows are not measurements, and why. */
export function countSimulated(rows: readonly LedgerEpisode[]): SimulatedCounts {
  const imported = rows.filter((row) => row.imported !== undefined).length;
  return {
    rows: rows.length,
    model: rows.filter((row) => row.simulated.includes("model")).length,
    tasks: rows.filter((row) => row.simulated.includes("tasks")).length,
    ...(imported === 0 ? {} : { imported }),
  };
}

function tally(names: readonly string[]): Record<string, number> {
  const counts = new Map<string, number>();
  for (const name of names) counts.set(name, (counts.get(name) ?? 0) + 1);
  return Object.fromEntries([...counts].sort(([a, x], [b, y]) => y - x || (a < b ? -1 : 1)));
}

function sum(values: readonly number[]): number {
  return values.reduce((total, value) => total + value, 0);
}
