import { expect, it } from "vitest";
import { countUsage } from "./count-usage.ts";
import { generateLedger } from "./generate-ledger.fixture.ts";

it("the cost of an arm does not depend on the order in which its episodes ended, not even in the last digit", () => {
  const rows = generateLedger({ seed: "costs", clusters: 30, cases: 2, arms: { only: 0.5 } }).map((row, i) => ({
    ...row,
    volatile: { startedAt: "2026-01-01T00:00:00.000Z", ms: 1, host: "h", attempts: 1, costUsd: 0.1 + i / 3 },
  }));
  const costOf = (some: typeof rows): number | null => countUsage({ arm: "only", solver: "m", rows: some, expected: rows.length }).costUsd;
  expect(costOf(rows.toReversed())).toBe(costOf(rows));
  expect(costOf([...rows.slice(17), ...rows.slice(0, 17)])).toBe(costOf(rows));
});
