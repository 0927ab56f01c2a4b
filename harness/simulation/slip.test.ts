import { fileURLToPath } from "node:url";
import { beforeAll, describe, expect, it } from "vitest";
import { world } from "../../benchmarks/spreadsheetbench/world.ts";
import type { Trap } from "../core/world.ts";
import type { Teaching } from "./guidance/recognise.ts";
import { loadPersona, type Persona } from "./persona.ts";
import { noGuidance, slipRate } from "./slip.ts";

let rates: Persona["rollout"];
beforeAll(async () => {
  rates = (await loadPersona(fileURLToPath(new URL("../../configs/personas/sim-small.yaml", import.meta.url)))).rollout;
});

function trap(id: string): Trap {
  const found = world.traps.find((t) => t.id === id);
  if (found === undefined) throw new Error(`no trap ${id}`);
  return found;
}
const taught = (id: string, how: Teaching = "taught") => new Map([[id, how]]);
const short = { body: new Map<string, Teaching>(), opened: new Map<string, Teaching>(), imitated: new Set<string>(), chars: 500 };

describe("slip rates", () => {
  it("are the persona's own without guidance", () => {
    expect(slipRate(rates, trap("raw-match"), noGuidance)).toBe(rates.slip.default);
    expect(slipRate(rates, trap("uncached-formula"), noGuidance)).toBe(rates.slip.traps["uncached-formula"]);
  });

  it("fall when the lesson is taught, less when it stands only in a reference, and for no other trap", () => {
    const none = slipRate(rates, trap("raw-match"), short);
    const inBody = slipRate(rates, trap("raw-match"), { ...short, body: taught("normalise-before-matching") });
    const inReference = slipRate(rates, trap("raw-match"), { ...short, opened: taught("normalise-before-matching") });
    expect(inBody).toBeLessThan(inReference);
    expect(inReference).toBeLessThan(none);
    expect(slipRate(rates, trap("text-dates"), { ...short, body: taught("normalise-before-matching") })).toBe(none);
  });

  it("are nothing for what was taken over from an earlier trajectory", () => {
    const imitated = new Set(["raw-match"]);
    expect(slipRate({ ...rates, distraction_per_kchar: 0 }, trap("raw-match"), { ...short, imitated })).toBe(0);
    expect(slipRate(rates, trap("text-dates"), { ...short, imitated })).toBe(rates.slip.default);
  });

  it("rise with the length of the guidance, up to the cap", () => {
    const at = (chars: number) => slipRate(rates, trap("raw-match"), { ...short, chars, body: taught("normalise-before-matching") });
    expect(at(1_000)).toBeLessThan(at(4_000));
    expect(at(4_000)).toBeLessThan(at(20_000));
    expect(at(20_000)).toBeGreaterThan(slipRate(rates, trap("raw-match"), noGuidance));
    expect(at(1e7)).toBeCloseTo(1 - (1 - rates.slip.default) * (1 - rates.distraction_cap), 6);
  });

  it("rise for the other of two contradicting lessons when a condition was left out", () => {
    const own = slipRate(rates, trap("skipped-line-rounding"), { ...short, body: taught("round-each-line", "always") });
    const other = slipRate(rates, trap("early-rounding"), { ...short, body: taught("round-each-line", "always") });
    expect(own).toBeLessThan(rates.slip.default);
    expect(other).toBeGreaterThan(rates.slip.default);
    expect(slipRate(rates, trap("early-rounding"), { ...short, body: taught("round-each-line") })).toBe(rates.slip.default);
    const both = new Map<string, Teaching>([
      ["round-each-line", "always"],
      ["round-only-at-the-end", "always"],
    ]);
    expect(slipRate(rates, trap("early-rounding"), { ...short, body: both })).toBe(rates.slip.default);
  });
});
