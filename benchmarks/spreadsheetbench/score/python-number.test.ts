import { describe, expect, it } from "vitest";
import { pythonFloat, pythonInt, pythonStrip, roundHalfEven, roundTo2 } from "./python-number.ts";

describe("float()", () => {
  it.each([
    ["1", 1],
    [" 1000 ", 1000],
    ["1000\n", 1000],
    ["\u00a01000\u3000", 1000],
    ["\u001c5\u0085", 5],
    ["+1000", 1000],
    ["-0.5", -0.5],
    ["1e3", 1000],
    ["1E+3", 1000],
    [".5", 0.5],
    ["5.", 5],
    ["1_000", 1000],
    ["1_0.0_1e1_0", 10.01e10],
    ["１０００", 1000],
    ["١٢٣.٥", 123.5],
    ["𝟏𝟗", 19],
    ["inf", Number.POSITIVE_INFINITY],
    ["-Infinity", Number.NEGATIVE_INFINITY],
    ["1e400", Number.POSITIVE_INFINITY],
    ["nan", Number.NaN],
    ["+NaN", Number.NaN],
    ["1e-400", 0],
    ["007", 7],
    ["9007199254740993", 9007199254740992],
  ])("accepts %j", (text, value) => expect(pythonFloat(text)).toBe(value));

  it.each(
    [
      "",
      " ",
      "1,000",
      "$5",
      "5%",
      "0x10",
      "1__0",
      "_1",
      "1_",
      "1_.5",
      "1e",
      "e5",
      ".",
      "--1",
      "1 2",
      "TRUE",
      "infinit",
      "\u200b1",
      "\ufeff1",
      "1\u0000",
      "²",
      "½",
      "١٬٢",
    ].map((text) => [text]),
  )("refuses %j", (text) => expect(pythonFloat(text)).toBeUndefined());

  it("takes time linear in long runs of blanks", () => {
    const text = `x${" ".repeat(2_000_000)}x`;
    expect(pythonFloat(text)).toBeUndefined();
    expect(pythonStrip(` ${text}\n`)).toBe(text);
  });
});

describe("int()", () => {
  it.each([
    ["12", 12],
    [" -7 ", -7],
    ["1_000", 1000],
    ["٤٢", 42],
    ["0012", 12],
    ["123456789012345678", 123456789012345680],
    ["1".repeat(4300), Number.POSITIVE_INFINITY],
  ])("reads %.20s", (text, value) => expect(pythonInt(text)).toBe(value));
  it("reads -0 as 0", () => expect(Object.is(pythonInt("-0"), 0)).toBe(true));
  it.each([["1.0"], ["1e3"], ["NaN"], [""], ["1".repeat(4301)], ["1 000"], ["²"]])("refuses %.20s", (text) =>
    expect(pythonInt(text)).toBeUndefined(),
  );
});

/** round(x, 2) from the definition, in whole numbers only: an independent second way. */
function exactRound(x: number): string {
  const view = new DataView(new ArrayBuffer(8));
  view.setFloat64(0, Math.abs(x));
  const bits = view.getBigUint64(0);
  const exponent = Number(bits >> 52n);
  const fraction = bits & ((1n << 52n) - 1n);
  const mantissa = exponent === 0 ? fraction : fraction | (1n << 52n);
  const shift = Math.max(exponent, 1) - 1075;
  const numerator = shift >= 0 ? (mantissa << BigInt(shift)) * 100n : mantissa * 100n;
  const denominator = shift >= 0 ? 1n : 1n << BigInt(-shift);
  let hundredths = numerator / denominator;
  const twiceRest = (numerator % denominator) * 2n;
  if (twiceRest > denominator || (twiceRest === denominator && hundredths % 2n === 1n)) hundredths += 1n;
  const digits = hundredths.toString().padStart(3, "0");
  return `${x < 0 ? "-" : ""}${digits.slice(0, -2)}.${digits.slice(-2)}`;
}

describe("round()", () => {
  it.each([
    [2.675, 2.67],
    [0.125, 0.12],
    [0.375, 0.38],
    [-0.125, -0.12],
    [1.005, 1],
    [1.015, 1.01],
    [0.005, 0.01],
    [0.045, 0.04],
    [1e22, 1e22],
    [5e-324, 0],
    [1.7976931348623157e308, 1.7976931348623157e308],
    [Number.POSITIVE_INFINITY, Number.POSITIVE_INFINITY],
    [Number.NaN, Number.NaN],
    [70368744177664.125, 70368744177664.12],
    [70368744177664.375, 70368744177664.38],
    [562949953421311.9, 562949953421311.9],
  ])("%d to two decimals is %d", (x, rounded) => expect(roundTo2(x)).toBe(rounded));

  it("agrees with exact arithmetic, exact halves and neighbours of halves included", () => {
    let state = 12345;
    const random = () => {
      state = (Math.imul(state, 1664525) + 1013904223) >>> 0;
      return state / 2 ** 32;
    };
    const next = (x: number, by: number) => {
      const view = new DataView(new ArrayBuffer(8));
      view.setFloat64(0, x);
      view.setBigInt64(0, view.getBigInt64(0) + BigInt(by));
      return view.getFloat64(0);
    };
    for (let i = 0; i < 20_000; i += 1) {
      const half = (Math.floor(random() * 2 ** (1 + (i % 45))) * 2 + 1) / 8;
      const decimal = (Math.floor(random() * 1e9) + 0.5) / 100;
      const any = (random() - 0.5) * 10 ** ((i % 40) - 20);
      for (const x of [half, -half, next(half, 1), next(half, -1), decimal, next(decimal, 1), next(decimal, -1), any]) {
        if (roundTo2(x) !== Number(exactRound(x))) expect({ x, rounded: roundTo2(x) }).toEqual({ x, rounded: Number(exactRound(x)) });
      }
    }
  });

  it("rounds halves to the even integer", () => {
    expect([0.5, 1.5, 2.5, -0.5, -1.5, -2.5, 45000.5, 45001.5].map(roundHalfEven)).toEqual([0, 2, 2, 0, -2, -2, 45000, 45002]);
  });
});
