import { describe, expect, it } from "vitest";
import type { ClusterColumn } from "./cluster-column.ts";
import { seededRandom } from "./random.ts";
import { signFlipTest } from "./sign-flip.ts";
import { signFlipInterval } from "./sign-flip-interval.ts";

const column = (sums: readonly number[], weights: readonly number[] = sums.map(() => 1)): ClusterColumn => ({
  clusters: sums.map((_, i) => `c${1000 + i}`),
  sums: Float64Array.from(sums),
  weights: Float64Array.from(weights),
});
const range = { low: -1, high: 1 };
const shifted = (of: ClusterColumn, by: number): ClusterColumn => ({ ...of, sums: of.sums.map((d, i) => d - by * (of.weights[i] ?? 0)) });

describe("signFlipInterval", () => {
  it("with five clusters and an error of 2/32 ends at the smallest and the largest difference: only there do all signs agree", () => {
    const interval = signFlipInterval(column([0.1, 0.25, -0.05, 0.4, 0.3]), { level: 1 - 2 / 32, range });
    expect(interval?.low).toBeCloseTo(-0.05, 9);
    expect(interval?.high).toBeCloseTo(0.4, 9);
  });

  it("holds exactly the differences that the test of the shifted column does not reject", () => {
    const weights = [1, 3, 2, 1, 5, 1, 2, 2, 1, 4];
    const weighted = column([0.4, 0.9, -0.5, 1, 2.2, 0, 0.3, 1.1, -0.2, 1.5], weights);
    for (const level of [0.8, 0.95, 0.99]) {
      const interval = signFlipInterval(weighted, { level, range });
      if (interval === null) throw new Error("no interval");
      for (const [inside, outside] of [
        [interval.low + 1e-6, interval.low - 1e-6],
        [interval.high - 1e-6, interval.high + 1e-6],
      ] as const) {
        expect(signFlipTest(shifted(weighted, inside)).p).toBeGreaterThan(1 - level);
        expect(signFlipTest(shifted(weighted, outside)).p).toBeLessThanOrEqual(1 - level);
      }
    }
  });

  it("holds 0 exactly where the test does not reject it, with a few clusters and with many", () => {
    const random = seededRandom("inversion");
    let near = 0;
    for (let round = 0; round < 120; round++) {
      const n = 6 + random.below(40);
      const drawn = column(Array.from({ length: n }, () => random.below(4) - (random.uniform() < 0.75 ? 1 : 2)).map((d) => d / 2));
      const { p } = signFlipTest(drawn, { draws: 500 });
      const interval = signFlipInterval(drawn, { range, draws: 500 });
      expect((interval?.low ?? 0) <= 0 && 0 <= (interval?.high ?? 0)).toBe(p > 0.05);
      if (p > 0.005 && p < 0.3) near++;
    }
    expect(near).toBeGreaterThan(15);
  });

  it("is the whole range where nothing can be rejected, and null where there is nothing", () => {
    expect(signFlipInterval(column([0.5, 0.2]), { range })).toMatchObject({ low: -1, high: 1 });
    expect(signFlipInterval(column([]), { range })).toBeNull();
  });
});
