import { expect, it } from "vitest";
import { equivalenceP } from "./equivalence.ts";
import { meanPassAtK, passAtK } from "./pass-at-k.ts";

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

it("pass@k needs k trials, and means are over the tasks that have them", () => {
  expect(passAtK(1, 2, 3)).toBeNull();
  const slot = (task: string, rep: string, value: number | null) =>
    ({ task, cluster: task, rep, state: value === null ? "errored" : "graded", value }) as const;
  const slots = [slot("a", "1", 1), slot("a", "2", 0), slot("a", "3", 0), slot("b", "1", 0), slot("b", "2", null)];
  expect(meanPassAtK(slots, 2)).toEqual({ value: passAtK(1, 3, 2), tasks: 1 });
  expect(meanPassAtK(slots, 4)).toBeNull();
});

it("two one-sided tests: the p value of statsmodels' ttost_paired", () => {
  expect(equivalenceP({ difference: 0.0275, se: 0.01858859097096158, df: 7 }, 0.1)).toBeCloseTo(0.002948521134969179, 9);
  expect(equivalenceP({ difference: 0.2, se: 0, df: 3 }, 0.1)).toBe(1);
  expect(() => equivalenceP({ difference: 0, se: 1, df: 3 }, 0)).toThrow("above 0");
});
