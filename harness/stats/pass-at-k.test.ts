import { expect, it } from "vitest";
import { estimate } from "./cluster-column.ts";
import { equivalenceP } from "./equivalence.ts";
import { passAtK } from "./pass-at-k.ts";
import { armColumn } from "./slot-columns.ts";

it.each([
  // 1 − C(n−c, k)/C(n, k), counted by hand.
  [2, 5, 2, 0.7],
  [1, 4, 2, 0.5],
  [0, 8, 8, 0],
  [8, 8, 1, 1],
  [3, 200, 1, 0.015],
  [1, 200, 100, 0.5],
])("pass@k: %d passes of %d, k = %d", (passes, trials, k, expected) => {
  expect(passAtK(passes, trials, k)).toBeCloseTo(expected, 12);
});

it("pass@k needs k trials, and means are over the seeds and tasks that have them", () => {
  expect(passAtK(1, 2, 3)).toBeNull();
  const slot = (task: string, rep: string, value: number | null) =>
    ({ task, cluster: task, rep, state: value === null ? "errored" : "graded", value }) as const;
  const slots = [
    ...[1, 0, 0, 0].map((value, attempt) => slot("a", `41/${attempt}/0`, value)),
    ...[1, 1, 0, null].map((value, attempt) => slot("a", `42/${attempt}/0`, value)),
    ...[0, null, null, null].map((value, attempt) => slot("b", `41/${attempt}/0`, value)),
  ];
  expect(estimate(armColumn(slots, "pass@2"))).toBeCloseTo((0.5 + 1) / 2, 12);
  expect(estimate(armColumn(slots, "pass@1"))).toBeCloseTo(((0.25 + 2 / 3) / 2 + 0) / 2, 12);
  expect(armColumn(slots, "pass@2").counts).toBeUndefined();
  expect(armColumn(slots, "pass@5").clusters).toEqual([]);
  const complete = slots.filter(({ task }) => task === "a").map((one) => ({ ...one, state: "graded" as const, value: one.value ?? 0 }));
  expect(estimate(armColumn(complete, "pass@4"))).toBe(estimate(armColumn(complete, "attempt-any")));
});

it("two one-sided tests: the p value of statsmodels' ttost_paired", () => {
  expect(equivalenceP({ difference: 0.0275, se: 0.01858859097096158, df: 7 }, 0.1)).toBeCloseTo(0.002948521134969179, 9);
  expect(equivalenceP({ difference: 0.2, se: 0, df: 3 }, 0.1)).toBe(1);
  expect(() => equivalenceP({ difference: 0, se: 1, df: 3 }, 0)).toThrow("above 0");
});
