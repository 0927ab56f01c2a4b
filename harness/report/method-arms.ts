import type { Interval } from "../stats/choose-interval.ts";
import { estimate } from "../stats/cluster-column.ts";
import { type CrossedInterval, crossedInterval, crossedP } from "../stats/crossed-interval.ts";
import { minimumDetectable } from "../stats/minimum-detectable.ts";
import { armColumn, erroredAs, pairedColumn, type Slot } from "../stats/slot-columns.ts";
import type { ArmRows, MethodRows } from "./collect-cells.ts";
import type { Draft } from "./conclude.ts";
import { countSimulated } from "./count-usage.ts";
import type { EvolutionSeeds, SlotCounts, TableCell } from "./result-table.ts";
import type { TableMetric } from "./table-design.ts";

type SlotsOf = (arm: ArmRows, metric: TableMetric) => readonly Slot[];

/** Name of the row that stands for a learned arm as a method: the mean over its evolution seeds. */
export const methodName = (arm: string): string => `${arm}@method`;

/** Label of that row. */
export const methodLabel = ({ label, seeds }: Pick<MethodRows, "label" | "seeds">): string =>
  `${label}, as a method (mean of ${seeds.length} evolutions)`;

/** The number of a method with one solver under one metric: mean over evolution seeds, with evolution and tasks random. */
export function buildMethodCell(
  { arm, solver, seeds }: MethodRows,
  metric: TableMetric,
  slotsOf: SlotsOf,
  count: (arm: ArmRows) => { readonly slots: SlotCounts; readonly incomplete: string | null },
): TableCell {
  const columns = seeds.map((seed) => armColumn(slotsOf(seed, metric), metric.over));
  const crossed = crossedInterval(columns, { range: { low: 0, high: 1 } });
  const known = columns.filter(({ clusters }) => clusters.length > 0).map(estimate);
  const counts = seeds.map(count);
  const slots = sumCounts(counts.map((one) => one.slots));
  const bound = (value: 0 | 1) => average(seeds.map((seed) => estimate(armColumn(erroredAs(slotsOf(seed, metric), value), metric.over))));
  return {
    arm: methodName(arm),
    solver,
    metric: metric.name,
    estimate: crossed?.estimate ?? (known.length === 0 ? null : average(known)),
    interval: crossed === null ? null : asInterval(crossed),
    // Spreads are those of one skill.
    spread: null,
    tasks: new Set(
      seeds.flatMap((seed) => slotsOf(seed, metric).flatMap((slot) => (slot.value === null ? [] : [`${slot.cluster}\u0000${slot.task}`]))),
    ).size,
    clusters: crossed?.n ?? 0,
    slots,
    errorBounds: slots.errored > 0 ? { low: bound(0), high: bound(1) } : null,
    incomplete: counts.find((one) => one.incomplete !== null)?.incomplete ?? null,
    identicalTo: null,
    simulated: countSimulated(seeds.flatMap((seed) => seed.rows)),
  };
}

/** A declared comparison in which a learned arm was measured with several evolution seeds. */
export interface MethodPair {
  readonly arm: string;
  readonly reference: string;
  readonly label: string;
  readonly solvers: readonly string[];
  /** By solver: the methods among the two arms. */
  readonly of: (solver: string) => { readonly left?: MethodRows; readonly right?: MethodRows };
}

/** undefined when neither arm was measured as a method. */
export function methodPair(methods: readonly MethodRows[], arm: string, reference: string): MethodPair | undefined {
  const mine = methods.filter((method) => method.arm === arm);
  const theirs = methods.filter((method) => method.arm === reference);
  if (mine.length === 0 && theirs.length === 0) return undefined;
  return {
    arm: mine.length > 0 ? methodName(arm) : arm,
    reference: theirs.length > 0 ? methodName(reference) : reference,
    label: "the method",
    solvers: [...new Set([...mine, ...theirs].map(({ solver }) => solver))],
    of: (solver) => ({ left: mine.find((one) => one.solver === solver), right: theirs.find((one) => one.solver === solver) }),
  };
}

/** The method's comparison for every solver and metric; the first metric of a declared one is tested. */
export function draftMethods(
  pair: MethodPair,
  declared: boolean,
  options: {
    readonly slotsOf: SlotsOf;
    readonly metrics: readonly TableMetric[];
    readonly incomplete: (arm: ArmRows) => boolean;
    readonly single: (arm: string, solver: string) => ArmRows | undefined;
  },
): readonly Draft[] {
  const { slotsOf, metrics, incomplete, single } = options;
  return pair.solvers.flatMap((solver) => {
    const { left, right } = pair.of(solver);
    const runs = pairUp(left?.seeds ?? single(pair.arm, solver), right?.seeds ?? single(pair.reference, solver));
    return metrics.map((metric, index): Draft => {
      const columns = runs.map(([a, b]) => pairedColumn(slotsOf(a, metric), slotsOf(b, metric), metric.over));
      const crossed = crossedInterval(columns, { range: { low: -1, high: 1 } });
      const rows = [...new Set(runs.flat())];
      const bound = (value: 0 | 1) =>
        average(
          runs.map(([a, b]) =>
            estimate(pairedColumn(erroredAs(slotsOf(a, metric), value), erroredAs(slotsOf(b, metric), value === 0 ? 1 : 0), metric.over)),
          ),
        );
      const errored = rows.some((arm) => slotsOf(arm, metric).some(({ state }) => state === "errored"));
      return {
        arm: pair.arm,
        reference: pair.reference,
        solver,
        metric: metric.name,
        declared,
        estimand: "method",
        sameEpisodes: false,
        incomplete: rows.some(incomplete),
        difference: crossed?.estimate ?? null,
        interval: crossed === null ? null : { ...asInterval(crossed), se: crossed.se, df: crossed.df },
        intervalAt: (level) => crossedInterval(columns, { level, range: { low: -1, high: 1 } }),
        evolution: crossed === null ? null : seedsOf(crossed, runs),
        pairs: Math.min(...columns.map(({ pairs }) => pairs)),
        clusters: crossed?.n ?? 0,
        p: declared && index === 0 && crossed !== null ? crossedP(crossed) : null,
        mcnemar: null,
        detectable: crossed === null ? null : minimumDetectable(crossed),
        errorBounds: errored ? { low: bound(0), high: bound(1) } : null,
        simulated: countSimulated(rows.flatMap((arm) => arm.rows)),
      };
    });
  });
}

/** Evolution seeds of two methods are paired where both have them (they share what the seed decides), else in order; a single arm stands against all of them. */
function pairUp(
  left: readonly ArmRows[] | ArmRows | undefined,
  right: readonly ArmRows[] | ArmRows | undefined,
): readonly (readonly [ArmRows, ArmRows])[] {
  if (left === undefined || right === undefined) return [];
  if (!isMany(left)) return isMany(right) ? right.map((one) => [left, one] as const) : [];
  if (!isMany(right)) return left.map((one) => [one, right] as const);
  const seed = ({ arm }: ArmRows): string => arm.slice(arm.lastIndexOf("@") + 1);
  const shared = left.flatMap((one) => right.filter((other) => seed(other) === seed(one)).map((other) => [one, other] as const));
  if (shared.length > 1) return shared;
  return left.slice(0, right.length).flatMap((one, i) => (right[i] === undefined ? [] : [[one, right[i]] as const]));
}

const isMany = (arms: readonly ArmRows[] | ArmRows): arms is readonly ArmRows[] => Array.isArray(arms);

function seedsOf({ seeds, seedLevel }: CrossedInterval, runs: readonly (readonly [ArmRows, ArmRows])[]): EvolutionSeeds {
  const several = new Set(runs.map(([left]) => left.arm)).size > 1;
  return { seeds: seeds.map((value, i) => ({ arm: runs[i]?.[several ? 0 : 1].arm ?? "", estimate: value })), seedLevel };
}

const asInterval = ({ low, high, level, n }: CrossedInterval): Interval => ({ low, high, level, method: "crossed", n });

function sumCounts(counts: readonly SlotCounts[]): SlotCounts {
  const sum = (of: (counts: SlotCounts) => number) => counts.reduce((total, one) => total + of(one), 0);
  return {
    expected: sum((one) => one.expected),
    graded: sum((one) => one.graded),
    ungraded: sum((one) => one.ungraded),
    errored: sum((one) => one.errored),
    missing: sum((one) => one.missing),
  };
}

function average(values: readonly number[]): number {
  return values.reduce((sum, value) => sum + value, 0) / values.length;
}
