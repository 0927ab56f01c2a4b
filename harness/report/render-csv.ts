import { type CsvValue, csvFile } from "./csv.ts";
import type { Comparison, ResultTable, TableCell, UsageRow } from "./result-table.ts";

/** Columns of tables.csv; `kind` says what a row holds: mean, difference or usage. Fractions, not per cent; empty = does not apply or unknown. */
const columns = [
  "kind",
  "experiment",
  "benchmark",
  "split",
  "scorer",
  "arm",
  "reference",
  "solver",
  "metric",
  "estimate",
  "low",
  "high",
  "level",
  "method",
  "clusters",
  "tasks",
  "slots_expected",
  "slots_graded",
  "slots_ungraded",
  "slots_errored",
  "slots_missing",
  "errored_low",
  "errored_high",
  "incomplete",
  "declared",
  "p",
  "p_holm",
  "detectable",
  "verdict",
  "conclusion",
  "rows",
  "simulated_model_rows",
  "simulated_task_rows",
  "turns_mean",
  "format_errors",
  "calls",
  "prompt_tokens",
  "completion_tokens",
  "reasoning_tokens",
  "cached_tokens",
  "cost_usd",
  "episodes_without_cost",
  "exits",
  "errors",
  "identical_to",
  "imported_rows",
  "estimand",
  "simultaneous_low",
  "simultaneous_high",
  "margin",
  "p_equivalence_holm",
  "seed_level_low",
  "seed_level_high",
] as const;
type Field = (typeof columns)[number];
type Row = Partial<Record<Field, CsvValue>>;

/** All tables as one RFC 4180 file (CRLF), one number per row. Text that a spreadsheet would run as a formula gets a leading apostrophe. */
export function renderCsv(tables: readonly ResultTable[]): string {
  const rows = tables.flatMap((table): Row[] => {
    const head: Row = { experiment: table.experiment, benchmark: table.benchmark, split: table.split, scorer: table.scorer };
    return [
      ...table.cells.map((cell) => ({ ...head, ...meanRow(cell) })),
      ...table.comparisons.map((comparison) => ({ ...head, ...differenceRow(comparison) })),
      ...table.usage.map((usage) => ({ ...head, ...usageRow(usage) })),
    ];
  });
  return csvFile(columns, rows);
}

function meanRow(cell: TableCell): Row {
  return {
    kind: "mean",
    arm: cell.arm,
    solver: cell.solver,
    metric: cell.metric,
    estimate: cell.estimate,
    ...intervalFields(cell.interval),
    clusters: cell.clusters,
    tasks: cell.tasks,
    slots_expected: cell.slots.expected,
    slots_graded: cell.slots.graded,
    slots_ungraded: cell.slots.ungraded,
    slots_errored: cell.slots.errored,
    slots_missing: cell.slots.missing,
    errored_low: cell.errorBounds?.low,
    errored_high: cell.errorBounds?.high,
    incomplete: cell.incomplete,
    identical_to: cell.identicalTo,
    ...simulatedFields(cell.simulated),
  };
}

function differenceRow(c: Comparison): Row {
  return {
    kind: "difference",
    arm: c.arm,
    reference: c.reference,
    solver: c.solver,
    metric: c.metric,
    estimate: c.difference,
    ...intervalFields(c.interval),
    clusters: c.clusters,
    tasks: c.pairs,
    errored_low: c.errorBounds?.low,
    errored_high: c.errorBounds?.high,
    declared: c.declared,
    p: c.p,
    p_holm: c.pAdjusted,
    detectable: c.detectable,
    verdict: c.verdict,
    conclusion: c.conclusion,
    estimand: c.estimand,
    simultaneous_low: c.simultaneous?.low,
    simultaneous_high: c.simultaneous?.high,
    margin: c.equivalence?.margin,
    p_equivalence_holm: c.equivalence?.pAdjusted,
    seed_level_low: c.evolution?.seedLevel.low,
    seed_level_high: c.evolution?.seedLevel.high,
    ...simulatedFields(c.simulated),
  };
}

function usageRow(u: UsageRow): Row {
  const tally = (counts: Readonly<Record<string, number>>) =>
    Object.entries(counts)
      .map(([name, n]) => `${name} ${n}`)
      .join("; ");
  return {
    kind: "usage",
    arm: u.arm,
    solver: u.solver,
    turns_mean: u.turnsMean,
    format_errors: u.formatErrors,
    calls: u.tokens?.calls,
    prompt_tokens: u.tokens?.prompt,
    completion_tokens: u.tokens?.completion,
    reasoning_tokens: u.tokens?.reasoning,
    cached_tokens: u.tokens?.cached,
    cost_usd: u.costUsd,
    episodes_without_cost: u.episodesWithoutCost,
    exits: tally(u.exits),
    errors: tally(u.errors),
    ...simulatedFields(u.simulated),
  };
}

function intervalFields(interval: TableCell["interval"]): Row {
  return { low: interval?.low, high: interval?.high, level: interval?.level, method: interval?.method };
}

function simulatedFields({ rows, model, tasks, imported = 0 }: TableCell["simulated"]): Row {
  return { rows, simulated_model_rows: model, simulated_task_rows: tasks, imported_rows: imported };
}
