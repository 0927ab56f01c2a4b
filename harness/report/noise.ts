import { at } from "../stats/cluster-column.ts";
import { noiseFloor } from "../stats/noise-floor.ts";
import type { Draws } from "../stats/resample.ts";
import { selectionOptimism } from "../stats/selection-optimism.ts";
import { armColumn, type Slot } from "../stats/slot-columns.ts";
import { splitVariance } from "../stats/variance-split.ts";
import type { ArmRows, Collected } from "./collect-cells.ts";
import type { NoiseFacts } from "./result-table.ts";
import type { TableMetric } from "./table-design.ts";

/** What the deciding metric's numbers owe to chance: optimism of the best evolution seed, noise floors from replicas, and where the variance comes from. */
export function describeNoise(
  { arms, methods }: Collected,
  metric: TableMetric,
  slotsOf: (arm: ArmRows, metric: TableMetric) => readonly Slot[],
  draws: Draws,
): NoiseFacts {
  const { over } = metric;
  return {
    selections: methods.flatMap(({ arm, solver, seeds }) => {
      const columns = seeds.map((seed) => armColumn(slotsOf(seed, metric), over));
      const shared = (columns[0]?.clusters ?? []).filter((name) => columns.every(({ clusters }) => clusters.includes(name)));
      const aligned = columns.map(({ clusters, sums, weights }) => {
        const take = (values: Float64Array) => Float64Array.from(shared, (name) => at(values, clusters.indexOf(name)));
        return { clusters: shared, sums: take(sums), weights: take(weights) };
      });
      const found = selectionOptimism(aligned, draws);
      if (found === null) return [];
      return [{ arm, solver, best: seeds[found.best]?.arm ?? "", of: seeds.length, estimate: found.estimate, optimism: found.optimism }];
    }),
    noiseFloors: arms.flatMap((arm) => {
      const noise = noiseFloor(slotsOf(arm, metric), over);
      return noise === null ? [] : [{ arm: arm.arm, solver: arm.solver, ...noise }];
    }),
    variances: methods.map(({ arm, solver, seeds }) => ({
      arm,
      solver,
      ...splitVariance(
        seeds.map((seed) => slotsOf(seed, metric)),
        over,
      ),
    })),
  };
}
