import type { Metric } from "../core/contract.ts";
import { at, type ClusterColumn } from "./cluster-column.ts";
import { passAtK } from "./pass-at-k.ts";

/**
 * What one scorer says of one episode under one metric. `value` is in [0, 1] when graded and null otherwise: a missing score is never 0.
 * For metrics over `cluster-all`, `attempt-any` and `pass@j` the value is 1 for passed and 0 for not passed.
 */
export interface Slot {
  readonly task: string;
  readonly cluster: string;
  /** Seed, attempt and replica as `41/0/0`, equal for slots of the same repetition. */
  readonly rep: string;
  readonly state: "graded" | "ungraded" | "errored";
  readonly value: number | null;
}

type Over = Metric["over"];

/** A task, or a cluster for `cluster-all`, averaged over its repetitions. */
export interface Unit {
  readonly cluster: string;
  /** "" for a cluster. */
  readonly task: string;
  readonly mean: number;
  /** Sum of the values of its repetitions; of verdicts the number of passes. */
  readonly passes: number;
  readonly trials: number;
  /** Sum of the squared values of its repetitions. */
  readonly squares: number;
}

/**
 * The column of one arm. First every task is averaged over its graded slots (seeds, attempts, replicas). Then
 * `episode`: mean over tasks; `cluster-mean` (Soft): mean over clusters of the mean of their tasks;
 * `cluster-all` (Hard): per cluster the share of repetitions with every graded case passed, averaged over clusters; a repetition with an
 * errored case is left out; `attempt-any` (pass@k): per task the share of its seeds and replicas with an attempt that passed, averaged
 * over tasks; one without a pass that has an errored attempt is left out; `pass@j`: per task the mean over its seeds and replicas of the unbiased estimate
 * `passAtK` from their graded attempts, averaged over tasks; seeds and replicas with fewer than j of them are left out. Ungraded slots are left out everywhere, and so are tasks and clusters with nothing graded.
 */
export function armColumn(slots: readonly Slot[], over: Over): ClusterColumn {
  const clusters = runsOf(unitsOf(slots, over), sameCluster);
  const column = toColumn(clusters, over, (unit) => unit.mean);
  const binary = !over.startsWith("pass@") && slots.every((slot) => slot.value === null || slot.value === 0 || slot.value === 1);
  // A task-weighted mean over clusters of several tasks is not a mean of exchangeable shares: no counts for it.
  if (!binary || (weighsTasks(over) && column.weights.some((weight) => weight !== 1))) return column;
  const sum = (of: (unit: Unit) => number) => Int32Array.from(clusters, (units) => units.reduce((total, unit) => total + of(unit), 0));
  return { ...column, counts: { passes: sum((unit) => unit.passes), trials: sum((unit) => unit.trials) } };
}

/**
 * The column of a − b: differences per task (per cluster for `cluster-all`), over what both arms have graded. Its estimate equals the
 * difference of the two arms' estimates whenever both have the same tasks graded.
 */
export function pairedColumn(a: readonly Slot[], b: readonly Slot[], over: Over): ClusterColumn & { readonly pairs: number } {
  const left = unitsOf(a, over);
  const right = unitsOf(b, over);
  const pairs: (Unit & { readonly other: Unit })[] = [];
  let j = 0;
  for (const unit of left) {
    let other = right[j];
    while (other !== undefined && byUnit(other, unit) < 0) other = right[++j];
    if (other !== undefined && byUnit(other, unit) === 0) pairs.push({ ...unit, other });
  }
  return { ...toColumn(runsOf(pairs, sameCluster), over, ({ mean, other }) => mean - other.mean), pairs: pairs.length };
}

/** Slots with every errored one counted as `value`: the two ends of what a complete run could have shown (worst-case bounds, Manski 1990). */
export function erroredAs(slots: readonly Slot[], value: 0 | 1): readonly Slot[] {
  return slots.map((slot) => (slot.state === "errored" ? { ...slot, state: "graded", value } : slot));
}

/** Slots in the order everything here is summed in: cluster, task, repetition, by code units. Sorted ones come back as they are. */
export function sortSlots(slots: readonly Slot[]): readonly Slot[] {
  const compare = (x: Slot, y: Slot) => byUnit(x, y) || order(x.rep, y.rep);
  const sorted = slots.every((slot, i) => i === 0 || compare(slots[i - 1] ?? slot, slot) <= 0);
  return sorted ? slots : [...slots].sort(compare);
}

/** Number of tasks with something graded. */
export function gradedTasks(slots: readonly Slot[]): number {
  return unitsOf(slots, "episode").length;
}

/** Units with something graded, by cluster and task. Two clusters may number their tasks alike. */
export function unitsOf(slots: readonly Slot[], over: Over): readonly Unit[] {
  const sorted = sortSlots(slots);
  if (over === "cluster-all") return runsOf(sorted, sameCluster).flatMap(hardUnit);
  return runsOf(sorted, (x, y) => sameCluster(x, y) && x.task === y.task).flatMap((slots) => {
    const task = drawsOfTask(slots, over);
    let sum = 0;
    let squares = 0;
    let n = 0;
    for (const { value } of task) {
      if (value === null) continue;
      sum += value;
      squares += value * value;
      n++;
    }
    const [{ cluster, task: name }] = slots;
    return n === 0 ? [] : [{ cluster, task: name, mean: sum / n, passes: sum, trials: n, squares }];
  });
}

/** Whether a mean counts every task alike, whatever its cluster. */
export const weighsTasks = (over: Over): boolean => over !== "cluster-mean" && over !== "cluster-all";

/** The slots a task is averaged over: its own, or one for every seed and replica that stands for all attempts. */
function drawsOfTask(slots: Run<Slot>, over: Over): readonly Pick<Slot, "value">[] {
  if (over === "attempt-any") return bestAttempts(slots);
  if (!over.startsWith("pass@")) return slots;
  const draws = new Map<string, { passes: number; trials: number }>();
  for (const { rep, value } of slots) {
    if (value === null) continue;
    const draw = draws.get(drawOf(rep)) ?? { passes: 0, trials: 0 };
    draws.set(drawOf(rep), { passes: draw.passes + value, trials: draw.trials + 1 });
  }
  const k = Number(over.slice("pass@".length));
  return [...draws.values()].map(({ passes, trials }) => ({ value: passAtK(passes, trials, k) }));
}

/** Seed and replica of a repetition: what its attempts have in common. */
function drawOf(rep: string): string {
  const [seed, , replica] = rep.split("/");
  return `${seed}/${replica}`;
}

/** One slot for every seed and replica of a task: passed when one of its attempts did, unknown when none did and one of them errored. */
function bestAttempts(slots: Run<Slot>): readonly Slot[] {
  const best = new Map<string, Slot>();
  for (const slot of slots) {
    const draw = drawOf(slot.rep);
    const known = best.get(draw);
    if (known === undefined || rank(slot) > rank(known)) best.set(draw, slot);
  }
  return [...best.values()];
}

const rank = ({ state, value }: Slot): number => (value === 1 ? 3 : state === "errored" ? 2 : value !== null ? 1 : 0);

/** Share of a cluster's repetitions with every graded case passed; nothing when no repetition can be judged. */
function hardUnit(slots: Run<Slot>): Unit[] {
  const reps = new Map<string, { all: boolean | null; errored: boolean }>();
  for (const { rep, state, value } of slots) {
    const entry = reps.get(rep) ?? { all: null, errored: false };
    if (state === "errored") entry.errored = true;
    if (value !== null) entry.all = entry.all !== false && value === 1;
    reps.set(rep, entry);
  }
  const judged = [...reps.values()].filter((entry) => !entry.errored && entry.all !== null);
  if (judged.length === 0) return [];
  const passes = judged.filter((entry) => entry.all).length;
  return [{ cluster: slots[0].cluster, task: "", mean: passes / judged.length, passes, trials: judged.length, squares: passes }];
}

/** A column of a value of every unit; units of one cluster make one run of `clusters`. */
export function toColumn<T extends Unit>(clusters: readonly Run<T>[], over: Over, value: (unit: T) => number): ClusterColumn {
  const names = clusters.map(([unit]) => unit.cluster);
  const sums = Float64Array.from(clusters, (units) => units.reduce((sum, unit) => sum + value(unit), 0));
  const sizes = Float64Array.from(clusters, (units) => units.length);
  if (weighsTasks(over)) return { clusters: names, sums, weights: sizes };
  return { clusters: names, sums: sums.map((sum, i) => sum / at(sizes, i)), weights: new Float64Array(names.length).fill(1) };
}

/** One or more neighbours that belong together. */
export type Run<T> = readonly [T, ...T[]];

/** Neighbours that belong together, as lists. */
export function runsOf<T>(items: readonly T[], together: (x: T, y: T) => boolean): readonly Run<T>[] {
  const out: [T, ...T[]][] = [];
  for (const item of items) {
    const last = out.at(-1);
    if (last !== undefined && together(last[0], item)) last.push(item);
    else out.push([item]);
  }
  return out;
}

/** Whether two units belong to one cluster. */
export function sameCluster(x: { readonly cluster: string }, y: { readonly cluster: string }): boolean {
  return x.cluster === y.cluster;
}

function byUnit(x: { readonly cluster: string; readonly task: string }, y: { readonly cluster: string; readonly task: string }): number {
  return order(x.cluster, y.cluster) || order(x.task, y.task);
}

/** Code-unit order: unlike localeCompare it is the same on every machine. */
function order(x: string, y: string): number {
  return x === y ? 0 : x < y ? -1 : 1;
}
