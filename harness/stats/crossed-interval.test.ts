import { expect, it } from "vitest";
import { studentisedInterval } from "./bootstrap-intervals.ts";
import { drawsOf } from "./choose-interval.ts";
import type { ClusterColumn } from "./cluster-column.ts";
import { crossedInterval, crossedP, seedsVariance } from "./crossed-interval.ts";
import { jointInterval } from "./joint-columns.ts";
import { seededRandom } from "./random.ts";
import { selectionOptimism } from "./selection-optimism.ts";

const column = (values: Readonly<Record<string, number>>): ClusterColumn => {
  const clusters = Object.keys(values).sort();
  return { clusters, sums: Float64Array.from(clusters, (name) => values[name] ?? 0), weights: new Float64Array(clusters.length).fill(1) };
};
const numbered = (values: readonly number[]): ClusterColumn =>
  column(Object.fromEntries(values.map((value, i) => [`c${1000 + i}`, value])));
const seeds = [
  [0.2, 0.5, 0, 1, 0.3, 0.1],
  [0.4, 0.6, 0.1, 0.9, 0.5, 0.2],
  [0, 0.2, -0.3, 0.8, 0.1, 0.1],
].map(numbered);

it("evolution seeds crossed with tasks: mean squares as statsmodels' anova_lm, bounds and p from them by scipy's t", () => {
  const interval = crossedInterval(seeds);
  expect(interval?.meanSquares.evolution).toBeCloseTo(0.14, 12);
  expect(interval?.meanSquares.clusters).toBeCloseTo(0.329, 12);
  expect(interval?.meanSquares.rest).toBeCloseTo(0.008, 12);
  expect(interval?.low).toBeCloseTo(-0.19467959438798266, 9);
  expect(interval?.high).toBeCloseTo(0.828012927721316, 9);
  expect(interval && crossedP(interval)).toBeCloseTo(0.13873394641524453, 9);
  expect(interval?.df).toBeCloseTo(6.997819729001345, 9);
  expect(interval?.seedLevel.low).toBeCloseTo(-0.0627916366930093, 9);
  expect(interval?.seedLevel.high).toBeCloseTo(0.6961249700263428, 9);
});

it("evolution seeds: the part of seeds that lie closer together than what is left explains is 0, and grows without a jump from there", () => {
  const close = [numbered([0.2, 0.5, 0, 1]), numbered([0.5, 0.2, 1, 0]), numbered([0.1, 0.6, 0.9, 0.3])];
  const interval = crossedInterval(close);
  const { evolution = 0, rest = 0 } = interval?.meanSquares ?? {};
  expect(evolution).toBeLessThan(1.05 * rest);
  expect(interval?.parts[0].variance).toBe(0);
  const parts = [1, 1.05, 1.051, 1.1, 1.12, 1.2, 10].map((ratio) => seedsVariance({ evolution: 4 * ratio, rest: 4 }, 3) / 4);
  [0, 0, 0.01, 0.5, 0.7, 0.8, 9.6].forEach((part, i) => {
    expect(parts[i]).toBeCloseTo(part, 12);
  });
});

it("evolution seeds: two of them cannot be told from chance, so that all of their mean square counts", () => {
  expect(seedsVariance({ evolution: 0.1, rest: 4 }, 2)).toBe(0.1);
});

it("evolution seeds: only shared clusters count, ratio columns keep their weights, one seed is not enough", () => {
  const [a, b] = [column({ x: 1, y: 0, z: 0.5 }), column({ y: 0.2, z: 0.4 })];
  expect(crossedInterval([a, b])?.n).toBe(2);
  expect(crossedInterval([a])).toBeNull();
  const weighted = { clusters: ["x", "y"], sums: Float64Array.of(3, 0), weights: Float64Array.of(3, 1) };
  expect(crossedInterval([weighted, weighted])?.estimate).toBe(0.75);
  const nothing = crossedInterval([numbered([0, 0, 0]), numbered([0, 0, 0])]);
  expect(nothing).toMatchObject({ low: 0, high: 0 });
  expect(nothing && crossedP(nothing)).toBe(1);
});

it("columns that share tasks: linearised over the union of clusters, as numpy has it", () => {
  const parts = [
    { column: column({ a: 1, b: 0, c: 0.5, d: 1 }), population: "A", weight: 0.25 },
    { column: column({ a: 0.8, b: 0.2, c: 0.4, e: 0.9 }), population: "A", weight: 0.25 },
    { column: column({ a: 0.3, b: 0.7, c: 0.6, d: 0.1, e: 0.9 }), population: "B", weight: 0.5 },
  ];
  const interval = jointInterval(parts);
  expect(interval).toMatchObject({ method: "joint-t", n: 10 });
  expect(interval?.estimate).toBeCloseTo(0.56, 12);
  expect(interval?.se).toBeCloseTo(0.11568262921945109, 12);
  expect(interval?.df).toBeCloseTo(7.57179188372772, 9);
  expect(interval?.low).toBeCloseTo(0.29058643732995704, 9);
  expect(interval?.high).toBeCloseTo(0.8294135626700431, 9);
  expect(jointInterval([])).toBeNull();
});

it("columns that share tasks: the same column twice is as uncertain as once, two populations are less so", () => {
  const random = seededRandom("joint");
  const values = Array.from({ length: 150 }, () => random.uniform());
  const one = numbered(values);
  const half = { column: one, weight: 0.5 };
  const twice = jointInterval(
    ["A", "A"].map((population) => ({ ...half, population })),
    { resamples: 1000 },
  );
  const apart = jointInterval(
    ["A", "B"].map((population) => ({ ...half, population })),
    { resamples: 1000 },
  );
  const alone = studentisedInterval(one, { level: 0.95, draws: drawsOf({ resamples: 1000 }) });
  const width = (bounds: { low: number; high: number } | null) => (bounds === null ? Number.NaN : bounds.high - bounds.low);
  expect(twice?.method).toBe("joint-studentised");
  expect(Math.abs(width(twice) / width(alone) - 1)).toBeLessThan(0.12);
  expect(Math.abs(width(apart) / width(twice) - Math.SQRT1_2)).toBeLessThan(0.12);
});

it("best of k: the choice is repeated in every resample", () => {
  const random = seededRandom("optimism");
  const draws = drawsOf({ resamples: 500 });
  let apparent = 0;
  let optimism = 0;
  for (let round = 0; round < 60; round++) {
    const candidates = Array.from({ length: 5 }, () => numbered(Array.from({ length: 100 }, () => Number(random.uniform() < 0.5))));
    const one = selectionOptimism(candidates, draws);
    apparent += ((one?.estimate ?? 0) - 0.5) / 60;
    optimism += (one?.optimism ?? 0) / 60;
  }
  // Five equal candidates of standard error 5 points: the best is 1.163 · 5 = 5.8 points too high (expected maximum of five normals), of which 1/√2 is seen.
  expect(apparent).toBeGreaterThan(0.05);
  expect(optimism).toBeGreaterThan(0.034);
  expect(optimism).toBeLessThan(0.048);
  const clear = selectionOptimism([numbered(new Array(30).fill(0.2)), numbered(new Array(30).fill(0.9))], draws);
  expect(clear).toMatchObject({ best: 1, chosen: [0, 1] });
  expect(clear?.optimism).toBeCloseTo(0, 12);
  expect(selectionOptimism([numbered([1, 0])], draws)).toBeNull();
});
