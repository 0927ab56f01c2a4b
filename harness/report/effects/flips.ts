import type { LedgerEpisode } from "../../core/record.ts";
import { type Interval, type IntervalOptions, meanInterval } from "../../stats/choose-interval.ts";
import { armColumn, type Slot } from "../../stats/slot-columns.ts";
import { repOf, slotOf } from "../collect-cells.ts";

/** Share of the slots judged in both arms. `interval` is over clusters (stats/choose-interval.ts); null when nothing was judged. */
export interface FlipShare {
  readonly slots: number;
  readonly tasks: number;
  readonly share: number | null;
  readonly interval: Interval | null;
}

/** One task whose verdicts differ between two arms. */
export interface TaskFlip {
  readonly task: string;
  readonly cluster: string;
  /** Slots judged in both arms, and of these how many passed in the first arm and in the reference. */
  readonly slots: number;
  readonly passed: number;
  readonly referencePassed: number;
  readonly repaired: number;
  readonly broken: number;
  /** Keys of the episodes that differ: [arm, reference]. */
  readonly episodes: readonly (readonly [string, string])[];
}

/** What an arm does better and worse than its reference, slot by slot: equal task, seed, attempt and replica. */
export interface Flips {
  /** Slots judged in both arms. */
  readonly slots: number;
  /** Passed here, failed in the reference. */
  readonly repaired: FlipShare;
  /** Failed here, passed in the reference. */
  readonly broken: FlipShare;
  /** Tasks with at least one of either, the most changed first. */
  readonly tasks: readonly TaskFlip[];
}

const verdict = { name: "passed", over: "cluster-all", label: "passed" } as const;

/** Pairs episodes of two arms on one benchmark under one scorer. What is not judged in both is left out: a missing score is no failure. */
export function countFlips(
  arm: readonly LedgerEpisode[],
  reference: readonly LedgerEpisode[],
  scorer: string,
  interval: IntervalOptions = {},
): Flips {
  const others = new Map(reference.map((row) => [nameOf(row), row]));
  const repaired: Slot[] = [];
  const broken: Slot[] = [];
  const tasks = new Map<string, TaskFlip>();
  for (const row of arm.toSorted((a, b) => byText(nameOf(a), nameOf(b)))) {
    const other = others.get(nameOf(row));
    const [mine, theirs] = [
      slotOf(row, scorer, verdict)?.value ?? null,
      other === undefined ? null : (slotOf(other, scorer, verdict)?.value ?? null),
    ];
    if (other === undefined || mine === null || theirs === null) continue;
    const base = { task: row.task, cluster: row.cluster, rep: repOf(row), state: "graded" as const };
    const [better, worse] = [mine === 1 && theirs === 0, mine === 0 && theirs === 1];
    repaired.push({ ...base, value: Number(better) });
    broken.push({ ...base, value: Number(worse) });
    const id = JSON.stringify([row.cluster, row.task]);
    const seen = tasks.get(id) ?? {
      task: row.task,
      cluster: row.cluster,
      slots: 0,
      passed: 0,
      referencePassed: 0,
      repaired: 0,
      broken: 0,
      episodes: [],
    };
    tasks.set(id, {
      ...seen,
      slots: seen.slots + 1,
      passed: seen.passed + mine,
      referencePassed: seen.referencePassed + theirs,
      repaired: seen.repaired + Number(better),
      broken: seen.broken + Number(worse),
      episodes: better || worse ? [...seen.episodes, [row.key, other.key] as const] : seen.episodes,
    });
  }
  const changed = [...tasks.values()].filter((one) => one.repaired + one.broken > 0);
  return {
    slots: repaired.length,
    repaired: shareOf(repaired, interval),
    broken: shareOf(broken, interval),
    tasks: changed.toSorted(
      (a, b) => b.repaired + b.broken - (a.repaired + a.broken) || byText(a.cluster, b.cluster) || byText(a.task, b.task),
    ),
  };
}

function shareOf(slots: readonly Slot[], interval: IntervalOptions): FlipShare {
  const hits = slots.filter(({ value }) => value === 1);
  return {
    slots: hits.length,
    tasks: new Set(hits.map(({ cluster, task }) => JSON.stringify([cluster, task]))).size,
    share: slots.length === 0 ? null : hits.length / slots.length,
    interval: slots.length === 0 ? null : meanInterval(armColumn(slots, "episode"), interval),
  };
}

const nameOf = (row: LedgerEpisode): string => JSON.stringify([row.benchmark, row.split, row.solver, row.cluster, row.task, repOf(row)]);

/** Code-unit order: the same on every machine. */
const byText = (a: string, b: string): number => (a < b ? -1 : a > b ? 1 : 0);
