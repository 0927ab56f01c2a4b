import { describe, expect, it } from "vitest";
import { parity } from "./parity.ts";
import { strict } from "./strict.ts";

/** Class of difference, gold, response, what is right. Math-Verify says the opposite of each. */
const differences: readonly [string, string, string, boolean][] = [
  ["a corrected box", "116", "First \\boxed{120}. Wait, correction: \\boxed{116}.", true],
  ["an answer corrected in an fbox", "5", "\\boxed{5}, but with the sign mended \\fbox{7}", false],
  ["a thought box", "204", "<think>so \\boxed{204}</think>\nThe answer is 450", false],
  ["an unclosed thought", "204", "<think>so it is \\boxed{204}", false],
  ["a blank before the brace", "385", "\\boxed {385}", true],
  ["fbox", "385", "\\fbox{385}", true],
  ["a closing point", "385", "\\boxed{385.}", true],
  ["full-width digits", "294", "\\boxed{２９４}", true],
  ["an answer element", "385", "I think <answer>385</answer>", true],
  ["thin-space separators", "1234", "\\boxed{1\\,234}", true],
  ["separators behind a name", "58500", "\\boxed{x = 58,500}", true],
  ["a modulus", "25", "\\boxed{25 \\pmod{1000}}", true],
  ["scientific notation", "510", "\\boxed{5.1 \\times 10^2}", true],
  ["a decimal near an integer", "5", "\\boxed{5.0000001}", false],
  ["numbers side by side", "5", "\\boxed{2(3)}", false],
  ["a product in parentheses", "6", "\\boxed{2(3)}", true],
  ["the imaginary unit", "-1", "\\boxed{i^2}", true],
  ["a tuple for a list", "1,2,3", "\\boxed{(1,2,3)}", false],
  ["an inequality for an interval", "(0,1)", "\\boxed{0<x<1}", true],
  ["a chain turned round", "0<x<1", "\\boxed{1>x>0}", true],
  ["an equation times a number", "x=5", "\\boxed{2x=10}", true],
  ["noise with the number in it", "27", "We looked at 13 cases and then at 27", false],
];

describe("the strict scorer against Math-Verify", () => {
  it.each(differences)("%s", (_, gold, response, right) => {
    expect(strict(gold, response)).toEqual({ verdict: right, message: "" });
    expect(parity(`$${gold}$`, response).verdict).toBe(!right);
  });
});

describe("the strict scorer", () => {
  const right: readonly [string, string][] = [
    ["204", "Answer: 204"],
    ["204", "**Answer: 204**"],
    ["204", "The answer is\n\\[\n204\n\\]"],
    ["204", "The final answer is $204$. I hope it is correct."],
    ["204", "Final answer: 204. (There were 11 cases in total.)"],
    ["204", "204"],
    ["204", "**204**"],
    ["204", "```\n204\n```"],
    ["204", "Thus $m+n=204$."],
    ["204", "<think>maybe \\boxed{273}</think>\nThe answer is \\boxed{204}"],
    ["204", "maybe \\boxed{273}</think>\nThe answer is \\boxed{204}"],
    ["204", "\\boxed{\\textbf{204}}"],
    ["204", "\\boxed{\\text{ 204 }}"],
    ["204", "\\boxed{\\textcolor{red}{204}}"],
    ["204", "\\boxed{204\\text{ units}}"],
    ["13535", "\\boxed{13{,}535}"],
    ["13535", "\\boxed{13 535}"],
    ["\\text{Evelyn}", "The answer is Evelyn."],
    ["\\text{(B)}", "\\boxed{B}"],
    ["\\frac{3}{56}", "\\boxed{3/56}"],
    ["3\\frac{1}{2}", "\\boxed{\\frac72}"],
    ["6+9i", "\\boxed{9i + 6}"],
    ["1,-2", "\\boxed{-2} and \\boxed{1}"],
    ["\\frac{\\pi}{2}", "\\boxed{π/2}"],
    ["2516_8", "\\boxed{2516_{8}}"],
  ];
  it.each(right)("takes %s from %j", (gold, response) => {
    expect(strict(gold, response)).toEqual({ verdict: true, message: "" });
  });

  const wrong: readonly [string, string][] = [
    ["204", ""],
    ["204", "I do not know."],
    ["204", "There are 204 cats and 9 dogs in 12 houses."],
    ["204", "\\boxed{}"],
    ["204", "\\boxed{204"],
    ["204", "\\boxed{205}"],
    ["204", "\\boxed{-204}"],
    ["204", "\\boxed{204\\%}"],
    ["204", "\\boxed{204, 205}"],
    ["204", "\\boxed{[204,205]}"],
    ["204", "\\boxed{\\text{none}}"],
    ["204", "\\boxed{204} or rather \\boxed{205}"],
    ["(1,2)", "\\boxed{[1,2]}"],
    ["10_2", "\\boxed{10_3}"],
    ["x", "\\boxed{y}"],
  ];
  it.each(wrong)("does not take %s from %j", (gold, response) => {
    expect(strict(gold, response)).toEqual({ verdict: false, message: "" });
  });
});
