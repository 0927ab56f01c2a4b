import { describe, expect, it } from "vitest";
import { betaBinomialInterval } from "./beta-binomial.ts";
import { bcaInterval, sortedQuantile, studentisedInterval } from "./bootstrap-intervals.ts";
import { differenceInterval, meanInterval } from "./choose-interval.ts";
import type { ClusterColumn } from "./cluster-column.ts";
import { clusterDraws, resampleColumns } from "./resample.ts";
import { wilsonInterval } from "./wilson.ts";

const column = (values: readonly number[], trials?: number): ClusterColumn => ({
  clusters: values.map((_, i) => `c${i}`),
  sums: Float64Array.from(values),
  weights: new Float64Array(values.length).fill(1),
  ...(trials === undefined
    ? {}
    : { counts: { passes: Int32Array.from(values, (v) => Math.round(v * trials)), trials: new Int32Array(values.length).fill(trials) } }),
});
const skewed = Array.from({ length: 120 }, (_, i) => (((i * 37) % 101) / 101) ** 2);

describe("Wilson", () => {
  // Newcombe, Stat. Med. 17 (1998) 857-872, table I, method 3.
  it.each([
    [81, 263, 0.2553, 0.3662],
    [15, 148, 0.0624, 0.1605],
    [0, 20, 0, 0.1611],
    [1, 29, 0.0061, 0.1718],
  ])("%d of %d as published", (passes, n, low, high) => {
    const interval = wilsonInterval(passes, n);
    expect(interval.low).toBeCloseTo(low, 4);
    expect(interval.high).toBeCloseTo(high, 4);
  });
  it("reaches exactly 0 and 1 at the extremes and knows nothing from nothing", () => {
    expect(wilsonInterval(0, 7).low).toBe(0);
    expect(wilsonInterval(7, 7).high).toBe(1);
    expect(wilsonInterval(0, 0)).toEqual({ low: 0, high: 1 });
  });
});

describe("beta-binomial", () => {
  // One trial each: quantiles of Beta(1 + k, 1 + n − k) from scipy 1.17.1.
  it.each([
    [7, 24, 0.14949542261356955, 0.49387682180625553],
    [1, 50, 0.004784992694707293, 0.10447489639551714],
    [3, 900, 0.0012109020622893677, 0.009699503565747086],
  ])("%d of %d clusters with one trial", (k, n, low, high) => {
    const interval = betaBinomialInterval({
      passes: Int32Array.from({ length: n }, (_, i) => (i < k ? 1 : 0)),
      trials: new Int32Array(n).fill(1),
    });
    expect(Math.abs(interval.low - low)).toBeLessThan(0.001);
    expect(Math.abs(interval.high - high)).toBeLessThan(0.001);
  });
  // Several trials: the same posterior on a 4000 × 400 grid with scipy.special.betaln.
  it.each([
    ["24 × 3", [3, 3, 3, 2, 0, 0, 1, 3, 0, 3, 3, 0, 0, 2, 3, 3, 1, 0, 3, 3, 0, 3, 2, 3], 3, 0.4310767880733238, 0.7603996986810034],
    ["8 × 8", [1, 8, 4, 0, 7, 2, 8, 8], 8, 0.3533909859787946, 0.8212949352631833],
  ])("%s trials", (_, passes, trials, low, high) => {
    const interval = betaBinomialInterval({ passes: Int32Array.from(passes), trials: new Int32Array(passes.length).fill(trials) });
    expect(Math.abs(interval.low - low)).toBeLessThan(0.002);
    expect(Math.abs(interval.high - high)).toBeLessThan(0.002);
  });
});

describe("bootstrap", () => {
  const options = () => ({ level: 0.95, draws: clusterDraws({ resamples: 20_000, seed: 1 }) });
  it("BCa agrees with scipy.stats.bootstrap (200,000 resamples)", () => {
    const interval = bcaInterval(column(skewed), options());
    expect(Math.abs(interval.low - 0.27196925138058353)).toBeLessThan(0.003);
    expect(Math.abs(interval.high - 0.37656905996360657)).toBeLessThan(0.003);
  });
  it("BCa of 14 of 150 agrees with scipy within one count", () => {
    const interval = bcaInterval(column(Array.from({ length: 150 }, (_, i) => (i % 11 === 0 ? 1 : 0))), options());
    expect(Math.abs(interval.low - 0.0533333)).toBeLessThan(1 / 150 + 1e-9);
    expect(Math.abs(interval.high - 0.1466667)).toBeLessThan(1 / 150 + 1e-9);
  });
  it("bootstrap-t agrees with numpy (200,000 resamples)", () => {
    const interval = studentisedInterval(column(skewed), options());
    expect(Math.abs(interval.low - 0.27164258)).toBeLessThan(0.003);
    expect(Math.abs(interval.high - 0.37792239)).toBeLessThan(0.003);
  });
  it("resamples columns jointly: a column and its mirror image always add up to 1", () => {
    const [left, right] = resampleColumns([column(skewed), column(skewed.map((v) => 1 - v))], clusterDraws({ resamples: 50, seed: 3 }));
    for (let b = 0; b < 50; b++) expect((left?.estimates[b] ?? 0) + (right?.estimates[b] ?? 0)).toBeCloseTo(1, 12);
  });
  it("moves numerator and denominator together: equal ratios in unequal clusters never vary", () => {
    const ratio = { clusters: ["a", "b", "c"], sums: Float64Array.of(1, 2, 5), weights: Float64Array.of(2, 4, 10) };
    const [replicates] = resampleColumns([ratio], clusterDraws({ resamples: 50, seed: 3 }));
    for (const value of replicates?.estimates ?? []) expect(value).toBeCloseTo(0.5, 12);
  });
  it("gives the same interval with shared draws, whatever they were used for before", () => {
    const shared = clusterDraws({ resamples: 2000, seed: "t2s" });
    meanInterval(column(skewed.slice(0, 105)), { shared });
    expect(meanInterval(column(skewed), { shared })).toEqual(meanInterval(column(skewed)));
  });
  it("draws every cluster about equally often, each resample anew", () => {
    const counts = new Array<number>(5).fill(0);
    const seen = new Set<string>();
    clusterDraws({ resamples: 4000, seed: "even" }).each(5, (indices) => {
      seen.add(indices.join());
      for (const index of indices) counts[index] = (counts[index] ?? 0) + 1;
    });
    for (const count of counts) expect(Math.abs(count - 4000)).toBeLessThan(300);
    expect(seen.size).toBeGreaterThan(1500);
  });
  it("refuses columns over different clusters", () => {
    expect(() => resampleColumns([column([1]), column([1, 0])], clusterDraws({ resamples: 1, seed: 1 }))).toThrow(RangeError);
  });
  it("interpolates quantiles at p(B + 1)", () => {
    expect(sortedQuantile(Float64Array.of(1, 2, 3, 4), 0.5)).toBe(2.5);
    expect(sortedQuantile(Float64Array.of(1, 2, 3), 0)).toBe(1);
    expect(sortedQuantile(Float64Array.of(1, 2, 3), 1)).toBe(3);
  });
});

describe("the rule", () => {
  it("small samples: beta-binomial for shares, t otherwise (scipy: 0.29883, 0.83867)", () => {
    expect(meanInterval(column([0, 1, 1 / 3, 1, 2 / 3], 3))?.method).toBe("beta-binomial");
    const t = meanInterval(column([0.2, 0.9, 0.55, 0.7, 0.35, 0.8, 0.95, 0.1]));
    expect(t).toMatchObject({ method: "t", n: 8, level: 0.95 });
    expect(t?.low).toBeCloseTo(0.2988290590635305, 8);
    expect(t?.high).toBeCloseTo(0.8386709409364697, 8);
  });
  it("all clusters alike: Wilson, also for one cluster and for a common value between 0 and 1", () => {
    expect(meanInterval(column(new Array(20).fill(0), 1))).toMatchObject({ method: "wilson", low: 0 });
    expect(meanInterval(column(new Array(20).fill(0), 1))?.high).toBeCloseTo(0.1611, 4);
    expect(meanInterval(column(new Array(200).fill(1), 1))).toMatchObject({ method: "wilson", high: 1 });
    const half = meanInterval(column(new Array(20).fill(0.5)));
    expect(half?.low).toBeCloseTo(0.5 * (1 - 0.1611), 4);
    expect(half?.high).toBeCloseTo(0.5 + 0.5 * 0.1611, 4);
    expect(meanInterval(column([1], 1))?.low).toBeGreaterThan(0.1);
  });
  it("large samples: BCa for means, studentised for differences, unless almost nothing differs", () => {
    expect(meanInterval(column(skewed))?.method).toBe("bca");
    expect(differenceInterval(column(skewed.map((v) => v - 0.3)))?.method).toBe("studentised");
    const rare = Array.from({ length: 300 }, (_, i) => (i < 4 ? 1 : 0));
    expect(meanInterval(column(rare, 1))?.method).toBe("beta-binomial");
    expect(differenceInterval(column(rare))?.method).toBe("t-pseudo-pair");
    expect(differenceInterval(column(Array.from({ length: 300 }, (_, i) => (i < 15 ? 1 : 0))))?.method).toBe("t");
  });
  it("differences with few differing clusters: Bonett-Price (6 against 1 of 40, by numpy with the t quantile)", () => {
    const interval = differenceInterval(column([1, 1, 1, 1, 1, 1, -1, ...new Array<number>(33).fill(0)]));
    expect(interval?.method).toBe("t-pseudo-pair");
    expect(interval?.low).toBeCloseTo(-0.022043215420662704, 8);
    expect(interval?.high).toBeCloseTo(0.2601384535159008, 8);
  });
  it("two arms that never differ keep an honest width", () => {
    const interval = differenceInterval(column(new Array(24).fill(0)));
    expect(interval?.high).toBeGreaterThan(0.08);
    expect(interval?.low).toBeCloseTo(-(interval?.high ?? 0), 12);
  });
  it("stays inside the possible range and answers null for nothing", () => {
    expect(meanInterval(column([0.97, 1, 0.2, 1]))?.high).toBeLessThanOrEqual(1);
    expect(differenceInterval(column([1]))?.low).toBeGreaterThanOrEqual(-1);
    expect(meanInterval(column([]))).toBeNull();
    expect(differenceInterval(column([]))).toBeNull();
  });
  it("repeats for equal seeds", () => {
    expect(meanInterval(column(skewed), { seed: 5 })).toEqual(meanInterval(column(skewed), { seed: 5 }));
    expect(meanInterval(column(skewed), { seed: 5 })).not.toEqual(meanInterval(column(skewed), { seed: 6 }));
  });
});
