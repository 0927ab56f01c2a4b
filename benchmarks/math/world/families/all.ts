/** Every family, in the order in which the solver tries them. */
import type { FamilySolver } from "../family.ts";
import { circle, percentChain, rate } from "./amounts.ts";
import { choose, letters, numberPairs } from "./choices.ts";
import { meetAgain, overlapCount, packing, residue } from "./divisors.ts";
import { average, draw, together } from "./fractions.ts";
import { multiplesCount, rangeCount, series } from "./ranges.ts";

export const families: readonly FamilySolver[] = [
  rangeCount,
  multiplesCount,
  series,
  overlapCount,
  meetAgain,
  residue,
  packing,
  letters,
  choose,
  numberPairs,
  percentChain,
  rate,
  circle,
  draw,
  together,
  average,
];
