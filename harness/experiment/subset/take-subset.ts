import type { Metric } from "../../core/contract.ts";
import type { Task } from "../../core/record.ts";
import type { SubsetSpec } from "../../core/spec.ts";
import { chooseTasks } from "./choose-tasks.ts";
import { pilotVariance } from "./pilot-variance.ts";
import { planSize } from "./plan-size.ts";

/** Tasks chosen from a split, and a sentence for people that says which. */
export interface Subset {
  readonly tasks: readonly Task[];
  readonly said: string;
}

/** The part of a split that a config asks for. Throws UsageError for a pilot that cannot be used. */
export async function takeSubset(
  tasks: readonly Task[],
  subset: SubsetSpec,
  given: {
    readonly benchmark: string;
    readonly split: string;
    readonly scorer: string;
    readonly metrics: readonly Metric[];
    readonly repetitions: number;
    readonly resultsDir: string;
  },
): Promise<Subset> {
  const { benchmark, split, scorer, metrics, repetitions, resultsDir } = given;
  const whole = metrics.some((metric) => metric.over === "cluster-mean" || metric.over === "cluster-all");
  const clusters = new Set(tasks.map((task) => task.cluster)).size;
  const { seed } = subset;
  const say = (chosen: readonly Task[], why: string): Subset => ({
    tasks: chosen,
    said: `${benchmark} ${split}: ${chosen.length.toLocaleString("en-US")} of ${tasks.length.toLocaleString("en-US")} tasks (seed ${seed}${why})`,
  });
  if ("size" in subset) return say(chooseTasks(tasks, { size: subset.size, seed, whole }), "");
  const pilot =
    subset.pilot === undefined ? undefined : await pilotVariance(resultsDir, subset.pilot, { benchmark, scorer, whole, repetitions });
  const available = whole ? clusters : tasks.length;
  const { units, why } = planSize(subset, { available, repetitions, ...(pilot === undefined ? {} : { pilot }) });
  const size = whole ? Math.ceil((units * tasks.length) / Math.max(1, clusters)) : units;
  return say(chooseTasks(tasks, { size, seed, whole }), `, ${why}`);
}
