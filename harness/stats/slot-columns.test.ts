import { expect, it } from "vitest";
import { at, commonValue, estimate, standardError } from "./cluster-column.ts";
import { armColumn, erroredAs, pairedColumn, type Slot } from "./slot-columns.ts";

const slot = (cluster: string, task: string, rep: string, value: number | "ungraded" | "errored"): Slot =>
  typeof value === "number" ? { cluster, task, rep, state: "graded", value } : { cluster, task, rep, state: value, value: null };

/** Cluster p: cases p1 and p2 in two repetitions; cluster q: one case, one errored repetition; cluster r: nothing graded. */
const arm: readonly Slot[] = [
  slot("q", "q1", "1", 1),
  slot("q", "q1", "2", "errored"),
  slot("p", "p1", "1", 1),
  slot("p", "p1", "2", 1),
  slot("p", "p2", "1", 0),
  slot("p", "p2", "2", 1),
  slot("r", "r1", "1", "ungraded"),
  slot("r", "r1", "2", "ungraded"),
];

it("averages repetitions per task, then tasks: p1 = 1, p2 = 0.5, q1 = 1", () => {
  expect(estimate(armColumn(arm, "episode"))).toBeCloseTo(2.5 / 3, 12);
});

it("Soft weighs clusters alike, Hard asks for every case within one repetition", () => {
  expect(estimate(armColumn(arm, "cluster-mean"))).toBeCloseTo((0.75 + 1) / 2, 12);
  expect(estimate(armColumn(arm, "cluster-all"))).toBeCloseTo((0.5 + 1) / 2, 12);
});

it("leaves a repetition with an errored case out of Hard, rather than judging it by the cases that are there", () => {
  const slots = [slot("p", "p1", "1", 1), slot("p", "p2", "1", "errored"), slot("p", "p1", "2", 0), slot("p", "p2", "2", 1)];
  expect(estimate(armColumn(slots, "cluster-all"))).toBe(0);
  expect(estimate(armColumn(erroredAs(slots, 1), "cluster-all"))).toBe(0.5);
});

it("never takes an ungraded or errored slot for 0", () => {
  expect(armColumn(arm, "episode").clusters).toEqual(["p", "q"]);
  expect(armColumn([slot("x", "x1", "1", "errored")], "cluster-mean").clusters).toEqual([]);
  expect(estimate(armColumn([], "episode"))).toBeNaN();
});

it("does not depend on the order of rows", () => {
  const fractions = [0.1, 0.2, 0.3, 0.7, 0.9].map((value, i) => slot("c", `t${i % 2}`, `${i}`, value));
  expect(armColumn([...fractions].reverse(), "episode")).toEqual(armColumn(fractions, "episode"));
});

it("keeps two clusters apart that number their cases alike", () => {
  const column = armColumn([slot("a", "1", "1", 1), slot("b", "1", "1", 0)], "cluster-mean");
  expect([...column.sums]).toEqual([1, 0]);
});

it("gives counts only where a cluster is passes out of trials", () => {
  const soft = armColumn(arm, "cluster-mean");
  expect([soft.counts?.passes, soft.counts?.trials].map((c) => [...(c ?? [])])).toEqual([
    [3, 1],
    [4, 1],
  ]);
  expect(armColumn(arm, "episode").counts).toBeUndefined();
  expect(armColumn([slot("a", "1", "1", 0.4)], "episode").counts).toBeUndefined();
});

it("pairs what both arms have graded", () => {
  const other = [slot("p", "p1", "1", 0), slot("p", "p2", "1", 0.5), slot("r", "r1", "1", 1)];
  const episode = pairedColumn(arm, other, "episode");
  expect(episode.pairs).toBe(2);
  expect(estimate(episode)).toBeCloseTo((1 - 0 + (0.5 - 0.5)) / 2, 12);
  expect(estimate(pairedColumn(arm, other, "cluster-all"))).toBe(0.5);
});

it("bounds errored slots from both sides", () => {
  const ends = ([0, 1] as const).map((value) => estimate(armColumn(erroredAs(arm, value), "episode")));
  expect(ends).toEqual([2 / 3, 2.5 / 3]);
});

it("has the linearised standard error of a ratio (numpy by hand) and s/√n for equal weights", () => {
  const ratio = {
    clusters: ["a", "b", "c", "d", "e", "f"],
    sums: Float64Array.of(2, 1.5, -0.5, 3, 0, 1 / 3),
    weights: Float64Array.of(3, 2, 1, 4, 2, 1),
  };
  expect(estimate(ratio)).toBeCloseTo(0.48717948717948717, 12);
  expect(standardError(ratio)).toBeCloseTo(0.16030298215719185, 12);
  const plain = { clusters: ["a", "b", "c"], sums: Float64Array.of(0, 1, 1), weights: Float64Array.of(1, 1, 1) };
  expect(standardError(plain)).toBeCloseTo(Math.sqrt(1 / 3 / 3), 12);
  expect(standardError({ clusters: ["a"], sums: Float64Array.of(1), weights: Float64Array.of(1) })).toBeNaN();
});

it("counts thirds reached on different ways as one common value", () => {
  const column = { clusters: ["a", "b", "c"], sums: Float64Array.of(1 / 3, 1 - 2 / 3, 1), weights: Float64Array.of(1, 1, 1) };
  expect(commonValue(column).others).toBe(1);
});

it("says which index is missing", () => {
  expect(() => at(Float64Array.of(1), 1)).toThrow("index 1 is outside an array of 1");
});

it("pass@k: a seed passes when one of its attempts does; without a pass an errored attempt leaves it unknown", () => {
  const slots = [
    ...[0, 1, 0].map((value, attempt) => slot("p", "p1", `41/${attempt}/0`, value)),
    ...[0, 0, 0].map((value, attempt) => slot("p", "p1", `42/${attempt}/0`, value)),
    slot("q", "q1", "41/0/0", 1),
    slot("q", "q1", "41/1/0", "errored"),
    slot("q", "q1", "42/0/0", 0),
    slot("q", "q1", "42/1/0", "errored"),
  ];
  expect(estimate(armColumn(slots, "attempt-any"))).toBe((0.5 + 1) / 2);
  expect(estimate(armColumn(erroredAs(slots, 0), "attempt-any"))).toBe((0.5 + 0.5) / 2);
  expect(estimate(armColumn(slots, "episode"))).toBeCloseTo((1 / 6 + 1 / 2) / 2, 12);
});
