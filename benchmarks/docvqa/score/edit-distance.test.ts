import { describe, expect, it } from "vitest";
import { randomOf } from "../sample/random.ts";
import { editDistance } from "./edit-distance.ts";
import { codePointsOf } from "./python-text.ts";

/** The recurrence as it stands in textbooks. */
function plainDistance(a: ArrayLike<number>, b: ArrayLike<number>): number {
  let before = Array.from({ length: b.length + 1 }, (_, j) => j);
  for (let i = 1; i <= a.length; i++) {
    const row = [i];
    for (let j = 1; j <= b.length; j++)
      row.push(Math.min((before[j] ?? 0) + 1, (row[j - 1] ?? 0) + 1, (before[j - 1] ?? 0) + (a[i - 1] === b[j - 1] ? 0 : 1)));
    before = row;
  }
  return before[b.length] ?? 0;
}

const distanceOf = (a: string, b: string): number => editDistance(codePointsOf(a), codePointsOf(b));

describe("edit distance", () => {
  const alphabets: readonly (readonly [string, readonly number[]])[] = [
    ["two letters", [97, 98]],
    ["letters, blanks, digits", [...Array(26).keys()].map((i) => 97 + i).concat(32, 48, 49, 50)],
    ["code points above U+FFFF that share halves", [0x1f600, 0x1f601, 0x10400, 0x10401, 0x20000, 97]],
    ["lone surrogates", [0xd83d, 0xde00, 97, 0xdfff]],
    ["all planes", [...Array(400).keys()].map((i) => 33 + i * 2731)],
    ["the ends of the private alphabet", [0, 1, 2, 0xfffe, 0xffff, 0x10ffff]],
  ];

  it.each(alphabets)("is the textbook's over %s", (name, alphabet) => {
    const random = randomOf("edit distance", name);
    for (let n = 0; n < 300; n++) {
      const draw = (length: number) => Uint32Array.from({ length }, () => random.pick(alphabet));
      // Lengths around the words of 32 bits that the package computes with.
      const a = draw(random.pick([0, 1, 2, 7, 31, 32, 33, 63, 64, 65, 96, 100]));
      const b = random.chance(0.5) ? draw(random.int(0, 70)) : a.filter(() => random.chance(0.8));
      expect(editDistance(a, b)).toBe(plainDistance(a, b));
    }
  });

  it("counts a code point above U+FFFF once", () => {
    expect(distanceOf("\u{1f600}b", "\u{1f600}a")).toBe(1);
    expect(distanceOf("\u{1f600}", "\u{1f601}")).toBe(1);
    expect(distanceOf("\u{1f600}", "")).toBe(1);
  });

  it("takes texts with more different characters than there are UTF-16 units, as long as they share few", () => {
    const many = Uint32Array.from({ length: 70_000 }, (_, i) => 0x10000 + i);
    expect(editDistance(many, codePointsOf("abc"))).toBe(70_000);
    expect(editDistance(many, many.slice(10, 14))).toBe(69_996);
  });

  it("refuses what its alphabet does not hold", () => {
    const many = Uint32Array.from({ length: 65_535 }, (_, i) => 0x10000 + i);
    expect(() => editDistance(many, many)).toThrow(RangeError);
  });
});
