import { describe, expect, it } from "vitest";
import { keyOf } from "../expression/expr.ts";
import { newBudget } from "../limits.ts";
import { cleanFormula } from "./clean.ts";
import { parseLatex } from "./parse.ts";
import { tokenize } from "./tokens.ts";

const parse = (text: string, options = {}) => parseLatex(text, newBudget(), options);
const key = (text: string): string | undefined => {
  const tree = parse(text);
  return tree === undefined ? undefined : keyOf(tree);
};

describe("tokens", () => {
  it("are numbers, letters, commands, words and marks", () => {
    expect(tokenize("2.5x\\frac{a}{b}\\text{ cm}")?.map(({ kind, text }) => `${kind} ${text}`)).toEqual([
      "number 2.5",
      "letter x",
      "command frac",
      "mark {",
      "letter a",
      "mark }",
      "mark {",
      "letter b",
      "mark }",
      "text  cm",
    ]);
  });
  it("take an unknown command for the longest known one it begins with", () => {
    expect(tokenize("\\quadx\\cdot2")?.map(({ text }) => text)).toEqual(["x", "cdot", "2"]);
  });
  it("are none of a text with a foreign character or an unclosed text group", () => {
    expect(tokenize("5§")).toBeUndefined();
    expect(tokenize("\\text{5")).toBeUndefined();
    expect(tokenize("２")).toBeUndefined();
  });
});

describe("trees", () => {
  it.each([
    ["1/2x", "1/(2x)"],
    ["\\frac{1}{2}", "1/2"],
    ["2(3)", "5"],
    ["2\\frac{1}{2}", "\\frac{5}{2}"],
    ["2^3^2", "(2^3)^2"],
    ["-x^2", "-(x^2)"],
    ["\\sin 2x + 1", "\\sin(2x) + 1"],
    ["\\sin^{-1} x", "\\arcsin x"],
    ["\\sin(x)y", "\\sin(x) y"],
    ["\\log x", "\\log_{10} x"],
    ["|x||y|", "(|x|)(|y|)"],
    ["X", "x"],
    ["x_{1}", "x_1"],
    ["2516_8", "2516"],
    ["5^\\circ", "5"],
    ["x = 1, 2", "x = \\{1, 2\\}"],
    ["1;2", "1,2"],
    ["(5,1)", "(5;1)"],
    ["x \\approx 5", "5"],
    ["\\sqrt{2} \\approx 1.414", "\\sqrt{2}"],
    ["\\text{(A)}", "a"],
    ["{n \\choose 2}", "\\binom{n}{2}"],
    ["\\begin{vmatrix}1&2\\\\3&4\\end{vmatrix}", "-2"],
  ])("of %s and %s are the same", (a, b) => {
    expect(key(a)).toBeDefined();
    expect(key(a)).toBe(key(b));
  });

  it.each([
    "",
    "5+",
    "(5",
    "5)",
    "5.",
    "x\\%",
    "\\foo",
    "\\frac{5}",
    "2^\\frac{1}{2}",
    "A \\cup B",
    "5~6",
    "x&y",
    "-(1,2,3)",
    "_5",
    "^5",
    "||",
  ])("there is none of %j", (text) => {
    expect(parse(text)).toBeUndefined();
  });

  it("are refused beyond the caps on length and depth", () => {
    expect(parse("1+".repeat(10_000))).toBeUndefined();
    expect(parse(`${"(".repeat(100)}1${")".repeat(100)}`)).toBeUndefined();
    expect(parse(`${"(".repeat(20)}1${")".repeat(20)}`)).toBeDefined();
  });

  it("can have i as the imaginary unit and numbers in a row refused", () => {
    expect(parse("i", { imaginary: true })).toEqual({ kind: "constant", name: "i" });
    expect(parse("i")).toEqual({ kind: "symbol", name: "i" });
    expect(parse("2 3", { mixedNumbers: "fractions" })).toBeUndefined();
  });
});

describe("cleaning", () => {
  it.each([
    ["\\dfrac12", "\\frac{1}{2}"],
    ["\\sqrt2", "\\sqrt{2}"],
    ["\\left( 1 \\right)", "( 1 )"],
    ["11,\\! 111,\\! 100", "11111100"],
    ["0,123", "0.123"],
    ["12,5", "12,5"],
    ["28 percent", "28\\%"],
    ["5 \\text{ cm}^2", "5"],
    ["5 m", "5"],
    ["xm", "xm"],
    ["\\text{cm}", "\\text{cm}"],
    ["6, \\text{ and } 8", "6, 8"],
    ["5, and 6", "5, 6"],
    ["\\mathrm{A}", "\\text{A}"],
    ["-2 \\\\le x", "-2 \\le x"],
    ["\\begin{pmatrix}a\\\\b\\end{pmatrix}", "\\begin{pmatrix}a\\\\b\\end{pmatrix}"],
  ])("makes %s %s", (raw, cleaned) => {
    expect(cleanFormula(raw)).toBe(cleaned);
  });
});
