import { describe, expect, it } from "vitest";
import { isRight, type ScorerId, similarity } from "./anls.ts";
import { normalise, strip } from "./python-text.ts";

const score = (prediction: string, golds: readonly string[], scorer: ScorerId = "anls"): number | string => {
  const judged = similarity(prediction, golds, scorer);
  return "score" in judged ? judged.score : judged.refused;
};

describe("text as Python has it", () => {
  it.each([
    ["\x1c\x1f a\x85b\xa0\u2009c\u3000", "a b c"],
    ["a\ufeffb", "a\ufeffb"],
    ["\u180ea", "\u180ea"],
    ["A\t \r\nB", "a b"],
    ["İ", "i\u0307"],
    ["ΟΔΟΣ", "οδος"],
    ["STRASSE ß", "strasse ß"],
    ["", ""],
  ])("normalises %j", (text, expected) => expect(normalise(text)).toBe(expected));

  it("strips a long run of blanks inside a text in no time", () => {
    expect(strip(` a${" ".repeat(2_000_000)}b `)).toHaveLength(2_000_002);
  });
});

describe("the two readings", () => {
  it("differ for a similarity of exactly one half", () => {
    expect(score("ab", ["abcd"])).toBe(0);
    expect(score("ab", ["abcd"], "rrc")).toBe(0.5);
  });

  it("differ in what the distance is divided by", () => {
    expect(score("ab", ["  axx "])).toBe(0);
    expect(score("  ab  ", ["axx"], "rrc")).toBeCloseTo(1 - 2 / 6);
    // 'ß' is two characters in upper case.
    expect(score("stra", ["straße"], "rrc")).toBeCloseTo(1 - 2 / 7);
    expect(score("stra", ["straße"])).toBeCloseTo(1 - 2 / 6);
  });

  it.each(["anls", "rrc"] as const)("take the best reference answer (%s)", (scorer) => {
    expect(score("abcd", ["zzzz", "abcx", "abxx"], scorer)).toBe(0.75);
    expect(score("abcd", [], scorer)).toBe(0);
    expect(score("", [""], scorer)).toBe(1);
    expect(score("", ["x"], scorer)).toBe(0);
    expect(score("Mr.  SMITH ", ["mr. smith"], scorer)).toBeGreaterThan(0.8);
  });

  it("count half alike as right", () => {
    expect([0, 0.49, 0.5, 1].map(isRight)).toEqual([false, false, true, true]);
  });
});

describe("huge texts", () => {
  it.each(["anls", "rrc"] as const)("cost nothing where their length says enough (%s)", (scorer) => {
    expect(score("x".repeat(8_000_000), ["12", "March 2"], scorer)).toBe(0);
    expect(score("12", ["x".repeat(8_000_000)], scorer)).toBe(0);
    expect(
      score(
        "12",
        Array.from({ length: 50_000 }, (_, i) => `${i + 100}`),
        scorer,
      ),
    ).toBeGreaterThan(0.6);
  });

  it.each(["anls", "rrc"] as const)("are refused where it does not (%s)", (scorer) => {
    expect(score("x".repeat(1_000_000), ["y".repeat(1_000_000)], scorer)).toMatch(/too long to be compared/);
    expect(score("x", ["x"], scorer)).toBe(1);
  });
});
