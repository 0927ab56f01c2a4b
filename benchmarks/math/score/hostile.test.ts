/** What texts made to break a scorer do: nothing but a verdict. The long form runs with T2S_ACCEPTANCE=1. */
import { describe, expect, it } from "vitest";
import { type HostilePair, hostilePairs, oversizedPairs } from "./hostile.fixture.ts";
import { isEquiv } from "./is-equiv.ts";
import { parity } from "./parity.ts";
import { strict } from "./strict.ts";

const acceptance = process.env.T2S_ACCEPTANCE === "1";

function unlikeVerdicts(pairs: Iterable<HostilePair>): { readonly graded: number; readonly odd: readonly unknown[] } {
  const odd: unknown[] = [];
  let graded = 0;
  for (const { gold, pred } of pairs) {
    graded++;
    for (const scorer of [parity, strict, isEquiv]) {
      const result: unknown = scorer(gold, pred);
      const { verdict, message } = result as { verdict: unknown; message: unknown };
      if (typeof verdict !== "boolean" || typeof message !== "string") odd.push({ gold, pred, result });
    }
  }
  return { graded, odd };
}

describe("hostile texts", () => {
  it("give verdicts, and nothing else", { timeout: acceptance ? 3_600_000 : 120_000 }, () => {
    const count = acceptance ? 100_000 : 2_000;
    expect(unlikeVerdicts(hostilePairs(20261128, count))).toEqual({ graded: count, odd: [] });
  });

  it("are refused above a million characters", { timeout: acceptance ? 600_000 : 120_000 }, () => {
    const count = acceptance ? 100 : 5;
    const verdicts = [...oversizedPairs(7, count)].flatMap(({ gold, pred }) =>
      [parity, strict, isEquiv].flatMap((scorer) => [scorer(gold, pred), scorer(pred, gold)]),
    );
    expect(verdicts).toHaveLength(count * 6);
    expect(new Set(verdicts.map(({ verdict, message }) => `${verdict} ${message}`))).toEqual(
      new Set(["false refused: a text is longer than 1000000 characters"]),
    );
  });

  it("just below the cap are still graded", () => {
    const filler = "$x$ (answer 5 \\boxed{ [ \\( ".repeat(35_000);
    for (const scorer of [parity, strict, isEquiv]) expect(scorer("$5$", filler)).toMatchObject({ verdict: expect.any(Boolean) });
  });

  it("cannot make a verdict true by being unreadable", () => {
    for (const pred of ["$1/0$", "$0/0$", "$999999999!$", "$\\infty-\\infty$", "\\boxed{constructor}", "\0", "\ud800"]) {
      expect(parity("$5$", pred).verdict).toBe(false);
      expect(strict("5", pred).verdict).toBe(false);
    }
  });

  it("give the same verdict every time", () => {
    const pairs = [...hostilePairs(3, 150)];
    const once = pairs.map(({ gold, pred }) => parity(gold, pred));
    expect(pairs.map(({ gold, pred }) => parity(gold, pred))).toEqual(once);
  });
});
