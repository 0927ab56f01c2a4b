import { expect, it } from "vitest";
import { isEquiv } from "./is-equiv.ts";

const cases: readonly [string, string, boolean][] = [
  ["\\frac{1}{2}", "\\dfrac12", true],
  ["\\frac{1}{2}", "0.5", true],
  ["\\frac{1}{2}", "1/2", true],
  ["\\frac{3}{4}", "0.75", false],
  ["\\sqrt3", "\\sqrt{3}", true],
  ["0.1", ".1", true],
  ["5", "x = 5", true],
  ["5", "abc = 5", false],
  ["90^\\circ", "90", true],
  ["10\\text{ units}", "10", true],
  ["10\\%", "10", true],
  ["\\left( 1, 2 \\right)", "(1,2)", true],
  ["1,2", "2,1", false],
  ["5", "\\boxed{5}", false],
  // The normalisation raises on these, so only equal texts are equal.
  ["5\\text{ a }\\text{ b }", "5\\text{ a }\\text{ b }", true],
  ["\\sqrt", "\\sqrt ", false],
  ["\\frac", "\\frac", true],
];

it.each(cases)("%s and %s", (gold, pred, verdict) => {
  expect(isEquiv(gold, pred)).toEqual({ verdict, message: "" });
});
