import { describe, expect, it } from "vitest";
import { generateLedger, planDesign, roundTrip } from "../generate-ledger.fixture.ts";
import { renderGridsMarkdown } from "../render-markdown.ts";
import { renderGrids } from "../render-terminal.ts";
import { buildFailures, type TypedEpisode } from "./build-failures.ts";
import { failuresPage } from "./failures-page.ts";

const plan = { seed: "failures", clusters: 30, cases: 2, arms: { base: 0.3, skilled: 0.7 }, errored: 0.03 };
const rows = roundTrip(generateLedger(plan));
const hostile = "\u001b[2J<script>alert(1)</script>\u202e";
const kinds = [
  { id: "out-of-turns", label: "out of turns" },
  { id: "odd", label: hostile },
  { id: "wrong", label: "wrong" },
];
const episodes = rows.flatMap((row): TypedEpisode[] => {
  const [first] = row.outcomes;
  if (first?.outcome.state !== "graded") return [];
  const { passed } = first.outcome.score;
  const kind = passed ? null : row.cluster === "1" ? "odd" : row.rep.seed === 41 ? "out-of-turns" : "wrong";
  return [
    { row, passed, kind, detail: hostile, tools: { commands: 4, failed: passed ? 0 : 1, timedOut: 0, badReplies: 0, lastFailed: false } },
  ];
});
const design = planDesign(plan);
const report = buildFailures(episodes, {
  experiment: "x",
  arms: ["base", "skilled"],
  baseline: "base",
  kinds,
  scorerOf: () => "strict",
  rows,
});

describe("tables of failures", () => {
  it("give every judged episode one place", () => {
    expect(report.arms.map(({ arm }) => arm)).toEqual(design.arms.map(({ name }) => name));
    for (const arm of report.arms) {
      expect(arm.passed + arm.kinds.reduce((sum, one) => sum + one.episodes, 0)).toBe(arm.judged);
      expect(arm.judged + arm.unjudged).toBe(rows.filter((row) => row.arm === arm.arm).length);
      expect(arm.symptoms.find(({ symptom }) => symptom === "failed-command")).toMatchObject({
        episodes: arm.judged - arm.passed,
        passed: 0,
      });
      for (const one of arm.kinds) expect(one.interval?.low).toBeLessThanOrEqual(one.share);
    }
    expect(report.kinds.map(({ id }) => id)).toEqual(["out-of-turns", "odd", "wrong"]);
  });

  it("pair every arm with the baseline, kinds of what came and went included", () => {
    const [flips] = report.flips;
    expect(report.flips).toHaveLength(1);
    const sum = (list: readonly { readonly episodes: number }[] = []): number => list.reduce((total, one) => total + one.episodes, 0);
    expect(sum(flips?.repairedKinds)).toBe(flips?.repaired.slots);
    expect(sum(flips?.brokenKinds)).toBe(flips?.broken.slots);
    expect(flips?.repaired.slots).toBeGreaterThan(flips?.broken.slots ?? 0);
    expect(flips?.tasks.reduce((total, one) => total + one.episodes.length, 0)).toBe(
      (flips?.repaired.slots ?? 0) + (flips?.broken.slots ?? 0),
    );
  });

  it("have no flips without a baseline", () => {
    expect(
      buildFailures(episodes, { experiment: "x", arms: [], baseline: undefined, kinds, scorerOf: () => "strict", rows }).flips,
    ).toEqual([]);
  });

  it("show hostile labels as text", () => {
    const page = failuresPage(report);
    const text = renderGrids(page, { width: 120, color: false });
    expect(text).not.toMatch(/[^\P{Cc}\n]|\p{Bidi_Control}/u);
    expect(text).toContain("\\u001b[2J");
    expect(renderGridsMarkdown(page)).not.toMatch(/(?<!\\)<script/);
  });
});
