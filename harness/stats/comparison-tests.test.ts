import { describe, expect, it } from "vitest";
import type { ClusterColumn } from "./cluster-column.ts";
import { holmAdjust } from "./holm.ts";
import { mcnemarMidP, mcnemarTest } from "./mcnemar.ts";
import { clustersNeeded, minimumDetectable, pairedVariance, plannedDetectable } from "./minimum-detectable.ts";
import { seededRandom } from "./random.ts";
import { signFlipTest } from "./sign-flip.ts";
import type { Slot } from "./slot-columns.ts";

const column = (values: readonly number[], weights = values.map(() => 1)): ClusterColumn => ({
  clusters: values.map((_, i) => `c${i}`),
  sums: Float64Array.from(values),
  weights: Float64Array.from(weights),
});

/** All sign patterns, statistic written out: what the Gray-code enumeration has to equal. */
function bruteForce(values: readonly number[], weights: readonly number[]): number {
  const weight = weights.reduce((s, w) => s + w, 0);
  const statistic = (d: readonly number[]) => {
    const theta = d.reduce((s, x) => s + x, 0) / weight;
    return theta ** 2 / d.reduce((s, x, i) => s + (x - theta * (weights[i] ?? 0)) ** 2, 0);
  };
  const observed = statistic(values);
  let hits = 0;
  for (let pattern = 0; pattern < 2 ** values.length; pattern++)
    if (statistic(values.map((d, i) => (pattern & (1 << i) ? -d : d))) >= observed * (1 - 1e-9)) hits++;
  return hits / 2 ** values.length;
}

describe("sign-flip", () => {
  const thirds = [1 / 3, 2 / 3, -1 / 3, 1, 0, 1 / 3, 2 / 3, -1 / 3, 1, 1 / 3];
  it("is exact: the values python's itertools gives", () => {
    expect(signFlipTest(column(thirds))).toMatchObject({ p: 0.0703125, method: "exact", differing: 9 });
    expect(signFlipTest(column([2, 1.5, -0.5, 3, 0, 1 / 3, -1, 2.5], [3, 2, 1, 4, 2, 1, 3, 3])).p).toBe(0.125);
  });
  it("equals brute force on random columns, equal and unequal weights", () => {
    const random = seededRandom("brute");
    for (let round = 0; round < 20; round++) {
      const weights = Array.from({ length: 9 }, () => (round % 2 ? 1 : 1 + random.below(4)));
      const values = weights.map((w) => (w * (random.below(7) - 2)) / 3);
      if (values.every((v) => v === 0)) continue;
      expect(signFlipTest(column(values, weights)).p).toBeCloseTo(bruteForce(values, weights), 12);
    }
  });
  it("one direction only among k clusters has p = 2 / 2ᵏ, whatever does not differ", () => {
    expect(signFlipTest(column([1, 1, 1, 1, 1, 0, 0, 0])).p).toBe(2 / 32);
    expect(signFlipTest(column([1, 1, 1, 1])).p).toBe(2 / 16);
    expect(signFlipTest(column(new Array(60).fill(0))).p).toBe(1);
  });
  it("draws at random beyond twenty differing clusters, never p = 0, close to the exact binomial", () => {
    const values = Array.from({ length: 30 }, (_, i) => (i < 21 ? 1 : -1));
    const result = signFlipTest(column(values));
    // Exact: 2 · P(X ≤ 9), X ~ Bin(30, ½) = 0.0427739.
    expect(result.method).toBe("monte-carlo");
    expect(Math.abs(result.p - 0.0427739)).toBeLessThan(0.008);
    expect(signFlipTest(column(new Array(80).fill(1)), { draws: 999 }).p).toBe(0.001);
    expect(signFlipTest(column(values), { seed: 7 })).toEqual(signFlipTest(column(values), { seed: 7 }));
  });
});

describe("McNemar", () => {
  it("mid-p as published: 1 against 7 is 0.0391 (Fagerland et al. 2013, airway example), ties are 1", () => {
    expect(mcnemarMidP(1, 7)).toBeCloseTo(0.0390625, 10);
    expect(mcnemarMidP(7, 1)).toBeCloseTo(0.0390625, 10);
    expect(mcnemarMidP(4, 4)).toBeCloseTo(1, 10);
    expect(mcnemarMidP(0, 0)).toBe(1);
  });
  const slots = (values: readonly (number | null)[], rep = "1"): Slot[] =>
    values.map((value, i) => ({ task: `t${i}`, cluster: `c${i}`, rep, state: value === null ? "errored" : "graded", value }));
  it("counts discordant pairs and skips what is not graded", () => {
    const result = mcnemarTest(slots([1, 1, 0, 0, null, 1]), slots([0, 1, 1, 0, 1, 0]));
    expect(result).toMatchObject({ onlyA: 2, onlyB: 1, pairs: 5 });
  });
  it("refuses seeds as pairs, several tasks per cluster and scores that are no verdicts, each with the reason", () => {
    expect(mcnemarTest([...slots([1]), ...slots([0], "2")], slots([1]))).toMatchObject({ refused: expect.stringContaining("repetitions") });
    const twoCases: Slot[] = [
      { task: "a", cluster: "c", rep: "1", state: "graded", value: 1 },
      { task: "b", cluster: "c", rep: "1", state: "graded", value: 1 },
    ];
    expect(mcnemarTest(slots([1]), twoCases)).toMatchObject({ refused: expect.stringContaining("several tasks") });
    expect(mcnemarTest(slots([0.5]), slots([1]))).toMatchObject({ refused: expect.stringContaining("verdicts") });
  });
});

describe("Holm", () => {
  it("steps down and keeps the order given (R: p.adjust(c(.01,.04,.03,.005), 'holm'))", () => {
    expect(holmAdjust([0.01, 0.04, 0.03, 0.005]).map((p) => Number(p.toFixed(12)))).toEqual([0.03, 0.06, 0.06, 0.02]);
  });
  it("never exceeds 1 and accepts an empty family", () => {
    expect(holmAdjust([0.9, 0.8])).toEqual([1, 1]);
    expect(holmAdjust([])).toEqual([]);
  });
});

describe("detectable difference", () => {
  it("is (t.975 + t.80) · se (scipy)", () => {
    expect(minimumDetectable({ se: 0.05, df: 23 })).toBeCloseTo(0.1463093582053542, 8);
  });
  // Balanced ANOVA by numpy: MSB 0.354167, MSW 0.052083, between 0.100694.
  const pilot = [
    [0.5, 0.25, 0],
    [1, 0.5, 0.75],
    [-0.25, 0, 0],
    [0, 0.25, 0.5],
  ];
  it("plans from a pilot's variance components", () => {
    const variance = pairedVariance(pilot);
    expect(variance.withinClusters).toBeCloseTo(0.05208333333333333, 12);
    expect(variance.betweenClusters).toBeCloseTo(0.10069444444444446, 12);
    expect(plannedDetectable(variance, { clusters: 200, repetitions: 3 })).toBeCloseTo(0.06840162709043072, 8);
    expect(clustersNeeded(variance, { difference: 0.05, repetitions: 3 })).toBe(373);
  });
  it("works with one repetition, refuses a single cluster, admits the impossible", () => {
    expect(pairedVariance([[1], [0], [0]])).toMatchObject({ withinClusters: 0, clusters: 3 });
    expect(() => pairedVariance([[1, 0]])).toThrow(/at least two clusters/);
    expect(clustersNeeded(pairedVariance(pilot), { difference: 0, repetitions: 1 })).toBe(Number.POSITIVE_INFINITY);
  });
  it("finds the planted effect about four times in five", () => {
    const random = seededRandom("power");
    const normal = () => Array.from({ length: 12 }, () => random.uniform()).reduce((s, u) => s + u, -6);
    const effect = minimumDetectable({ se: 1 / Math.sqrt(40), df: 39 });
    let found = 0;
    for (let i = 0; i < 300; i++) {
      if (signFlipTest(column(Array.from({ length: 40 }, () => effect + normal())), { draws: 500 }).p <= 0.05) found++;
    }
    expect(found / 300).toBeGreaterThan(0.72);
    expect(found / 300).toBeLessThan(0.88);
  });
});
