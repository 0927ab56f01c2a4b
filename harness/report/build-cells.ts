import { type IntervalOptions, meanInterval } from "../stats/choose-interval.ts";
import { estimate } from "../stats/cluster-column.ts";
import { armColumn, erroredAs, gradedTasks, type Slot } from "../stats/slot-columns.ts";
import { spreadOf } from "../stats/spread.ts";
import { type ArmRows, outcomeOf } from "./collect-cells.ts";
import { countSimulated } from "./count-usage.ts";
import { percent } from "./number-text.ts";
import type { SetApart, SlotCounts, TableCell } from "./result-table.ts";
import type { TableMetric } from "./table-design.ts";

/** An arm with more errored slots than this share is incomplete (architecture §11). */
const mostErrored = 0.01;

export type SlotsOf = (arm: ArmRows, metric: TableMetric) => readonly Slot[];

/** The number of one arm, solver and metric with everything that qualifies it. */
export function buildCell(
  arm: ArmRows,
  scorer: string,
  metric: TableMetric,
  slotsOf: SlotsOf,
  options: IntervalOptions,
): Omit<TableCell, "identicalTo"> {
  const slots = slotsOf(arm, metric);
  const column = armColumn(slots, metric.over);
  const counts = countSlots(arm, scorer);
  const bound = (value: 0 | 1) => estimate(armColumn(erroredAs(slots, value), metric.over));
  return {
    arm: arm.arm,
    solver: arm.solver,
    metric: metric.name,
    estimate: column.clusters.length === 0 ? null : estimate(column),
    interval: meanInterval(column, options),
    // One cluster alone has no spread.
    spread: column.clusters.length < 2 ? null : spreadOf(slots, metric.over),
    tasks: gradedTasks(slots),
    clusters: column.clusters.length,
    slots: counts,
    errorBounds: counts.errored > 0 ? { low: bound(0), high: bound(1) } : null,
    incomplete: incompleteReason(counts),
    simulated: countSimulated(arm.rows),
  };
}

/** States of an arm's planned slots under one scorer. */
export function countSlots({ rows, expected }: ArmRows, scorer: string): SlotCounts {
  const states = rows.map((row) => outcomeOf(row, scorer)?.state ?? (row.state === "errored" ? "errored" : "missing"));
  const of = (state: string) => states.filter((s) => s === state).length;
  return {
    expected: Math.max(expected, rows.length),
    graded: of("graded"),
    ungraded: of("ungraded"),
    errored: of("errored"),
    missing: of("missing") + Math.max(0, expected - rows.length),
  };
}

/** Why the numbers of an arm are not final, in words; null when they are. */
export function incompleteReason({ expected, errored, missing }: SlotCounts): string | null {
  const reasons = [];
  if (errored > mostErrored * expected) reasons.push(`${percent(errored / expected)} of its slots errored`);
  if (missing > 0) reasons.push(`${missing} of ${expected} slots missing`);
  return reasons.length === 0 ? null : reasons.join(", ");
}

/** Groups of flags (core/record.ts, Task.flags) that change what a mean says. */
const apart: readonly { readonly label: string; readonly flags: readonly string[] }[] = [
  { label: "pass with the untouched start file or cannot pass at all", flags: ["passes-untouched", "cannot-pass"] },
  { label: "were excluded by the data set's authors", flags: ["author-excluded"] },
  { label: "are in the evolve split", flags: ["in-evolve-split"] },
];

/** For every group of flags that occurs: how many tasks, and each arm's mean without them. */
export function setTasksApart(arms: readonly ArmRows[], metric: TableMetric, slotsOf: SlotsOf): readonly SetApart[] {
  const flagsOf = new Map<string, readonly string[]>();
  for (const arm of arms) for (const row of arm.rows) flagsOf.set(`${row.cluster}\u0000${row.task}`, row.flags);
  return apart.flatMap(({ label, flags }) => {
    const flagged = new Set([...flagsOf].filter(([, own]) => own.some((flag) => flags.includes(flag))).map(([task]) => task));
    if (flagged.size === 0) return [];
    const without = arms.map((arm) => {
      const slots = slotsOf(arm, metric).filter((slot) => !flagged.has(`${slot.cluster}\u0000${slot.task}`));
      const column = armColumn(slots, metric.over);
      const mean = column.clusters.length === 0 ? null : estimate(column);
      return { arm: arm.arm, solver: arm.solver, estimate: mean, tasks: gradedTasks(slots) };
    });
    return [{ label, flags, tasks: flagged.size, of: flagsOf.size, without }];
  });
}
