import { UsageError } from "../core/errors.ts";
import type { LedgerEpisode } from "../core/record.ts";
import { drawsOf, type IntervalOptions } from "../stats/choose-interval.ts";
import { type Slot, sortSlots } from "../stats/slot-columns.ts";
import { buildCell, countSlots, incompleteReason, type SlotsOf, setTasksApart } from "./build-cells.ts";
import { type ArmRows, type Collected, collectRows, slotOf } from "./collect-cells.ts";
import { draftComparisons, findIdentical } from "./compare-arms.ts";
import { concludeFamily, type Draft } from "./conclude.ts";
import { countUsage } from "./count-usage.ts";
import { buildMethodCell, methodLabel, methodName } from "./method-arms.ts";
import { describeNoise } from "./noise.ts";
import type { ResultTable } from "./result-table.ts";
import type { TableBenchmark, TableDesign, TableMetric } from "./table-design.ts";
import { writeNotes } from "./table-notes.ts";

export interface TableOptions {
  /** A scorer's id, or "all" for a table per scorer. Default: each benchmark's primary scorer. UsageError for one no benchmark has. */
  readonly scorer?: string;
  /** Bootstrap resamples, default 2,000. */
  readonly resamples?: number;
  /** Random sign patterns of a test, default 10,000. */
  readonly draws?: number;
  /** Seed of intervals and tests, default "t2s": the same ledger gives the same table. */
  readonly seed?: string | number;
}

/**
 * Builds one table per benchmark and scorer from ledger rows in any order. Every number is defined in harness/report/README.md.
 * Holm's correction covers the declared comparisons of all benchmarks; other scorers' tables are families of their own, being other
 * views of the same comparisons. StoreError for scores outside 0 to 1.
 */
export function buildTables(rows: Iterable<LedgerEpisode>, design: TableDesign, options: TableOptions = {}): ResultTable[] {
  const { of, leftOut } = collectRows(rows, design);
  const plans = design.benchmarks.flatMap((benchmark) => {
    const collected = of(benchmark);
    const identical = findIdentical(collected.arms);
    return scorersOf(benchmark, options.scorer).map((scorer) => planTable(design, benchmark, scorer, { ...collected, identical }, options));
  });
  if (plans.length === 0) {
    const known = [...new Set(design.benchmarks.flatMap((benchmark) => benchmark.scorers))].join(", ");
    throw new UsageError(`no benchmark of ${design.experiment} has a scorer "${options.scorer}"; expected one of ${known}, or all`);
  }
  const families = new Map<string, Draft[]>();
  for (const plan of plans) families.set(plan.family, [...(families.get(plan.family) ?? []), ...plan.drafts]);
  const concluded = new Map([...families].map(([family, drafts]) => [family, concludeFamily(drafts, design.margin)]));
  const taken = new Map<string, number>();
  return plans.map(({ family, drafts, collected, table }) => {
    const from = taken.get(family) ?? 0;
    taken.set(family, from + drafts.length);
    const { comparisons = [], size = 0 } = concluded.get(family) ?? {};
    const full = { ...table, comparisons: comparisons.slice(from, from + drafts.length), familySize: size };
    return { ...full, notes: writeNotes(full, collected, leftOut) };
  });
}

function scorersOf({ scorer, scorers }: TableBenchmark, wanted: string | undefined): readonly string[] {
  if (wanted === undefined) return [scorer];
  if (wanted === "all") return [scorer, ...scorers.filter((other) => other !== scorer)];
  return scorers.includes(wanted) || wanted === scorer ? [wanted] : [];
}

type Gathered = Collected & { readonly identical: ReadonlyMap<ArmRows, ArmRows> };

interface Plan {
  readonly family: string;
  readonly drafts: readonly Draft[];
  readonly collected: Gathered;
  readonly table: Omit<ResultTable, "notes" | "comparisons" | "familySize">;
}

function planTable(design: TableDesign, benchmark: TableBenchmark, scorer: string, collected: Gathered, options: TableOptions): Plan {
  const own = benchmark.metricsByScorer?.[scorer] ?? [];
  const metrics = own.length > 0 ? own : benchmark.metrics;
  const interval: IntervalOptions & { draws?: number } = { ...options, shared: drawsOf(options) };
  const slotsOf = rememberSlots(scorer);
  const cells = collected.arms.flatMap((arm) => {
    const identicalTo = collected.identical.get(arm)?.arm ?? null;
    return metrics.map((metric) => ({ ...buildCell(arm, scorer, metric, slotsOf, interval), identicalTo }));
  });
  const qualify = (arm: ArmRows) => {
    const slots = countSlots(arm, scorer);
    return { slots, incomplete: incompleteReason(slots) };
  };
  const methodCells = collected.methods.flatMap((method) => metrics.map((metric) => buildMethodCell(method, metric, slotsOf, qualify)));
  const primary = scorer === benchmark.scorer;
  const drafts = draftComparisons(collected, {
    design,
    slotsOf,
    metrics,
    interval,
    incomplete: (arm) => incompleteReason(countSlots(arm, scorer)) !== null,
  });
  const marked = collected.arms.flatMap((arm) => arm.rows).filter((row) => row.simulated.length > 0).length;
  const all = collected.arms.reduce((n, arm) => n + arm.rows.length, 0);
  const [deciding] = metrics;
  return {
    family: primary ? "" : scorer,
    drafts,
    collected,
    table: {
      v: 1,
      experiment: design.experiment,
      title: design.title,
      benchmark: benchmark.id,
      split: benchmark.split,
      subset: benchmark.subset ?? null,
      scorer,
      primary,
      arms: rowsOf(design, collected),
      solvers: collected.solvers,
      metrics,
      baseline: design.baseline ?? null,
      cells: [...cells, ...methodCells],
      usage: collected.arms.map(countUsage),
      noise:
        deciding === undefined
          ? { selections: [], noiseFloors: [], variances: [] }
          : describeNoise(collected, deciding, slotsOf, drawsOf(options)),
      setApart: deciding === undefined ? [] : setTasksApart(collected.arms, deciding, slotsOf),
      simulated: marked === 0 ? "none" : marked === all ? "all" : "some",
    },
  };
}

/** Arms in design order, a learned one that is judged as a method followed by the row of the method. */
function rowsOf(design: TableDesign, { methods }: Collected): ResultTable["arms"] {
  return design.arms.flatMap(({ name, label }) => {
    const method = methods.find(({ arm }) => arm === name);
    return [{ name, label: label ?? name }, ...(method === undefined ? [] : [{ name: methodName(name), label: methodLabel(method) }])];
  });
}

/**
 * Slots are needed once for the mean and once per comparison: sorted once, the later sorts are a single pass. Names that come from JSON
 * are a string object per row; sharing one per name makes comparing neighbours a comparison of pointers.
 */
function rememberSlots(scorer: string): SlotsOf {
  const known = new Map<ArmRows, Map<string, readonly Slot[]>>();
  const names = new Map<string, string>();
  const share = (name: string) => {
    const first = names.get(name);
    if (first === undefined) names.set(name, name);
    return first ?? name;
  };
  const shared = (slot: Slot): Slot => ({ ...slot, cluster: share(slot.cluster), task: share(slot.task), rep: share(slot.rep) });
  return (arm: ArmRows, metric: TableMetric) => {
    const ofArm = known.get(arm) ?? new Map<string, readonly Slot[]>();
    known.set(arm, ofArm);
    const slots = ofArm.get(metric.name) ?? sortSlots(arm.rows.flatMap((row) => slotOf(row, scorer, metric) ?? []).map(shared));
    ofArm.set(metric.name, slots);
    return slots;
  };
}
