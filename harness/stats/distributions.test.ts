import { expect, it } from "vitest";
import { fairCoinCdf, fairCoinMass, incompleteBeta, normalCdf, normalQuantile, studentCdf, studentQuantile } from "./distributions.ts";

// Expected values: scipy 1.17.1 (stats.norm, stats.t, stats.binom, special.betainc).
it.each([
  [-3.7, 0.00010779973347738823],
  [-1, 0.15865525393145707],
  [0.3, 0.6179114221889526],
  [5.1, 0.9999998301732593],
])("Φ(%d)", (x, p) => {
  expect(normalCdf(x)).toBeCloseTo(p, 13);
});

it.each([
  [1e-6, -4.753424308822899],
  [0.025, -1.9599639845400545],
  [0.8, 0.8416212335729143],
])("Φ⁻¹(%d)", (p, x) => {
  expect(normalQuantile(p)).toBeCloseTo(x, 8);
});

it("answers at and beyond the ends of the unit interval", () => {
  expect(normalQuantile(0)).toBe(Number.NEGATIVE_INFINITY);
  expect(normalQuantile(1)).toBe(Number.POSITIVE_INFINITY);
  expect(normalQuantile(1.1)).toBeNaN();
  expect(normalCdf(Number.NaN)).toBeNaN();
  expect(studentQuantile(0, 3)).toBeNaN();
  expect(studentQuantile(0.9, 0)).toBeNaN();
});

it.each([
  [0.3, 2.5, 1.5, 0.08894372317066562],
  [0.05, 0.5, 6, 0.5577885864658378],
  [0.45, 40, 60, 0.8462247976813987],
  [0.51, 1000, 1000, 0.8144473405684881],
])("Iₓ(a, b) at x=%d a=%d b=%d", (x, a, b, value) => {
  expect(incompleteBeta(x, a, b)).toBeCloseTo(value, 9);
});

it.each([
  [0.975, 1, 12.706204736174694],
  [0.975, 23, 2.0686576104190486],
  [0.8, 23, 0.8575295536880356],
  [0.975, 911, 1.9625714187378593],
  [0.9, 2.5, 1.7302509288071766],
])("t quantile %d with %d degrees of freedom", (p, df, t) => {
  expect(studentQuantile(p, df)).toBeCloseTo(t, 7);
  expect(studentQuantile(1 - p, df)).toBeCloseTo(-t, 7);
});

it("t distribution function", () => {
  expect(studentCdf(-2.1, 7)).toBeCloseTo(0.036935598106461326, 10);
  expect(studentCdf(1.3, 30)).toBeCloseTo(0.8982495207309416, 10);
});

it("binomial with p = ½", () => {
  expect(fairCoinCdf(3, 10)).toBeCloseTo(0.171875, 10);
  expect(fairCoinCdf(40, 100)).toBeCloseTo(0.028443966820490444, 10);
  expect(fairCoinMass(40, 100)).toBeCloseTo(0.010843866711637978, 10);
});
