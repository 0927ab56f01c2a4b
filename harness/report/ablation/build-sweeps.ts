import { canonicalJson, type Json } from "../../core/json.ts";
import type { LedgerEvolution } from "../../core/ledger-rows.ts";
import { differenceInterval, type IntervalOptions, meanInterval } from "../../stats/choose-interval.ts";
import { estimate } from "../../stats/cluster-column.ts";
import { crossedInterval } from "../../stats/crossed-interval.ts";
import { armColumn, gradedTasks, pairedColumn, type Slot } from "../../stats/slot-columns.ts";
import { countSlots, incompleteReason } from "../build-cells.ts";
import type { ArmRows, Collected } from "../collect-cells.ts";
import { countSimulated } from "../count-usage.ts";
import type { TableMetric } from "../table-design.ts";
import type { SweepDesign } from "./ablation-design.ts";
import type { AblationPlace, SweepPoint, SweepSeries, SweepTable } from "./ablations.ts";
import { pointCost } from "./point-cost.ts";
import { pooledSlots, rowsOfMembers } from "./point-slots.ts";

export interface AblationOptions {
  readonly place: Omit<AblationPlace, "arm" | "label">;
  readonly collected: Collected;
  readonly metrics: readonly TableMetric[];
  readonly learned: readonly LedgerEvolution[];
  readonly baseline: string | undefined;
  readonly interval: IntervalOptions;
}

type Point = SweepDesign["points"][number];

/** One table for every swept key, solver and metric. */
export function buildSweeps(design: SweepDesign, options: AblationOptions): SweepTable[] {
  const { place, collected, metrics, baseline } = options;
  return design.keys.flatMap((key) =>
    collected.solvers
      .filter((solver) => design.points.some(({ members }) => rowsOfMembers(collected.arms, members, solver).length > 0))
      .flatMap((solver) =>
        metrics.map((metric) => ({
          ...place,
          arm: design.arm,
          label: design.label,
          key,
          solver,
          metric,
          series: seriesOf(design, key).map(({ others, points }) => buildSeries(others, points, key, { solver, metric, ...options })),
          baseline:
            baseline === undefined
              ? null
              : { arm: baseline, estimate: meanOf(slotsAt([baseline], { solver, metric, ...options }), metric) },
        })),
      ),
  );
}

/** Points with the same values of the other keys, in the order of the design. */
function seriesOf({ keys, points }: SweepDesign, key: string): { others: Readonly<Record<string, Json>>; points: readonly Point[] }[] {
  const series = new Map<string, { others: Readonly<Record<string, Json>>; points: Point[] }>();
  for (const point of points) {
    if (point.values[key] === undefined) continue;
    const others = Object.fromEntries(
      keys.filter((one) => one !== key).flatMap((one) => (point.values[one] === undefined ? [] : [[one, point.values[one]]])),
    );
    const name = canonicalJson(others);
    const known = series.get(name) ?? { others, points: [] };
    known.points.push(point);
    series.set(name, known);
  }
  // Zipped keys move together: where no value of the others holds still, there is one curve.
  const all = [...series.values()];
  return all.length > 1 && all.every((one) => one.points.length === 1) ? [{ others: {}, points: all.flatMap((one) => one.points) }] : all;
}

interface Reading extends AblationOptions {
  readonly solver: string;
  readonly metric: TableMetric;
}

function buildSeries(others: Readonly<Record<string, Json>>, points: readonly Point[], key: string, reading: Reading): SweepSeries {
  const first = points[0];
  const text = Object.entries(others)
    .map(([path, value]) => `${path.split(".").at(-1)} ${valueText(value)}`)
    .join(" · ");
  return { others, text, points: points.map((point) => buildPoint(point, point === first ? undefined : first, key, reading)) };
}

function buildPoint(point: Point, reference: Point | undefined, key: string, reading: Reading): SweepPoint {
  const { collected, solver, metric, place, interval, learned } = reading;
  const arms = rowsOfMembers(collected.arms, point.members, solver);
  const slots = slotsAt(point.members, reading);
  const column = armColumn(slots, metric.over);
  const value = point.values[key] ?? null;
  return {
    arm: point.arm,
    label: point.label,
    value,
    text: valueText(value),
    estimate: column.clusters.length === 0 ? null : estimate(column),
    interval: meanInterval(column, interval),
    bySeed: point.members.length < 2 ? [] : point.members.map((arm) => ({ arm, estimate: meanOf(slotsAt([arm], reading), metric) })),
    ofMethod: crossedInterval(
      bySeed(point, reading).map((seed) => armColumn(seed, metric.over)),
      { range: { low: 0, high: 1 } },
    ),
    tasks: gradedTasks(slots),
    clusters: column.clusters.length,
    difference: reference === undefined ? null : differenceTo(reference, point, reading),
    incomplete: incompleteOf(arms, point.members, place.scorer),
    cost: pointCost(point.members, arms, learned),
    simulated: countSimulated(arms.flatMap(({ rows }) => rows)),
  };
}

function differenceTo(reference: Point, point: Point, reading: Reading): SweepPoint["difference"] {
  const { over } = reading.metric;
  const column = pairedColumn(slotsAt(point.members, reading), slotsAt(reference.members, reading), over);
  const interval = differenceInterval(column, reading.interval);
  const seeds = bySeed(point, reading);
  const others = bySeed(reference, reading);
  const paired = seeds.length === others.length ? seeds.map((own, i) => pairedColumn(own, others[i] ?? [], over)) : [];
  const ofMethod = crossedInterval(paired, { range: { low: -1, high: 1 } });
  return interval === null ? null : { estimate: estimate(column), interval, pairs: column.pairs, ofMethod };
}

/** Slots of every evolution seed by itself. */
function bySeed({ members }: Pick<Point, "members">, reading: Reading): readonly (readonly Slot[])[] {
  return members.map((arm) => slotsAt([arm], reading));
}

/** Why the number of some arms together is not final; null when it is. */
export function incompleteOf(arms: readonly ArmRows[], members: readonly string[], scorer: string): string | null {
  const absent = members.filter((name) => !arms.some((one) => one.arm === name && one.rows.length > 0));
  if (absent.length > 0) return `${absent.join(", ")} not measured`;
  return arms.flatMap((one) => incompleteReason(countSlots(one, scorer)) ?? [])[0] ?? null;
}

function slotsAt(members: readonly string[], { collected, solver, metric, place }: Reading): readonly Slot[] {
  return pooledSlots(rowsOfMembers(collected.arms, members, solver), place.scorer, metric);
}

function meanOf(slots: readonly Slot[], metric: TableMetric): number | null {
  const column = armColumn(slots, metric.over);
  return column.clusters.length === 0 ? null : estimate(column);
}

/** A value as it is written in a config. */
export function valueText(value: Json): string {
  if (Array.isArray(value)) return value.length === 0 ? "nothing" : value.map((one: Json) => valueText(one)).join(", ");
  return typeof value === "string" ? value : JSON.stringify(value);
}
