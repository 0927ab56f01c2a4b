/** Made-up experiments whose truth is known, drawn straight into the columns that the estimators get. */
import type { ClusterColumn } from "../harness/stats/cluster-column.ts";
import type { Random } from "../harness/stats/random.ts";

/** How a benchmark looks: cases of one cluster share their difficulty. */
export interface Outcomes {
  readonly name: string;
  /** Cases of a cluster: 1 to this many, each as likely. */
  readonly cases: number;
  readonly repetitions: number;
}

export interface Evolution {
  readonly seeds: number;
  /** Standard deviation of what a skill brings from one evolution to the next. */
  readonly sd: number;
  /** Share of tasks on which one evolution's skill does something of its own: their difficulty is drawn anew. */
  readonly own: number;
}

export interface Drawn {
  /** The arm, and its paired difference to a baseline. */
  readonly arm: ClusterColumn;
  readonly difference: ClusterColumn;
}

/** Difficulties are u-shaped, from 0.2 to 0.8, so that no gain or noise used here is cut off at 0 or 1. */
const base = 0.6;
const hardest = 0.2;
const range = 0.6;
/** Mean success rate without gain. */
export const meanRate = hardest + range * (0.25 + base / 2);

function difficulty(random: Random): number {
  const half = random.uniform() / 2;
  return hardest + range * (random.uniform() < base ? 0.5 + half : half);
}

/** One experiment: `evolutions` arms, one per evolution seed, whose mean gain over the baseline is `gain`; one arm and no noise without evolution. */
export function drawExperiment(random: Random, n: number, outcomes: Outcomes, gain: number, evolution?: Evolution): readonly Drawn[] {
  const seeds = evolution?.seeds ?? 1;
  const gains = Array.from({ length: seeds }, () => gain + (evolution?.sd ?? 0) * normal(random));
  const arms = gains.map(() => emptyColumn(n));
  const differences = gains.map(() => emptyColumn(n));
  for (let c = 0; c < n; c++) {
    const cases = 1 + random.below(outcomes.cases);
    const easy = difficulty(random);
    const baseline = passes(random, easy, cases, outcomes.repetitions);
    gains.forEach((own, s) => {
      const rate = evolution !== undefined && random.uniform() < evolution.own ? difficulty(random) : easy;
      const passed = passes(random, rate + own, cases, outcomes.repetitions);
      fill(arms[s], c, passed, cases, outcomes.repetitions);
      fill(differences[s], c, passed - baseline, cases, outcomes.repetitions);
    });
  }
  const single = outcomes.cases === 1;
  return arms.map((arm, s) => ({
    arm: { ...arm, ...(single ? {} : { counts: undefined }) },
    difference: { ...(differences[s] ?? arm), counts: undefined },
  }));
}

function passes(random: Random, rate: number, cases: number, repetitions: number): number {
  let passed = 0;
  for (let i = 0; i < cases * repetitions; i++) if (random.uniform() < rate) passed++;
  return passed;
}

type Column = ClusterColumn & { readonly counts: NonNullable<ClusterColumn["counts"]> };

const names = new Map<number, readonly string[]>();

function emptyColumn(n: number): Column {
  const clusters = names.get(n) ?? Array.from({ length: n }, (_, i) => String(1e6 + i));
  names.set(n, clusters);
  return {
    clusters,
    sums: new Float64Array(n),
    weights: new Float64Array(n),
    counts: { passes: new Int32Array(n), trials: new Int32Array(n) },
  };
}

/** As a mean over tasks: the cluster's sum of task means, weighted by its tasks. */
function fill(column: Column | undefined, c: number, passed: number, cases: number, repetitions: number): void {
  if (column === undefined) return;
  column.sums[c] = passed / repetitions;
  column.weights[c] = cases;
  column.counts.passes[c] = passed;
  column.counts.trials[c] = cases * repetitions;
}

/** Box and Muller's method (Ann. Math. Stat. 29, 1958). */
function normal(random: Random): number {
  return Math.sqrt(-2 * Math.log(1 - random.uniform())) * Math.cos(2 * Math.PI * random.uniform());
}
