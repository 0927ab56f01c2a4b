import { runsOf, type Slot, sortSlots } from "./slot-columns.ts";

/**
 * Unbiased estimate of "at least one of k attempts passes" from `passes` of `trials`: 1 − C(n−c, k)/C(n, k), as a product that neither overflows nor cancels
 * (Chen et al., "Evaluating Large Language Models Trained on Code", arXiv 2107.03374, §2.1). null when there are fewer trials than k, or k is below 1.
 */
export function passAtK(passes: number, trials: number, k: number): number | null {
  if (k < 1 || trials < k) return null;
  let none = 1;
  for (let i = trials - passes + 1; i <= trials; i++) none *= Math.max(0, 1 - k / i);
  return 1 - none;
}

/** Mean over tasks of `passAtK` from all graded repetitions of a task, for verdicts of 0 and 1; `tasks` counts those with at least k of them. null when there is none. */
export function meanPassAtK(slots: readonly Slot[], k: number): { readonly value: number; readonly tasks: number } | null {
  const values = runsOf(sortSlots(slots), (x, y) => x.cluster === y.cluster && x.task === y.task).flatMap((task) => {
    const graded = task.flatMap(({ value }) => value ?? []);
    return passAtK(graded.filter((value) => value === 1).length, graded.length, k) ?? [];
  });
  return values.length === 0 ? null : { value: values.reduce((sum, value) => sum + value, 0) / values.length, tasks: values.length };
}
