import { csvFile } from "../csv.ts";
import type { AblationPlace, Ablations, FactorialTable, SweepTable } from "./ablations.ts";

const columns = [
  "kind",
  "experiment",
  "benchmark",
  "split",
  "scorer",
  "arm",
  "solver",
  "metric",
  "key",
  "series",
  "value",
  "factors",
  "levels",
  "estimate",
  "low",
  "high",
  "method_low",
  "method_high",
  "difference",
  "difference_low",
  "difference_high",
  "tasks",
  "clusters",
  "rank",
  "first_share",
  "confounded_with",
  "learn_calls",
  "learn_tokens",
  "learn_cost_usd",
  "episode_tokens",
  "episode_cost_usd",
  "incomplete",
  "rows",
  "simulated_model_rows",
  "simulated_task_rows",
] as const;
type Row = Readonly<Partial<Record<(typeof columns)[number], string | number | boolean | null>>>;

/**
 * Sweeps and factorials, one number a row, as RFC 4180: `kind` is point (of a curve; `difference` is against its first one), effect (a main effect, or an interaction where there
 * are two factors) or rank (of a factor). Fractions with full precision; `method_*`: the interval with evolution seeds taken as drawn at random, too.
 */
export function renderAblationsCsv({ sweeps, factorials }: Ablations): string {
  return csvFile(columns, [...sweeps.flatMap(pointRows), ...factorials.flatMap(factorialRows)]);
}

const placeOf = ({ experiment, benchmark, split, scorer }: AblationPlace): Row => ({ experiment, benchmark, split, scorer });

function pointRows(table: SweepTable): Row[] {
  const head = { ...placeOf(table), kind: "point", solver: table.solver, metric: table.metric.name, key: table.key };
  return table.series.flatMap(({ text, points }) =>
    points.map((point) => ({
      ...head,
      arm: point.arm,
      series: text,
      value: point.text,
      estimate: point.estimate,
      low: point.interval?.low ?? null,
      high: point.interval?.high ?? null,
      method_low: point.ofMethod?.low ?? null,
      method_high: point.ofMethod?.high ?? null,
      difference: point.difference?.estimate ?? null,
      difference_low: point.difference?.interval.low ?? null,
      difference_high: point.difference?.interval.high ?? null,
      tasks: point.tasks,
      clusters: point.clusters,
      learn_calls: point.cost.learn?.calls ?? null,
      learn_tokens: point.cost.learn?.tokens ?? null,
      learn_cost_usd: point.cost.learn?.costUsd ?? null,
      episode_tokens: point.cost.episode.tokens,
      episode_cost_usd: point.cost.episode.costUsd,
      incomplete: point.incomplete,
      rows: point.simulated.rows,
      simulated_model_rows: point.simulated.model,
      simulated_task_rows: point.simulated.tasks,
    })),
  );
}

function factorialRows(table: FactorialTable): Row[] {
  const { simulated } = table;
  const head = {
    ...placeOf(table),
    arm: table.arm,
    solver: table.solver,
    metric: table.metric.name,
    tasks: table.pairs,
    clusters: table.clusters,
    incomplete: table.incomplete,
    rows: simulated.rows,
    simulated_model_rows: simulated.model,
    simulated_task_rows: simulated.tasks,
  };
  return [
    ...table.effects.map((effect) => ({
      ...head,
      kind: "effect",
      factors: effect.factors.join(" x "),
      levels: effect.levels.map(({ first, other }) => `${first} - ${other}`).join("; "),
      estimate: effect.estimate,
      low: effect.interval?.low ?? null,
      high: effect.interval?.high ?? null,
      method_low: effect.ofMethod?.low ?? null,
      method_high: effect.ofMethod?.high ?? null,
      confounded_with: effect.confoundedWith.join("; "),
    })),
    ...table.ranking.map(({ factor, rank, estimate, interval, firstShare }) => ({
      ...head,
      kind: "rank",
      factors: factor,
      estimate,
      low: interval?.low ?? null,
      high: interval?.high ?? null,
      rank,
      first_share: firstShare,
    })),
  ];
}
