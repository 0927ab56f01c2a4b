import type { Metric } from "../core/contract.ts";
import { estimate } from "./cluster-column.ts";
import { studentQuantile } from "./distributions.ts";
import { armColumn, type Slot, unitsOf } from "./slot-columns.ts";
import { unitWeights } from "./spread.ts";

/** How far one and the same arm differs from itself when everything is run again. */
export interface NoiseFloor {
  /** Two runs of the arm on these tasks differ by more than this in 5 % of cases. */
  readonly floor: number;
  /** Largest difference between two of the replicas. */
  readonly observed: number;
  readonly replicas: number;
}

/**
 * Noise floor from an arm's replicas; null below two of them. t₀.₉₇₅ · √2 · se, where se² = Σ w² s² over tasks (clusters for `cluster-all`), s² the variance between a task's
 * replicas: the repeatability limit of ISO 5725-2:2019, §3, for a weighted mean.
 */
export function noiseFloor(slots: readonly Slot[], over: Metric["over"]): NoiseFloor | null {
  const names = [...new Set(slots.map(replicaOf))].sort();
  const runs = names.map((name) => slots.filter((slot) => replicaOf(slot) === name)).filter((run) => unitsOf(run, over).length > 0);
  if (runs.length < 2) return null;
  const values = new Map<string, number[]>();
  for (const run of runs)
    for (const { cluster, task, mean } of unitsOf(run, over)) {
      const name = `${cluster}\u0000${task}`;
      values.set(name, [...(values.get(name) ?? []), mean]);
    }
  const units = unitsOf(slots, over);
  const weight = unitWeights(units, over);
  const within = [...values.values()].map(deviations);
  const df = within.reduce((sum, one) => sum + one.df, 0);
  if (df === 0) return null;
  const pooled = within.reduce((sum, one) => sum + one.squares, 0) / df;
  const variance = units.reduce((sum, unit) => {
    const own = deviations(values.get(`${unit.cluster}\u0000${unit.task}`) ?? []);
    return sum + weight(unit) ** 2 * (own.df > 0 ? own.squares / own.df : pooled);
  }, 0);
  const means = runs.map((run) => estimate(armColumn(run, over)));
  return {
    floor: variance === 0 ? 0 : studentQuantile(0.975, df) * Math.sqrt(2 * variance),
    observed: Math.max(...means) - Math.min(...means),
    replicas: runs.length,
  };
}

function replicaOf({ rep }: Slot): string {
  return rep.slice(rep.lastIndexOf("/") + 1);
}

function deviations(values: readonly number[]): { readonly squares: number; readonly df: number } {
  const mean = values.reduce((sum, value) => sum + value, 0) / values.length;
  return { squares: values.reduce((sum, value) => sum + (value - mean) ** 2, 0), df: Math.max(0, values.length - 1) };
}
