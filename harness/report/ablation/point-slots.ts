import type { Slot } from "../../stats/slot-columns.ts";
import type { ArmRows } from "../collect-cells.ts";
import { slotOf } from "../collect-cells.ts";
import type { TableMetric } from "../table-design.ts";

/** Rows of the arms that count for one point of an ablation. */
export function rowsOfMembers(arms: readonly ArmRows[], members: readonly string[], solver: string): readonly ArmRows[] {
  return arms.filter((one) => members.includes(one.arm) && one.solver === solver);
}

/** Slots of several arms as one: the episodes of every evolution seed are further repetitions of a task. */
export function pooledSlots(arms: readonly ArmRows[], scorer: string, metric: TableMetric): readonly Slot[] {
  return arms.flatMap(({ rows }, member) =>
    rows.flatMap((row) => {
      const slot = slotOf(row, scorer, metric);
      // A repetition is one of its arm: seed 41 of another skill is another one.
      return slot === undefined ? [] : [{ ...slot, rep: `${member}:${slot.rep}` }];
    }),
  );
}
