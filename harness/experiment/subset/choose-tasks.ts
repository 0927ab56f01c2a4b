import { sha256 } from "../../core/json.ts";
import type { Task } from "../../core/record.ts";

/**
 * So many tasks of a split, in the split's order. Which ones depends on the seed and the ids alone, and a smaller subset of the same seed is part of a larger one.
 * Single tasks are drawn from as many clusters as possible, one from each before a second from any; `whole` takes clusters whole until there are enough tasks, for
 * metrics that judge clusters.
 */
export function chooseTasks(
  tasks: readonly Task[],
  choice: { readonly size: number; readonly seed: number; readonly whole: boolean },
): readonly Task[] {
  const lot = (...what: readonly string[]) => sha256([String(choice.seed), ...what].join("\u0000"));
  const clusters = new Map<string, Task[]>();
  for (const task of tasks) clusters.set(task.cluster, [...(clusters.get(task.cluster) ?? []), task]);
  const drawn = [...clusters].map(([cluster, members]) => ({ lot: lot(cluster), members })).sort((a, b) => order(a.lot, b.lot));
  const chosen = new Set<Task>();
  if (choice.whole) {
    for (const { members } of drawn) {
      if (chosen.size >= choice.size) break;
      for (const task of members) chosen.add(task);
    }
    return tasks.filter((task) => chosen.has(task));
  }
  const shuffled = drawn.map(({ members }) =>
    members.map((task) => ({ lot: lot(task.cluster, task.id), task })).sort((a, b) => order(a.lot, b.lot)),
  );
  const longest = shuffled.reduce((most, members) => Math.max(most, members.length), 0);
  for (let round = 0; round < longest; round++)
    for (const members of shuffled) {
      const next = members[round];
      if (next !== undefined && chosen.size < choice.size) chosen.add(next.task);
    }
  return tasks.filter((task) => chosen.has(task));
}

function order(a: string, b: string): number {
  return a === b ? 0 : a < b ? -1 : 1;
}
