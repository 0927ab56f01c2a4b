import type { Metric } from "../core/contract.ts";
import { type Slot, type Unit, unitsOf } from "./slot-columns.ts";

/** Where the variance of one score comes from; each part is the variance of a single draw, null where the design cannot tell it. Negative estimates are 0. */
export interface VarianceSplit {
  /** From one evolution to the next, alike for all tasks. */
  readonly evolution: number | null;
  readonly task: number | null;
  /** From one evolution to the next, differently from task to task. Without repetitions it contains `rollout`. */
  readonly evolutionByTask: number | null;
  /** From one repetition to the next. */
  readonly rollout: number | null;
  /** Tasks (clusters for `cluster-all`) measured with every evolution seed. */
  readonly units: number;
  readonly evolutionSeeds: number;
}

/**
 * Splits the variance of scores by evolution seed (one list of slots each; one list where nothing evolved), task and repetition. Unweighted-means analysis of variance of the
 * crossed random model, cell means over unequal repetitions with their harmonic mean (Searle, Casella & McCulloch, Variance Components, 1992, §4.3 and §5.3).
 */
export function splitVariance(bySeed: readonly (readonly Slot[])[], over: Metric["over"]): VarianceSplit {
  const name = ({ cluster, task }: Unit): string => `${cluster}\u0000${task}`;
  const seeds = bySeed.map((slots) => new Map(unitsOf(slots, over).map((unit) => [name(unit), unit])));
  const names = [...(seeds[0]?.keys() ?? [])].filter((one) => seeds.every((units) => units.has(one)));
  const cells = seeds.map((units) => names.flatMap((one) => units.get(one) ?? []));
  const S = cells.length;
  const n = names.length;
  const flat = cells.flat();
  const freedom = flat.reduce((sum, { trials }) => sum + trials - 1, 0);
  const inside = flat.reduce((sum, { squares, passes, trials }) => sum + Math.max(0, squares - passes ** 2 / trials), 0);
  const rollout = freedom === 0 ? null : inside / freedom;
  // What repetitions leave in a cell's mean.
  const left = (rollout ?? 0) * (flat.reduce((sum, { trials }) => sum + 1 / trials, 0) / flat.length);
  const taskMeans = names.map((_, t) => average(cells.map((row) => row[t]?.mean ?? 0)));
  const seedMeans = cells.map((row) => average(row.map(({ mean }) => mean)));
  const known = { rollout, units: n, evolutionSeeds: S };
  if (n < 2) return { evolution: null, task: null, evolutionByTask: null, ...known };
  const tasks = S * variance(taskMeans);
  if (S < 2) return { evolution: null, task: Math.max(0, tasks - left), evolutionByTask: null, ...known };
  const grand = average(seedMeans);
  const rest =
    cells.reduce(
      (sum, row, s) => sum + row.reduce((own, { mean }, t) => own + (mean - (taskMeans[t] ?? 0) - (seedMeans[s] ?? 0) + grand) ** 2, 0),
      0,
    ) /
    ((S - 1) * (n - 1));
  return {
    evolution: Math.max(0, (n * variance(seedMeans) - rest) / n),
    task: Math.max(0, (tasks - rest) / S),
    evolutionByTask: Math.max(0, rest - left),
    ...known,
  };
}

function average(values: readonly number[]): number {
  return values.reduce((sum, value) => sum + value, 0) / values.length;
}

function variance(values: readonly number[]): number {
  const mean = average(values);
  return values.reduce((sum, value) => sum + (value - mean) ** 2, 0) / (values.length - 1);
}
