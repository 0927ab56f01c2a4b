import { expect, it } from "vitest";
import { seededRandom, xoshiro128 } from "./random.ts";

it("gives the reference outputs of xoshiro128starstar.c 1.1 from state {1, 2, 3, 4}", () => {
  const random = xoshiro128([1, 2, 3, 4]);
  expect(Array.from({ length: 10 }, () => random.uint32())).toEqual([
    11520, 0, 5927040, 70819200, 2031721883, 1637235492, 1287239034, 3734860849, 3729100597, 4258142804,
  ]);
});

it("refuses the state it could never leave", () => {
  expect(() => xoshiro128([0, 0, 0, 0])).toThrow(RangeError);
});

it("repeats for equal seeds, differs for others, and covers a range evenly", () => {
  const draw = (seed: string | number) => {
    const random = seededRandom(seed);
    return Array.from({ length: 8 }, () => random.below(1000));
  };
  expect(draw("a")).toEqual(draw("a"));
  expect(draw(41)).not.toEqual(draw(42));
  const counts = new Array<number>(7).fill(0);
  const random = seededRandom("even");
  for (let i = 0; i < 70_000; i++) {
    const value = random.below(7);
    counts[value] = (counts[value] ?? 0) + 1;
  }
  for (const count of counts) expect(Math.abs(count - 10_000)).toBeLessThan(500);
});
