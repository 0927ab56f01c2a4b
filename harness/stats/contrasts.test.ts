import { describe, expect, it } from "vitest";
import { estimate } from "./cluster-column.ts";
import { contrastColumn, firstShares, joinUnits, rankColumns } from "./contrasts.ts";
import { seededRandom } from "./random.ts";
import { clusterDraws } from "./resample.ts";
import { armColumn, pairedColumn, type Slot } from "./slot-columns.ts";

/** Verdicts of arms that pass with these shares, on tasks of which some are easier for all. */
function arms(rates: readonly number[], clusters: number): Slot[][] {
  const random = seededRandom("contrasts");
  const ease = Array.from({ length: clusters }, () => random.uniform() / 2 - 0.25);
  return rates.map((rate) =>
    ease.flatMap((more, c) =>
      [0, 1].slice(0, 1 + (c % 2)).flatMap((t) =>
        ["41/0/0", "42/0/0"].map(
          (rep): Slot => ({
            cluster: String(c).padStart(3, "0"),
            task: `${t}`,
            rep,
            state: "graded",
            value: Number(random.uniform() < rate + more),
          }),
        ),
      ),
    ),
  );
}

describe("contrasts of several arms", () => {
  const [a = [], b = [], c = [], d = []] = arms([0.7, 0.5, 0.4, 0.4], 60);

  it.each(["episode", "cluster-mean", "cluster-all"] as const)("of %s means are the same contrasts of their estimates", (over) => {
    const joint = joinUnits([a, b, c, d], over);
    const means = [a, b, c, d].map((slots) => estimate(armColumn(slots, over)));
    const expected = ((means[0] ?? 0) + (means[1] ?? 0) - (means[2] ?? 0) - (means[3] ?? 0)) / 2;
    expect(estimate(contrastColumn(joint, [0.5, 0.5, -0.5, -0.5]))).toBeCloseTo(expected, 12);
    const { sums, weights } = pairedColumn(a, b, over);
    const column = contrastColumn(joint, [1, -1, 0, 0]);
    expect([...column.sums].map((sum) => sum + 0)).toEqual([...sums].map((sum) => expect.closeTo(sum, 12)));
    expect(column.weights).toEqual(weights);
  });

  it("rest on what every arm has graded", () => {
    const holed = b.map((slot): Slot => (slot.cluster === "003" ? { ...slot, state: "errored", value: null } : slot));
    const joint = joinUnits([a, holed, c], "episode");
    expect(joint.units.some(({ cluster }) => cluster === "003")).toBe(false);
    expect(joint.units.length).toBe(joinUnits([a, b, c], "episode").units.length - 2);
    expect(joinUnits([a, []], "episode").units).toEqual([]);
  });

  it("are ranked, with the share of resamples in which each is first", () => {
    const joint = joinUnits([a, b, c, d], "episode");
    const columns = [2, 0, 1].map((arm) =>
      contrastColumn(
        joint,
        [0, 1, 2].map((i) => Number(i === arm)),
      ),
    );
    expect(rankColumns(columns)).toEqual([1, 2, 0]);
    const shares = firstShares(columns, clusterDraws({ resamples: 500, seed: 1 }));
    expect(shares.reduce((sum, share) => sum + share, 0)).toBeCloseTo(1);
    expect(shares[1]).toBeGreaterThan(0.9);
    const same = contrastColumn(joint, [1, 0, 0, 0]);
    expect(firstShares([same, same], clusterDraws({ resamples: 50, seed: 1 }))).toEqual([expect.closeTo(0.5), expect.closeTo(0.5)]);
    expect(firstShares([], clusterDraws({ resamples: 50, seed: 1 }))).toEqual([]);
  });
});
