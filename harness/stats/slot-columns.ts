import type { Metric } from "../core/contract.ts";
import type { ClusterColumn } from "./cluster-column.ts";

/**
 * What one scorer says of one episode under one metric. `value` is in [0, 1] when graded and null otherwise: a missing score is never 0.
 * For metrics over `cluster-all` the value is 1 for passed and 0 for not passed.
 */
export interface Slot {
  readonly task: string;
  readonly cluster: string;
  /** Seed, attempt and replica as one text, equal for slots of the same repetition. */
  readonly rep: string;
  readonly state: "graded" | "ungraded" | "errored";
  readonly value: number | null;
}

type Over = Metric["over"];
interface Tally {
  sum: number;
  n: number;
}
interface Unit {
  readonly cluster: string;
  readonly mean: number;
  readonly passes: number;
  readonly trials: number;
}

/**
 * The column of one arm. First every task is averaged over its graded slots (seeds, attempts, replicas). Then
 * `episode`: mean over tasks; `cluster-mean` (Soft): mean over clusters of the mean of their tasks;
 * `cluster-all` (Hard): per cluster the share of repetitions with every graded case passed, averaged over clusters; a repetition with an
 * errored case is left out. Ungraded slots are left out everywhere, and so are tasks and clusters with nothing graded.
 */
export function armColumn(slots: readonly Slot[], over: Over): ClusterColumn {
  const units = unitsOf(slots, over);
  const binary = slots.every((slot) => slot.value === null || slot.value === 0 || slot.value === 1);
  const perCluster = new Map<string, { sum: number; n: number; passes: number; trials: number }>();
  for (const unit of units.values()) {
    const entry = perCluster.get(unit.cluster) ?? { sum: 0, n: 0, passes: 0, trials: 0 };
    entry.sum += unit.mean;
    entry.n += 1;
    entry.passes += unit.passes;
    entry.trials += unit.trials;
    perCluster.set(unit.cluster, entry);
  }
  const column = toColumn(perCluster, over);
  // A task-weighted mean over clusters of several tasks is not a mean of exchangeable shares: no counts for it.
  if (!binary || (over === "episode" && column.weights.some((weight) => weight !== 1))) return column;
  const entries = column.clusters.map((cluster) => perCluster.get(cluster));
  return {
    ...column,
    counts: { passes: Int32Array.from(entries, (e) => e?.passes ?? 0), trials: Int32Array.from(entries, (e) => e?.trials ?? 0) },
  };
}

/**
 * The column of a − b: differences per task (per cluster for `cluster-all`), over what both arms have graded. Its estimate equals the
 * difference of the two arms' estimates whenever both have the same tasks graded.
 */
export function pairedColumn(a: readonly Slot[], b: readonly Slot[], over: Over): ClusterColumn & { readonly pairs: number } {
  const left = unitsOf(a, over);
  const right = unitsOf(b, over);
  const perCluster = new Map<string, Tally>();
  let pairs = 0;
  for (const [id, unit] of left) {
    const other = right.get(id);
    if (other === undefined) continue;
    pairs++;
    const entry = perCluster.get(unit.cluster) ?? { sum: 0, n: 0 };
    entry.sum += unit.mean - other.mean;
    entry.n += 1;
    perCluster.set(unit.cluster, entry);
  }
  return { ...toColumn(perCluster, over), pairs };
}

/** Slots with every errored one counted as `value`: the two ends of what a complete run could have shown (worst-case bounds, Manski 1990). */
export function erroredAs(slots: readonly Slot[], value: 0 | 1): readonly Slot[] {
  return slots.map((slot) => (slot.state === "errored" ? { ...slot, state: "graded", value } : slot));
}

/** Means of the units of averaging: tasks, or clusters for `cluster-all`. */
function unitsOf(slots: readonly Slot[], over: Over): ReadonlyMap<string, Unit> {
  const sorted = [...slots].sort((x, y) => order(x.cluster, y.cluster) || order(x.task, y.task) || order(x.rep, y.rep));
  const values = new Map<string, { cluster: string; sum: number; n: number }>();
  const add = (id: string, cluster: string, value: number) => {
    const entry = values.get(id) ?? { cluster, sum: 0, n: 0 };
    entry.sum += value;
    entry.n += 1;
    values.set(id, entry);
  };
  if (over === "cluster-all") {
    for (const group of repetitions(sorted).values()) if (group.all !== null) add(group.cluster, group.cluster, group.all ? 1 : 0);
  } else {
    // The cluster is part of the name: two clusters may number their cases alike.
    for (const slot of sorted) if (slot.value !== null) add(`${slot.cluster}\u0000${slot.task}`, slot.cluster, slot.value);
  }
  const units = new Map<string, Unit>();
  for (const [id, { cluster, sum, n }] of values) units.set(id, { cluster, mean: sum / n, passes: sum, trials: n });
  return units;
}

function repetitions(slots: readonly Slot[]): ReadonlyMap<string, { cluster: string; all: boolean | null }> {
  const groups = new Map<string, { cluster: string; all: boolean | null; errored: boolean }>();
  for (const slot of slots) {
    const id = `${slot.cluster}\u0000${slot.rep}`;
    const group = groups.get(id) ?? { cluster: slot.cluster, all: null, errored: false };
    if (slot.state === "errored") group.errored = true;
    if (slot.value !== null) group.all = (group.all ?? true) && slot.value === 1;
    groups.set(id, group);
  }
  for (const group of groups.values()) if (group.errored) group.all = null;
  return groups;
}

function toColumn(perCluster: ReadonlyMap<string, Tally>, over: Over): ClusterColumn {
  const clusters = [...perCluster.keys()].sort(order);
  const tallies = clusters.map((cluster) => perCluster.get(cluster) ?? { sum: 0, n: 1 });
  if (over === "episode") {
    return { clusters, sums: Float64Array.from(tallies, (t) => t.sum), weights: Float64Array.from(tallies, (t) => t.n) };
  }
  return { clusters, sums: Float64Array.from(tallies, (t) => t.sum / t.n), weights: new Float64Array(clusters.length).fill(1) };
}

/** Code-unit order: unlike localeCompare it is the same on every machine. */
function order(x: string, y: string): number {
  return x < y ? -1 : x > y ? 1 : 0;
}
