import type { Metric } from "../core/contract.ts";
import type { ClusterColumn } from "./cluster-column.ts";
import { estimate } from "./cluster-column.ts";
import { type Draws, resampleColumns } from "./resample.ts";
import { runsOf, type Slot, sameCluster, toColumn, type Unit, unitsOf } from "./slot-columns.ts";

type Over = Metric["over"];

/** Several arms over the tasks (clusters for `cluster-all`) that every one of them has graded: a row of means for each. */
export interface JointUnits {
  readonly over: Over;
  readonly units: readonly (Unit & { readonly means: readonly number[] })[];
}

/** Aligns arms by task. What one arm has not graded is left out of all, so that every contrast of them rests on the same tasks. */
export function joinUnits(arms: readonly (readonly Slot[])[], over: Over): JointUnits {
  const [first = [], ...others] = arms.map((slots) => unitsOf(slots, over));
  const id = (unit: Unit): string => `${unit.cluster}\u0000${unit.task}`;
  const known = others.map((units) => new Map(units.map((unit) => [id(unit), unit.mean])));
  const units = first.flatMap((unit) => {
    const rest = known.flatMap((means) => means.get(id(unit)) ?? []);
    return rest.length === others.length ? [{ ...unit, means: [unit.mean, ...rest] }] : [];
  });
  return { over, units };
}

/**
 * The column of Σ wᵢ·armᵢ, one weight an arm: a main effect, an interaction, a difference of effects. Resampling its clusters resamples all arms jointly, because a cluster
 * carries the values of every arm. Contrasts of one `JointUnits` have the same clusters in the same order.
 */
export function contrastColumn({ units, over }: JointUnits, weights: readonly number[]): ClusterColumn {
  return toColumn(runsOf(units, sameCluster), over, ({ means }) => means.reduce((sum, mean, i) => sum + mean * (weights[i] ?? 0), 0));
}

/**
 * How often each column has the largest estimate when the clusters they share are drawn anew: the share of resamples, ties split evenly. Columns as of one `JointUnits`.
 * What Goldstein & Spiegelhalter (J. R. Stat. Soc. A 159, 1996) do for league tables, by the bootstrap.
 */
export function firstShares(columns: readonly ClusterColumn[], draws: Draws): number[] {
  const shares = columns.map(() => 0);
  if ((columns[0]?.sums.length ?? 0) === 0) return shares;
  const replicates = resampleColumns(columns, draws);
  for (let b = 0; b < draws.resamples; b++) {
    const values = replicates.map(({ estimates }) => estimates[b] ?? Number.NEGATIVE_INFINITY);
    const best = Math.max(...values);
    const winners = values.flatMap((value, i) => (best - value < 1e-12 ? [i] : []));
    for (const i of winners) shares[i] = (shares[i] ?? 0) + 1 / winners.length / draws.resamples;
  }
  return shares;
}

/** Columns by falling estimate, as indices; equal ones as given. */
export function rankColumns(columns: readonly ClusterColumn[]): number[] {
  const estimates = columns.map(estimate);
  return columns.map((_, i) => i).sort((a, b) => (estimates[b] ?? 0) - (estimates[a] ?? 0) || a - b);
}
