import { describe, expect, it } from "vitest";
import { newBudget } from "../limits.ts";
import { parseArithmetic } from "./arithmetic.ts";
import { boxesOf, lastGroup } from "./boxes.ts";
import type { MatchType } from "./candidates.ts";
import { plainNumbers } from "./plain-numbers.ts";
import { readAnswer } from "./read-answer.ts";
import { spansOf } from "./spans.ts";

const text = (from: string, ...types: readonly MatchType[]): string | undefined =>
  readAnswer(from, new Set<MatchType>(types.length === 0 ? ["latex", "expr"] : types), newBudget()).text;

describe("formulas", () => {
  it("stand between delimiters", () => {
    expect(spansOf("a $1$ b $$2\n$$ c \\(3\\) d \\[4\n\\] e [ 5 ] f -\\frac{6}{7}").map(({ content }) => content)).toEqual([
      "1",
      "2\n",
      "3",
      "4\n",
      "5",
      "-\\frac{6}{7}",
    ]);
  });
  it("are none when unclosed, empty, or broken over lines", () => {
    expect(spansOf("$5 and \\(6 and \\[7")).toEqual([]);
    expect(spansOf("$5\n6$")).toEqual([]);
  });
});

describe("boxes", () => {
  it("are the outermost closed ones", () => {
    expect(boxesOf("\\boxed{a{b}} \\boxed{\\boxed{5}} \\boxed{6").map(({ content }) => content)).toEqual(["a{b}", "\\boxed{5}"]);
  });
  it("that are near each other, or joined by a word, are one answer", () => {
    const group = (from: string): number => lastGroup(from, boxesOf(from)).length;
    expect(group("\\boxed{5} b \\boxed{6}")).toBe(2);
    expect(group("\\boxed{5} is less than \\boxed{6}")).toBe(1);
    expect(group("\\boxed{5} cats and also \\boxed{6}")).toBe(2);
  });
});

describe("plain numbers", () => {
  const numbers = (from: string): readonly string[] => plainNumbers(from).map((found) => found.text);
  it("have separators, points and signs", () => {
    expect(numbers("1,234,567 1.5 12,5 -7 .5 $3 x=4 a5 (6)")).toEqual(["1234567", "1.5", "12.5", "-7", "0.5", "3", "4"]);
  });
  it("come with the arithmetic they begin", () => {
    expect(numbers("so 2 + 3*4 apples")).toEqual(["2 + 3*4", "2", "3"]);
    expect(parseArithmetic("2+3*(4-1)")).toBeDefined();
    for (const none of ["5/6)", "2**", "05", "", "5(6)", "a"]) expect(parseArithmetic(none)).toBeUndefined();
  });
});

describe("the answer of a text", () => {
  it.each([
    ["The answer is 5. There were 7.", "5"],
    ["We have 5 and 6.", "6"],
    ["answer: $5$ or 7", "5"],
    ["final answer is $5$ where $x=3$ \\boxed{9}", "9"],
    ["final answer is $5$. I hope it is correct \\boxed{9}", "5"],
    ["$7$ and then $5$", "5"],
    ["$5$ and then 7", "7"],
    ["$5$ and $6$", "5 and 6"],
    ["\\boxed{5} or \\boxed{6}", "5,6"],
    ["$27.$", "27."],
    ["no number", undefined],
  ])("%s", (from, expected) => {
    expect(text(from)).toBe(expected);
  });

  it("is only what the match types look for", () => {
    expect(text("7 and $5$", "latex")).toBe("5");
    expect(text("\\boxed{5}", "expr")).toBeUndefined();
    expect(text("The answer: B", "string")).toBe("b");
  });
});
