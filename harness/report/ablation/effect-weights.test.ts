import { describe, expect, it } from "vitest";
import { confounded, interactionWeights, levelPairs, mainWeights } from "./effect-weights.ts";

/** Pilot plant of Box, Hunter & Hunter (Statistics for Experimenters, 2nd ed., table 5.3): yield by temperature, concentration and catalyst, in standard order. */
const yields = [60, 72, 54, 68, 52, 83, 45, 80];
const runs = yields.map((_, i) => ({
  levels: { T: i & 1 ? "high" : "low", C: i & 2 ? "high" : "low", K: i & 4 ? "high" : "low" },
}));
const pair = (name: string) =>
  levelPairs({
    name,
    levels: [
      { name: "high", model: "h" },
      { name: "low", model: "l" },
    ],
  })[0] ?? { factor: "", first: "", other: "" };
const of = (weights: readonly number[], values: readonly number[]): number =>
  weights.reduce((sum, weight, i) => sum + weight * (values[i] ?? 0), 0);

describe("effects of a factorial", () => {
  it("are those that the textbook prints", () => {
    expect(["T", "C", "K"].map((name) => of(mainWeights(runs, pair(name)), yields))).toEqual([23, -5, 1.5]);
    const both = [
      ["T", "C"],
      ["T", "K"],
      ["C", "K"],
    ] as const;
    expect(both.map(([a, b]) => of(interactionWeights(runs, pair(a), pair(b)), yields))).toEqual([1.5, 10, 0]);
  });

  it("of a half are sums of what they are confounded with, with the sign of the half", () => {
    // An even number of factors at the other level: T·C·K = +1 where `high` is +1.
    const kept = runs.flatMap((run, i) => (Object.values(run.levels).filter((level) => level === "low").length % 2 === 0 ? [i] : []));
    expect(kept).toHaveLength(4);
    const half = kept.flatMap((i) => runs[i] ?? []);
    const values = kept.flatMap((i) => yields[i] ?? []);
    expect(of(mainWeights(half, pair("T")), values)).toBeCloseTo(23 + 0);
    expect(of(mainWeights(half, pair("C")), values)).toBeCloseTo(-5 + 10);
    expect(of(mainWeights(half, pair("K")), values)).toBeCloseTo(1.5 + 1.5);
    expect(confounded(["K"], ["T", "C", "K"], "half")).toEqual(["T × C"]);
    expect(confounded(["K"], ["T", "C", "K"], "full")).toEqual([]);
    const five = ["rollout", "diagnosis", "patch", "merge", "solver"];
    expect(confounded(["patch"], five, "half")).toEqual([]);
    expect(confounded(["patch", "merge"], five, "half")).toEqual([]);
    expect(confounded(["patch", "merge"], five.slice(0, 4), "half")).toEqual(["rollout × diagnosis"]);
  });
});
