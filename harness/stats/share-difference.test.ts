import { describe, expect, it } from "vitest";
import { seededRandom } from "./random.ts";
import { clusterDraws } from "./resample.ts";
import { type GroupedPass, shareDifference } from "./share-difference.ts";

const draws = clusterDraws({ resamples: 400, seed: "share" });

function episodes(seed: string, clusters: number, rates: readonly [number, number]): GroupedPass[] {
  const random = seededRandom(seed);
  return Array.from({ length: clusters * 4 }, (_, i) => {
    const first = random.uniform() < 0.4;
    return { cluster: `${i % clusters}`, first, passed: random.uniform() < rates[first ? 0 : 1] };
  });
}

describe("difference of two shares over clusters", () => {
  it("is exact for what can be counted by hand", () => {
    const found = shareDifference(
      [
        { cluster: "a", first: true, passed: true },
        { cluster: "a", first: false, passed: false },
        { cluster: "b", first: true, passed: true },
        { cluster: "b", first: false, passed: true },
      ],
      draws,
    );
    expect(found).toMatchObject({ difference: 0.5, clusters: 2, low: 0, high: 1 });
  });

  it("agrees with the formula for independent episodes", () => {
    const all = episodes("one", 250, [0.7, 0.4]);
    const rate = (first: boolean) => {
      const group = all.filter((one) => one.first === first);
      return { p: group.filter(({ passed }) => passed).length / group.length, n: group.length };
    };
    const [a, b] = [rate(true), rate(false)];
    const half = 1.96 * Math.sqrt((a.p * (1 - a.p)) / a.n + (b.p * (1 - b.p)) / b.n);
    const found = shareDifference(all, draws);
    expect(found?.difference).toBeCloseTo(a.p - b.p, 12);
    expect(((found?.high ?? 0) - (found?.low ?? 0)) / 2 / half).toBeGreaterThan(0.85);
    expect(((found?.high ?? 0) - (found?.low ?? 0)) / 2 / half).toBeLessThan(1.15);
  });

  it("covers the truth about as often as it says", () => {
    const runs = 60;
    let covered = 0;
    for (let i = 0; i < runs; i++) {
      const found = shareDifference(episodes(`run ${i}`, 60, [0.5, 0.5]), draws);
      if (found !== null && found.low <= 0 && found.high >= 0) covered += 1;
    }
    expect(covered / runs).toBeGreaterThan(0.85);
  });

  it("is none where a group is empty or in one cluster only", () => {
    expect(shareDifference([{ cluster: "a", first: true, passed: true }], draws)).toBeNull();
    const rare = episodes("rare", 30, [0.5, 0.5]).map((one) => ({ ...one, first: one.cluster === "0" }));
    expect(shareDifference(rare, draws)).toBeNull();
  });
});
