import { describe, expect, it } from "vitest";
import { parseLatex } from "../latex/parse.ts";
import { BudgetError, newBudget } from "../limits.ts";
import { type EqualOptions, sameAnswer } from "./equal.ts";

const usual: EqualOptions = { precision: 6, strict: true, allowSetRelations: false };
function same(a: string, b: string, options: EqualOptions = usual): boolean {
  const [gold, pred] = [parseLatex(a, newBudget()), parseLatex(b, newBudget())];
  if (gold === undefined || pred === undefined) throw new Error(`cannot read ${a} or ${b}`);
  return sameAnswer(gold, pred, options, newBudget());
}

describe("answers", () => {
  it("are matched item by item in sets, in order in tuples", () => {
    expect(same("\\{1,2\\}", "\\{2,1\\}")).toBe(true);
    expect(same("(2;1)", "(1;2)")).toBe(false);
    expect(same("5", "\\{5,5\\}")).toBe(true);
    expect(same("(1,2),(3,4)", "(3,4),(1,2)")).toBe(true);
  });

  it("that are sets of reals are compared as such", () => {
    expect(same("[1,2)\\cup[2,3]", "[1,3]")).toBe(true);
    expect(same("[1,2)\\cup(2,3]", "[1,3]")).toBe(false);
    expect(same("x\\neq 5", "(-\\infty,5)\\cup(5,\\infty)")).toBe(true);
    expect(same("0<f(x)<1", "(0,1)")).toBe(true);
  });

  it("that are matrices are compared entry by entry", () => {
    expect(same("2\\begin{pmatrix}1\\\\2\\end{pmatrix}", "\\begin{bmatrix}2\\\\4\\end{bmatrix}")).toBe(true);
    expect(
      same("\\begin{pmatrix}1&2\\\\3&4\\end{pmatrix}\\begin{pmatrix}1\\\\1\\end{pmatrix}", "\\begin{pmatrix}3\\\\7\\end{pmatrix}"),
    ).toBe(true);
    expect(same("\\begin{pmatrix}1\\\\2\\end{pmatrix}", "\\begin{pmatrix}1&2\\end{pmatrix}")).toBe(false);
  });

  it("that are equations stand for a value when they assign one", () => {
    expect(same("ab=5", "5")).toBe(true);
    expect(same("2a=5", "5")).toBe(false);
    expect(same("5", "2a=5")).toBe(true);
    expect(same("x=5", "y=5")).toBe(false);
  });

  it("can be compared mathematically", () => {
    const mathematical: EqualOptions = { ...usual, allowSetRelations: true, mathematical: true };
    expect(same("1,2", "(1,2)", mathematical)).toBe(false);
    expect(same("0<x<1", "1>x>0", mathematical)).toBe(true);
    expect(same("510", "5.1\\cdot 100", mathematical)).toBe(true);
    expect(same("5", "5.0000001", mathematical)).toBe(false);
    expect(same("\\frac{1}{3}", "0.333333", mathematical)).toBe(true);
  });

  it("cost a bounded amount of work", () => {
    const nested = "\\sum_{i=1}^{2000}".repeat(4);
    expect(() => same(`${nested} i`, "5")).toThrow(BudgetError);
  });
});
