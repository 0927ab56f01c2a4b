import { describe, expect, it } from "vitest";
import { newBudget } from "../limits.ts";
import { exactValue } from "./exact.ts";
import { add, call, type Expr, multiply, number, power } from "./expr.ts";
import { decimal, exactRoot, fromDouble, integerPower, rational, roundedUnits, toDouble } from "./rational.ts";

const n = (value: number): Expr => number(rational(value));
const float = (text: string): Expr => ({ kind: "float", value: decimal(text) ?? rational(0) });
const shown = (expr: Expr): string | number | undefined => {
  const value = exactValue(expr, newBudget());
  return value === undefined ? undefined : value.float ? value.value : value.value.toFraction();
};

describe("exact values", () => {
  it("are rational where the tree is", () => {
    expect(shown(add(n(1), power(n(3), n(-1))))).toBe("4/3");
    expect(shown(power(n(8), number(rational(2, 3))))).toBe("4");
    expect(shown(call("factorial", n(20)))).toBe("2432902008176640000");
    expect(shown(call("binomial", n(100), n(50)))).toBe("100891344545564193334812497256");
    expect(shown(call("gcd", n(12), n(18)))).toBe("6");
    expect(shown(call("floor", number(rational(-7, 2))))).toBe("-4");
  });

  it("with a decimal are doubles", () => {
    expect(shown(multiply(float("5.1"), n(100)))).toBe(509.99999999999994);
    expect(shown(add(float("0.1"), float("0.2")))).toBe(0.30000000000000004);
  });

  it("are none where they are irrational, undefined or too large", () => {
    expect(shown(power(n(2), number(rational(1, 2))))).toBeUndefined();
    expect(shown(power(n(0), n(-1)))).toBeUndefined();
    expect(shown(power(n(9), power(n(9), n(9))))).toBeUndefined();
    expect(shown(call("factorial", n(999_999_999)))).toBeUndefined();
  });
});

describe("rationals", () => {
  it("are read from literals", () => {
    expect(decimal("0.25")?.toFraction()).toBe("1/4");
    expect(decimal(".5")?.toFraction()).toBe("1/2");
    expect(decimal("1.2.3")?.toFraction()).toBe("6/5");
    expect(decimal("")).toBeUndefined();
    expect(decimal("9".repeat(10_000))).toBeUndefined();
  });

  it("are rounded half to even", () => {
    expect(roundedUnits(rational(5, 10), 0)).toBe(0n);
    expect(roundedUnits(rational(15, 10), 0)).toBe(2n);
    expect(roundedUnits(rational(-15, 10), 0)).toBe(-2n);
    expect(roundedUnits(rational(1, 3), 6)).toBe(333333n);
  });

  it("have powers, roots and doubles", () => {
    expect(integerPower(rational(-2, 3), 3n)?.toFraction()).toBe("-8/27");
    expect(exactRoot(rational(27, 8), 3n)?.toFraction()).toBe("3/2");
    expect(exactRoot(rational(2), 2n)).toBeUndefined();
    expect(toDouble(fromDouble(0.1))).toBe(0.1);
    expect(toDouble(rational(10n ** 400n, 10n ** 399n))).toBe(10);
    expect(toDouble(rational(10n ** 400n))).toBe(Infinity);
  });
});
