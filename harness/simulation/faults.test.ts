import { describe, expect, it } from "vitest";
import { faultKinds, faultModel, recoverableFaults, retryAfterHeader } from "./faults.ts";
import { latencyModel } from "./latency.ts";
import { uniformAt } from "./uniform-at.ts";

const n = 20_000;
const arrivals = Array.from({ length: n }, (_, i) => i);

describe("draws", () => {
  it("are uniform, repeatable, and independent of the stream and of neighbours", () => {
    const draw = (stream: number): number[] => arrivals.map((i) => uniformAt(41, stream, i));
    const [a, b] = [draw(1), draw(2)];
    expect(a).toEqual(draw(1));
    const mean = (xs: readonly number[]): number => xs.reduce((s, x) => s + x, 0) / xs.length;
    expect(mean(a)).toBeCloseTo(0.5, 1);
    const covariance = (xs: readonly number[], ys: readonly number[]): number => mean(xs.map((x, i) => (x - 0.5) * ((ys[i] ?? 0) - 0.5)));
    expect(Math.abs(covariance(a, b))).toBeLessThan(0.003);
    expect(Math.abs(covariance(a.slice(1), a))).toBeLessThan(0.003);
    expect(Math.min(...a)).toBeGreaterThanOrEqual(0);
    expect(Math.max(...a)).toBeLessThan(1);
  });
});

describe("faultModel", () => {
  it("hits every kind at its rate", () => {
    const drawn = arrivals.map(faultModel(recoverableFaults(3, 0.3)));
    const share = (kind: string | undefined): number => drawn.filter((d) => d === kind).length / n;
    expect(share(undefined)).toBeCloseTo(0.7, 1);
    for (const kind of faultKinds) expect(Math.abs(share(kind) - 0.3 / faultKinds.length)).toBeLessThan(0.006);
    expect(drawn).not.toEqual(arrivals.map(faultModel(recoverableFaults(4, 0.3))));
  });

  it("refuses unknown kinds and impossible rates", () => {
    const rates = JSON.parse('{"gremlin":0.1}');
    expect(() => faultModel({ seed: 1, rates })).toThrow(/Unknown fault "gremlin".*rate-limit/);
    expect(() => faultModel({ seed: 1, rates: { hang: 1.5 } })).toThrow(/between 0 and 1/);
    expect(() => faultModel({ seed: 1, rates: { hang: 0.6, reset: 0.6 } })).toThrow(/add up/);
  });

  it("writes Retry-After in both forms", () => {
    const spec = { seed: 1, rates: {}, retryAfterS: 2 };
    const now = Date.parse("2026-01-01T00:00:00.500Z");
    expect(retryAfterHeader(spec, 2, now)).toBe("2");
    expect(retryAfterHeader(spec, 1, now)).toBe("Thu, 01 Jan 2026 00:00:03 GMT");
    expect(retryAfterHeader({ ...spec, retryAfterForm: "date" }, 2, now)).toContain("GMT");
  });
});

describe("latencyModel", () => {
  it("gives a fixed wait, or one with the asked median and cut", () => {
    expect(latencyModel({ kind: "fixed", ms: 7 })(3)).toBe(7);
    const draw = latencyModel({ kind: "lognormal", medianMs: 100, sigma: 0.5, seed: 9, maxMs: 400 });
    const sorted = arrivals.map(draw).sort((a, b) => a - b);
    const at = (share: number): number => sorted[Math.floor(share * n)] ?? 0;
    expect(Math.abs(at(0.5) / 100 - 1)).toBeLessThan(0.03);
    // 84.13 % of a normal lies below one sigma.
    expect(Math.abs(at(0.8413) / (100 * Math.exp(0.5)) - 1)).toBeLessThan(0.04);
    expect(sorted.at(-1)).toBe(400);
    expect(() => latencyModel({ kind: "fixed", ms: -1 })).toThrow(/"ms" must be/);
  });
});
