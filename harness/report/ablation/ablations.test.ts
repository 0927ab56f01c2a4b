import { parse as csvRows } from "csv-parse/sync";
import { describe, expect, it } from "vitest";
import type { LedgerEvolution } from "../../core/ledger-rows.ts";
import { buildReport } from "../build-report.ts";
import { generateLedger, type LedgerPlan, planDesign, shuffle } from "../generate-ledger.fixture.ts";
import { renderJson } from "../render-json.ts";
import { renderMarkdown } from "../render-markdown.ts";
import { renderAblationsTerminal } from "../render-terminal.ts";
import type { TableDesign } from "../table-design.ts";
import type { FactorialDesign } from "./ablation-design.ts";
import type { Ablations } from "./ablations.ts";
import { renderAblationsCsv } from "./render-ablations-csv.ts";

const stages = ["diagnosis", "patch", "merge"] as const;
const levels = [
  { name: "large", model: "a" },
  { name: "small", model: "b" },
];
const names = [0, 1, 2, 3, 4, 5, 6, 7].map((i) => `run-${i}`);

function factorialOf(more: Partial<FactorialDesign> = {}): FactorialDesign {
  const runs = names.map((arm, i) => ({
    arm,
    label: arm,
    members: [arm],
    levels: Object.fromEntries(stages.map((stage, s) => [stage, i & (1 << s) ? "small" : "large"])),
  }));
  return { arm: "evolved", label: "Evolved", fraction: "full", factors: stages.map((name) => ({ name, levels })), runs, ...more };
}

/** Merging by the small model costs 40 points, diagnosis 5, patches nothing. */
const swap: LedgerPlan = {
  seed: "swap",
  clusters: 60,
  cases: 2,
  arms: Object.fromEntries(names.map((arm, i) => [arm, 0.75 - (i & 4 ? 0.4 : 0) - (i & 1 ? 0.05 : 0)])),
  simulated: ["model", "tasks"],
};

function ablate(
  plan: LedgerPlan,
  more: Partial<TableDesign>,
  learned: readonly LedgerEvolution[] = [],
  rows = generateLedger(plan),
): Ablations {
  const report = buildReport("generated", planDesign(plan, more), rows, learned);
  if (report.ablations === undefined) throw new Error("no ablations");
  return report.ablations;
}

describe("a factorial in the report", () => {
  const { factorials } = ablate(swap, { factorials: [factorialOf()] });
  const [soft] = factorials;

  it("has one table a metric, whose main effects are means over the runs", () => {
    expect(factorials.map(({ metric }) => metric.name)).toEqual(["soft", "hard", "accuracy", "pass@k"]);
    const report = buildReport("generated", planDesign(swap), generateLedger(swap), []);
    const cell = (arm: string): number =>
      report.tables[0]?.cells.find((one) => one.arm === arm && one.metric === "soft")?.estimate ?? Number.NaN;
    const mean = (wanted: number): number =>
      names.flatMap((arm, i) => ((i & 4) === wanted ? [cell(arm)] : [])).reduce((sum, x) => sum + x / 4, 0);
    const merge = soft?.effects.find(({ factors }) => factors.join() === "merge");
    expect(merge?.estimate).toBeCloseTo(mean(0) - mean(4), 12);
    expect(merge?.interval?.low).toBeGreaterThan(0.2);
    expect(soft?.effects).toHaveLength(6);
    expect(soft).toMatchObject({ runs: 8, pairs: 90, clusters: 60, incomplete: null, solver: "m" });
  });

  it("ranks the stages and says whether diagnosis or merging is worth more", () => {
    expect(soft?.ranking.map(({ factor }) => factor)[0]).toBe("merge");
    expect(soft?.ranking[0]?.firstShare).toBeGreaterThan(0.99);
    expect(soft?.rivals).toContainEqual(expect.objectContaining({ more: "merge", less: "diagnosis" }));
    expect(soft?.conclusion).toMatch(
      /^Worth most: merge, \+3\d\.\d pp \(first in 100 % of resamples of the tasks\)\. Diagnosis or merge\? merge, by \+3\d\.\d pp \[/,
    );
    const level = ablate({ ...swap, arms: Object.fromEntries(names.map((arm) => [arm, 0.5])) }, { factorials: [factorialOf()] });
    expect(level.factorials[0]?.conclusion).toMatch(/Diagnosis or merge\? These tasks cannot tell: /);
  });

  it("does not depend on the order of rows, and says why there are no effects when a run is missing", () => {
    const rows = generateLedger(swap);
    expect(ablate(swap, { factorials: [factorialOf()] }, [], shuffle(rows, "x")).factorials).toEqual(factorials);
    const [holed] = ablate(
      swap,
      { factorials: [factorialOf()] },
      [],
      rows.filter(({ arm }) => arm !== "run-3"),
    ).factorials;
    expect(holed).toMatchObject({ effects: [], conclusion: "No effects: 1 of 8 runs are missing, the first: run-3: run-3 not measured." });
  });

  it("takes the solver as a factor, and pools evolution seeds", () => {
    const plan: LedgerPlan = { ...swap, arms: { one: 0.7, "two@s1": 0.4, "two@s2": 0.6 }, solvers: ["a", "b"] };
    const run = (arm: string, members: string[], stage: string) =>
      levels.map(({ name, model }) => ({ arm, label: arm, members, solver: model, levels: { merge: stage, solver: name } }));
    const factors = ["merge", "solver"].map((name) => ({ name, levels }));
    const runs = [...run("one", ["one"], "large"), ...run("two", ["two@s1", "two@s2"], "small")];
    const [table] = ablate(plan, { factorials: [factorialOf({ factors, runs })] }).factorials;
    expect(table?.solver).toBeNull();
    expect(table?.effects.map((effect) => effect.factors.join())).toEqual(["merge", "solver", "merge,solver"]);
    expect(table?.effects[0]?.estimate).toBeGreaterThan(0.1);
    expect(table?.effects[0]?.estimate).toBeLessThan(0.3);
    expect(table?.effects[0]?.ofMethod).toBeNull();
    const again = [...run("one", ["two@s1", "two@s1"], "large"), ...run("two", ["two@s1", "two@s2"], "small")];
    const [seeded] = ablate(plan, { factorials: [factorialOf({ factors, runs: again })] }).factorials;
    expect(seeded?.effects[0]?.ofMethod?.seeds).toEqual([expect.closeTo(0), expect.closeTo(-0.2, 0)]);
    // Two evolutions that differ so much say little of the method, however many tasks there are.
    expect(seeded?.effects[0]?.ofMethod?.low).toBe(-1);
  });
});

const evolution = (arm: string, calls: number): LedgerEvolution => ({
  type: "evolution",
  v: 1,
  arm,
  seed: 41,
  kind: "evolved",
  author: "m",
  simulated: true,
  settings: {},
  start: null,
  result: "0".repeat(64),
  state: "evolved",
  episodes: { failed: 1, passed: 1, errored: 0 },
  analyses: { accepted: 1, rejected: 0, errored: 0 },
  patches: 1,
  editsProposed: 1,
  editsApplied: 1,
  usage: { consolidation: { calls, promptTokens: 10, completionTokens: 5, reasoningTokens: 0, cachedTokens: 0 } },
  selected: true,
});

describe("a sweep in the report", () => {
  const plan: LedgerPlan = {
    seed: "sweep",
    clusters: 30,
    cases: 1,
    arms: { none: 0.3, "e-2": 0.4, "e-8": 0.7, "e-all": 0.5 },
    seeds: [41],
  };
  const point = (arm: string, values: Record<string, string | number>) => ({ arm, label: arm, members: [arm], values });
  const key = "evolution.merge.batch_size";
  const sweeps = [
    {
      arm: "e",
      label: "Evolved",
      keys: [key],
      points: [point("e-2", { [key]: 2 }), point("e-8", { [key]: 8 }), point("e-all", { [key]: "all" })],
    },
  ];
  const learned = [evolution("e-2", 9), evolution("e-8", 4)];
  const ablations = ablate(plan, { sweeps }, learned);
  const report = buildReport("generated", planDesign(plan, { sweeps }), generateLedger(plan), learned);

  it("is a curve from value to value with interval, difference and cost", () => {
    const [table] = ablations.sweeps;
    const points = table?.series[0]?.points ?? [];
    expect(points.map(({ value }) => value)).toEqual([2, 8, "all"]);
    for (const one of points) {
      const cell = report.tables[0]?.cells.find(({ arm, metric }) => arm === one.arm && metric === "soft");
      expect([one.estimate, one.interval]).toEqual([cell?.estimate, cell?.interval]);
    }
    expect(points[0]?.difference).toBeNull();
    expect(points[1]?.difference?.estimate).toBeCloseTo((points[1]?.estimate ?? 0) - (points[0]?.estimate ?? 0), 12);
    expect(points.map(({ cost }) => cost.learn?.calls ?? null)).toEqual([9, 4, null]);
    expect(points[1]?.cost).toMatchObject({
      learn: { tokens: 15, costUsd: null },
      episode: { tokens: 1100, costUsd: expect.closeTo(0.01) },
    });
    expect(table?.baseline).toMatchObject({ arm: "none", estimate: expect.any(Number) });
    expect(JSON.parse(renderJson(report.tables, report.ablations)).sweeps).toHaveLength(4);
  });

  it("keeps the other swept keys still along a curve, and joins zipped ones to one", () => {
    const grid = (values: (readonly [string, number, string])[]) => [
      {
        arm: "e",
        label: "E",
        keys: [key, "evolution.merge.grouping"],
        points: values.map(([arm, size, grouping]) => point(arm, { [key]: size, "evolution.merge.grouping": grouping })),
      },
    ];
    const crossed = ablate(plan, {
      sweeps: grid([
        ["none", 2, "shuffle"],
        ["e-2", 2, "section"],
        ["e-8", 8, "shuffle"],
        ["e-all", 8, "section"],
      ]),
    });
    const [bySize, byGrouping] = [...new Set(crossed.sweeps.map((one) => one.key))].map((wanted) =>
      crossed.sweeps.find((one) => one.key === wanted),
    );
    expect(bySize?.series.map(({ text, points }) => [text, points.map(({ arm }) => arm)])).toEqual([
      ["grouping shuffle", ["none", "e-8"]],
      ["grouping section", ["e-2", "e-all"]],
    ]);
    expect(byGrouping?.series.map(({ text }) => text)).toEqual(["batch_size 2", "batch_size 8"]);
    const zipped = ablate(plan, {
      sweeps: grid([
        ["e-2", 2, "shuffle"],
        ["e-8", 8, "section"],
      ]),
    });
    expect(zipped.sweeps[0]?.series.map(({ text, points }) => [text, points.length])).toEqual([["", 2]]);
  });

  it("of human priors says what is left out", () => {
    const without = [point("e-2", {}), point("e-8", {})].map((one, i) => ({
      ...one,
      values: { "evolution.without": i === 0 ? [] : ["prevalence"] },
    }));
    const priors = ablate(plan, { sweeps: [{ arm: "e", label: "Evolved", keys: ["evolution.without"], points: without }] });
    const text = renderAblationsTerminal(priors, { width: 200, color: false });
    expect(text).toMatch(/Evolved: human priors, each left out in turn/);
    expect(text).toMatch(/│ all priors .*\n.*\n?/);
    expect(text).toMatch(/│ without prevalence +│ [\d.]+ % \[/);
  });

  it("shows hostile labels and values as text", () => {
    const evil = "<script>alert(1)</script>|\u001b[31m\u202e`x`";
    const points = [{ ...point("e-2", { [key]: evil }), label: evil }, point("e-8", { [key]: 8 })];
    const hostile = ablate(plan, { sweeps: [{ arm: "e", label: evil, keys: [key], points }], factorials: [] });
    const terminal = renderAblationsTerminal(hostile, { width: 100, color: false });
    for (const sign of ["\u001b", "\u202e"]) expect(`${terminal}${renderMarkdown([], hostile)}`).not.toContain(sign);
    expect(renderMarkdown([], hostile)).not.toMatch(/(?<!\\)<script/);
  });
});

describe("ablations.csv", () => {
  const parse = (text: string) => csvRows(text, { columns: true }) as Record<string, string>[];

  it("has every point, effect and rank with its interval, in full precision", () => {
    const [table] = ablate(swap, { factorials: [factorialOf()] }).factorials;
    if (table === undefined) throw new Error("no factorial");
    const rows = parse(renderAblationsCsv({ sweeps: [], factorials: [table] }));
    expect(rows.map(({ kind }) => kind)).toEqual([...table.effects.map(() => "effect"), ...table.ranking.map(() => "rank")]);
    rows.slice(0, table.effects.length).forEach((row, i) => {
      expect(Number(row.estimate)).toBe(table.effects[i]?.estimate);
      expect(Number(row.high)).toBe(table.effects[i]?.interval?.high);
    });
    expect(rows[0]).toMatchObject({
      factors: "diagnosis",
      levels: "large - small",
      metric: "soft",
      simulated_model_rows: String(table.simulated.model),
    });
    expect(rows.find(({ kind, rank }) => kind === "rank" && rank === "1")?.factors).toBe("merge");
  });

  it("shows hostile labels as text, formulas guarded", () => {
    const evil = '=HYPERLINK("x")\u001b[31m';
    const arms = { none: 0.3, "e-2": 0.4, "e-8": 0.7 };
    const keys = ["evolution.merge.batch_size"];
    const points = ["e-2", "e-8"].map((arm, i) => ({ arm, label: arm, members: [arm], values: { [keys[0] ?? ""]: i === 0 ? evil : 8 } }));
    const { sweeps } = ablate(
      { seed: "csv", clusters: 20, cases: 1, arms, seeds: [41] },
      { sweeps: [{ arm: "e", label: evil, keys, points }] },
    );
    const text = renderAblationsCsv({ sweeps, factorials: [] });
    expect(text).not.toContain("\u001b");
    expect(parse(text)[0]).toMatchObject({
      kind: "point",
      key: "evolution.merge.batch_size",
      value: expect.stringMatching(/^'=HYPERLINK/),
    });
  });
});
