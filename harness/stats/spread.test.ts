import { describe, expect, it } from "vitest";
import { noiseFloor } from "./noise-floor.ts";
import { predictionInterval } from "./prediction-interval.ts";
import type { Slot } from "./slot-columns.ts";
import { spreadOf } from "./spread.ts";
import { splitVariance } from "./variance-split.ts";

/** One task per cluster; repetition i of task t has rows[t][i]. */
function slotsOf(rows: readonly (readonly number[])[], rep = (i: number): string => `${41 + i}/0/0`): Slot[] {
  return rows.flatMap((values, t) =>
    values.map((value, i): Slot => ({ task: `t${t}`, cluster: `c${t}`, rep: rep(i), state: "graded", value })),
  );
}
const five = slotsOf([
  [1, 1, 0],
  [0, 0, 0],
  [1, 1, 1],
  [0, 1, 0],
  [1, 0, 1],
]);
/** Expected numbers of this file: numpy 2, scipy 1.17 and statsmodels' anova_lm on the same data. */
describe("the spread of a mean", () => {
  it("tells tasks from repetitions", () => {
    const spread = spreadOf(five, "episode");
    expect(spread).toMatchObject({ clusters: 5, runDf: 10, repetitions: 3 });
    expect(spread?.se).toBeCloseTo(0.1699673171197595, 12);
    expect(spread?.runSe).toBeCloseTo(0.11547005383792516, 12);
  });

  it("has no noise of repetitions where nothing was repeated, and is nothing without scores", () => {
    expect(spreadOf(slotsOf([[1], [0]]), "episode")?.runSe).toBeNull();
    expect(spreadOf([], "episode")).toBeNull();
  });

  it("weighs tasks by their share of the cluster for Soft", () => {
    const two = (task: string, cluster: string, values: number[]): Slot[] =>
      values.map((value, i) => ({ task, cluster, rep: `${i}/0/0`, state: "graded", value }));
    const slots = [...two("a1", "a", [1, 0]), ...two("a2", "a", [1, 0]), ...two("b1", "b", [1, 0])];
    // Σ w² s²/R with s² = ½, R = 2: (1/16 + 1/16 + 1/4)/4.
    expect(spreadOf(slots, "cluster-mean")?.runSe).toBeCloseTo(Math.sqrt(0.375 / 4), 12);
  });
});

describe("a prediction for a published number", () => {
  const ours = spreadOf(five, "episode");
  if (ours === null) throw new Error("no spread");

  it("on the same tasks has the noise of two runs", () => {
    const interval = predictionInterval(ours, { tasks: "same", repetitions: 3 });
    expect(interval).toMatchObject({ df: 10, basis: "measured" });
    expect(interval?.low).toBeCloseTo(0.16947978243752904, 9);
    expect(interval?.high).toBeCloseTo(0.8971868842291376, 9);
  });

  it("on other tasks adds the tasks' spread of both sides, and never leaves 0 to 1", () => {
    const interval = predictionInterval(ours, { tasks: "other", repetitions: 1, clusters: 200 });
    expect(interval?.low).toBeCloseTo(0.05021770160951067, 9);
    expect(interval?.high).toBe(1);
  });

  it("adds evolution noise with the degrees of freedom there are, and half a printed digit", () => {
    const evolution = { variance: 0.02 ** 2, df: 2, ours: 3, published: 1 };
    const interval = predictionInterval(ours, { tasks: "same", repetitions: 3, step: 0.01 }, { evolution });
    expect(interval?.df).toBeCloseTo(10.383233532934133, 9);
    expect(interval?.low).toBeCloseTo(0.1676894420392951 - 0.005, 9);
    expect(interval?.high).toBeCloseTo(0.8989772246273715 + 0.005, 9);
  });

  it("takes the whole spread for the noise of a run when nothing was repeated, and says so", () => {
    const once = spreadOf(slotsOf([[1], [0], [1], [0], [1], [1]]), "episode");
    if (once === null) throw new Error("no spread");
    const interval = predictionInterval(once, { tasks: "same", repetitions: 1 });
    expect(interval?.basis).toBe("upper-bound");
    expect(interval?.se).toBeCloseTo(once.se * Math.SQRT2, 12);
    expect(predictionInterval({ ...once, clusters: 1 }, { tasks: "same", repetitions: 1 })).toBeNull();
  });
});

describe("splitting variance", () => {
  const seeds = [
    [
      [0.9, 0.7],
      [0.4, 0.6],
      [0.1, 0.1],
    ],
    [
      [0.5, 0.5],
      [0.1, 0.3],
      [0, 0.2],
    ],
    [
      [1, 0.8],
      [0.9, 0.5],
      [0.3, 0.1],
    ],
  ].map((rows) => slotsOf(rows));

  it("gives the components of the crossed analysis of variance", () => {
    const split = splitVariance(seeds, "episode");
    expect(split).toMatchObject({ units: 3, evolutionSeeds: 3 });
    expect(split.evolution).toBeCloseTo(0.023888888888888914, 9);
    expect(split.task).toBeCloseTo(0.0861111111111111, 9);
    expect(split.evolutionByTask).toBeCloseTo(0.0016666666666666462, 9);
    expect(split.rollout).toBeCloseTo(0.02222222222222222, 9);
  });

  it("says nothing of what the design cannot tell", () => {
    expect(splitVariance([slotsOf([[1], [0], [1]])], "episode")).toMatchObject({ evolution: null, evolutionByTask: null, rollout: null });
    expect(splitVariance([], "episode")).toMatchObject({ task: null, units: 0 });
  });
});

describe("the noise floor", () => {
  const replicas = slotsOf(
    [
      [1, 0, 1],
      [0.5, 0.5, 1],
      [0, 0, 0.5],
    ],
    (i) => `41/0/${i}`,
  );

  it("is what replicas of one arm differ by, 19 times in 20", () => {
    const noise = noiseFloor(replicas, "episode");
    expect(noise?.replicas).toBe(3);
    expect(noise?.floor).toBeCloseTo(0.8156372837149928, 9);
    expect(noise?.observed).toBeCloseTo(2 / 3, 12);
  });

  it("needs two replicas, not two seeds", () => {
    expect(noiseFloor(five, "episode")).toBeNull();
  });
});
