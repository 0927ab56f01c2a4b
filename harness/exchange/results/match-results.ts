import { UsageError } from "../../core/errors.ts";
import { listed, short } from "./read-records.ts";
import type { ResultFile, ResultRow } from "./result-file.ts";

/** The tasks two files share, with scores on one scale from 0 to 1. */
export interface Matched {
  readonly a: readonly MatchedRow[];
  readonly b: readonly MatchedRow[];
  readonly tasks: number;
  readonly clusters: number;
  readonly onlyA: readonly string[];
  readonly onlyB: readonly string[];
  /** What the scores were divided by: 100 where both files write per cent. */
  readonly scale: 1 | 100;
}

export type MatchedRow = Omit<ResultRow, "cluster"> & { readonly cluster: string };

/**
 * Joins two files by task. Throws UsageError, in one sentence, for a repetition that stands twice in a file, tasks of which none is in both, scores on two scales or outside 0 to 1
 * and 0 to 100, clusters that contradict each other, and a wanted cluster that neither has.
 */
export function matchResults(a: ResultFile, b: ResultFile, options: { readonly cluster?: string } = {}): Matched {
  // Two clusters may number their tasks alike: then a task is known by both.
  const both = [a, b].every(({ rows }) => rows.every(({ cluster }) => cluster !== null)) && [a, b].some(numbersByCluster);
  const idOf = (row: ResultRow): string => (both && row.cluster !== null ? `${row.cluster}/${row.task}` : row.task);
  const [left, right] = [a, b].map((file) => byTask(file, idOf));
  if (left === undefined || right === undefined) throw new TypeError("matchResults: two files");
  const shared = [...left.keys()].filter((task) => right.has(task)).sort();
  if (shared.length === 0)
    throw new UsageError(
      `${a.name} and ${b.name} have no task in common; the first has ${listed([...left.keys()].slice(0, 3))} and so on, the second ${listed([...right.keys()].slice(0, 3))} and so on: compare results of the same tasks, or name the column of their ids with --task`,
    );
  const scale = commonScale(a, b);
  if (options.cluster !== undefined && [...a.rows, ...b.rows].every(({ cluster }) => cluster === null))
    throw new UsageError(
      `neither ${a.name} nor ${b.name} has "${options.cluster}" to cluster by; name a column that one of them has, or leave --cluster away`,
    );
  const clusters = new Map(shared.map((task) => [task, clusterOf(task, left.get(task) ?? [], right.get(task) ?? [], a, b)]));
  const take = (tasks: ReadonlyMap<string, readonly ResultRow[]>): MatchedRow[] =>
    shared.flatMap((task) =>
      (tasks.get(task) ?? []).map((row) => ({ ...row, task, cluster: clusters.get(task) ?? task, score: scaled(row.score, scale) })),
    );
  const matched = { a: take(left), b: take(right) };
  return {
    ...matched,
    tasks: shared.length,
    clusters: new Set(clusters.values()).size,
    onlyA: [...left.keys()].filter((task) => !right.has(task)).sort(),
    onlyB: [...right.keys()].filter((task) => !left.has(task)).sort(),
    scale,
  };
}

function numbersByCluster({ rows }: ResultFile): boolean {
  const known = new Map<string, string | null>();
  return rows.some(({ task, cluster }) => {
    const first = known.get(task);
    if (first === undefined) known.set(task, cluster);
    return first !== undefined && first !== null && cluster !== null && first !== cluster;
  });
}

function byTask(file: ResultFile, idOf: (row: ResultRow) => string): ReadonlyMap<string, readonly ResultRow[]> {
  const tasks = new Map<string, ResultRow[]>();
  const seen = new Map<string, ResultRow>();
  for (const row of file.rows) {
    const task = idOf(row);
    const slot = JSON.stringify([task, row.seed]);
    const earlier = seen.get(slot);
    if (earlier !== undefined)
      throw new UsageError(
        `${file.name} has task ${short(task)}${row.seed === "" ? "" : ` with seed ${short(row.seed)}`} twice (${earlier.where} and ${row.where}); ${row.seed === "" ? "tell repetitions apart with a column seed" : "keep one of them, or number the repetitions"}`,
      );
    seen.set(slot, row);
    const rows = tasks.get(task);
    if (rows === undefined) tasks.set(task, [row]);
    else rows.push(row);
  }
  return tasks;
}

/** 1, or 100 where both files write per cent. */
function commonScale(a: ResultFile, b: ResultFile): 1 | 100 {
  const [x, y] = [a, b].map(rangeOf);
  if (x === undefined || y === undefined)
    throw new UsageError(`${x === undefined ? a.name : b.name} has no score at all; every row's score is empty`);
  for (const [file, range] of [
    [a, x],
    [b, y],
  ] as const)
    if (range.low < 0 || range.high > 100)
      throw new UsageError(
        `${file.name} has scores from ${range.low} to ${range.high}, expected 0 to 1 or 0 to 100: rescale them, or choose another one with --score`,
      );
  const percent = [x, y].map(({ high }) => high > 1);
  if (percent[0] !== percent[1]) {
    const [large, small] = percent[0] === true ? [a, b] : [b, a];
    const top = percent[0] === true ? x.high : y.high;
    throw new UsageError(
      `scores of ${large.name} go up to ${top}, those of ${small.name} up to 1: bring both to one scale, or choose the same score with --score`,
    );
  }
  return percent[0] === true ? 100 : 1;
}

function rangeOf({ rows }: ResultFile): { readonly low: number; readonly high: number } | undefined {
  let low = Number.POSITIVE_INFINITY;
  let high = Number.NEGATIVE_INFINITY;
  for (const { score } of rows)
    if (score !== null) {
      low = Math.min(low, score.value);
      high = Math.max(high, score.value);
    }
  return low > high ? undefined : { low, high };
}

function scaled(score: ResultRow["score"], scale: number): ResultRow["score"] {
  if (score === null || scale === 1) return score;
  const value = score.value / scale;
  return { ...score, value, passed: value === 1 };
}

function clusterOf(task: string, left: readonly ResultRow[], right: readonly ResultRow[], a: ResultFile, b: ResultFile): string {
  const of = (rows: readonly ResultRow[], { name }: ResultFile): string | undefined => {
    const [first, other] = new Set(rows.flatMap(({ cluster }) => cluster ?? []));
    if (other !== undefined)
      throw new UsageError(
        `${name} puts task ${short(task)} into two clusters, ${short(first ?? "")} and ${short(other)}; a task belongs to one`,
      );
    return first;
  };
  const [x, y] = [of(left, a), of(right, b)];
  if (x !== undefined && y !== undefined && x !== y)
    throw new UsageError(
      `task ${short(task)} belongs to cluster ${short(x)} in ${a.name} and to ${short(y)} in ${b.name}; choose what to cluster by with --cluster`,
    );
  return x ?? y ?? task;
}
