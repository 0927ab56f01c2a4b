import { describe, expect, it } from "vitest";
import type { Spread } from "../../stats/spread.ts";
import { exampleCard } from "../protocol/card.fixture.ts";
import type { ResultTable, TableCell } from "../result-table.ts";
import { buildPaperTable } from "./build-paper-table.ts";
import { judgeCell } from "./judge-cell.ts";
import type { PaperDesign } from "./paper-design.ts";
import { renderPaperCsv } from "./render-paper.ts";

/** 900 tasks three times over: a run's own standard error is 1 pp. */
const spread: Spread = { estimate: 0.5, clusters: 900, se: 0.015, runSe: 0.01, runDf: 1800, repetitions: 3 };
const judge = (more: Partial<Parameters<typeof judgeCell>[0]>, margin = 0.1) =>
  judgeCell({ published: 0.5, ours: 0.5, spread, run: { tasks: "same", repetitions: 3 }, learned: false, obstacles: [], ...more }, margin);

describe("our number beside a published one", () => {
  it("agrees inside a prediction interval that is narrow enough to say so", () => {
    expect(judge({ published: 0.52 })).toMatchObject({ verdict: "agrees", conclusion: "agrees" });
    // 1.96 · √2 · 1 pp.
    expect(judge({}).prediction?.high).toBeCloseTo(0.5 + 1.961 * Math.SQRT2 * 0.01, 4);
    expect(judge({}).detectable).toBeCloseTo(2.803 * Math.SQRT2 * 0.01, 3);
  });

  it("differs outside of it, on either side", () => {
    expect(judge({ published: 0.53 }).verdict).toBe("differs");
    expect(judge({ published: 0.47 }).verdict).toBe("differs");
  });

  it("says what could have been detected instead of agreeing where that is more than the margin", () => {
    expect(judge({ published: 0.52 }, 0.03)).toMatchObject({
      verdict: "no-difference-detected",
      conclusion: "no difference detected (detectable: 4.0 pp)",
    });
  });

  it("is wider on other tasks, and where evolutions differ", () => {
    expect(judge({ published: 0.53, run: { tasks: "other", repetitions: 3 } }).verdict).toBe("agrees");
    expect(judge({ published: 0.53, learned: true }).conclusion).toBe("differs (this skill; evolution noise not measured)");
    const evolution = { variance: 0.03 ** 2, df: 2, ours: 1, published: 1 };
    expect(judge({ published: 0.6, learned: true, evolution }).verdict).toBe("no-difference-detected");
  });

  it("concludes nothing against an obstacle, without a number, or from one cluster", () => {
    expect(judge({ published: 0.9, obstacles: ["a simulated model"] })).toMatchObject({
      verdict: "not-comparable",
      conclusion: "not comparable: a simulated model",
    });
    expect(judge({ ours: null }).verdict).toBe("not-measured");
    expect(judge({ published: null }).verdict).toBe("not-published");
    expect(judge({ spread: null }).verdict).toBe("not-comparable");
  });
});

describe("a table beside the publication", () => {
  const cell: TableCell = {
    arm: "evolved",
    solver: "m",
    metric: "pass",
    estimate: 0.5,
    interval: null,
    spread,
    tasks: 900,
    clusters: 900,
    slots: { expected: 2700, graded: 2700, ungraded: 0, errored: 0, missing: 0 },
    errorBounds: null,
    incomplete: null,
    identicalTo: null,
    simulated: { rows: 2700, model: 0, tasks: 0 },
  };
  const result = (cells: readonly TableCell[], more: Partial<ResultTable> = {}): ResultTable => ({
    v: 1,
    experiment: "one",
    title: "One",
    benchmark: "bench",
    split: "sample",
    subset: null,
    scorer: "strict",
    primary: true,
    arms: [{ name: "evolved", label: "Evolved" }],
    solvers: ["m"],
    metrics: [{ name: "pass", over: "episode", label: "Pass" }],
    baseline: null,
    cells,
    comparisons: [],
    familySize: 0,
    usage: [],
    setApart: [],
    noise: { selections: [], noiseFloors: [], variances: [] },
    notes: [],
    simulated: "none",
    ...more,
  });
  const design: PaperDesign = {
    table: "t",
    title: "T",
    models: [{ published: "122B", solver: "m", name: "Qwen-M" }],
    columns: [
      { label: "Soft", benchmark: "bench", split: "sample", metric: "pass" },
      { label: "Soft, no evolve tasks", benchmark: "bench", split: "rest", metric: "pass", besides: "Soft" },
    ],
    protocol: { seeds: 3, maxTurns: 100, mergeBatch: 32 },
    rows: [{ arm: { "122B": "evolved" }, published: "Parallel", numbers: { "122B/Soft": 0.5 }, further: { Time_min: 3 } }],
  };
  const [measured] = exampleCard().measured;
  const named = exampleCard({ solvers: [{ name: "m", identity: { name: "m", served: "qwen-m" }, sampling: {}, simulated: false }] });
  const notes = (card = named) => buildPaperTable(design, [result([cell])], { cards: [card] }).notes.join("\n");

  it("concludes when the protocol is the published one, and names every departure from it otherwise", () => {
    const conclusion = (card = named) => buildPaperTable(design, [result([cell])], { cards: [card] }).rows[0]?.cells[0]?.conclusion;
    expect(conclusion()).toBe("agrees (this skill; evolution noise not measured)");
    expect(conclusion(exampleCard())).toBe("not comparable: m in place of Qwen-M");
    const agents = named.agents.map((agent) => ({ ...agent, maxTurns: 20 }));
    expect(conclusion({ ...named, agents })).toBe("not comparable: 20 turns in place of 100");
    const arms = named.arms.map((arm) =>
      arm.learning === null ? arm : { ...arm, learning: { kind: "evolved", merge: { batch_size: 5 } } },
    );
    expect(conclusion({ ...named, arms })).toBe("not comparable: B_merge 5 in place of 32");
    const first = named.measured.map((one) => ({ ...one, chosen: "by-hand" as const }));
    expect(conclusion({ ...named, measured: first })).toBe("not comparable: chosen tasks of bench sample");
  });

  it("counts what readers should know in the data", () => {
    expect(notes()).toContain(
      "Soft: 1 of the 2 instances of bench sample (1 of 4 test cases) are among the tasks that skills are evolved on",
    );
    expect(notes()).toContain('without them: "Soft, no evolve tasks"');
    expect(notes()).toContain("no variance was published");
    expect(notes()).toContain("Also published, without a counterpart here: Time_min (Parallel 3).");
    const mix = (types: Record<string, number>, flags: Record<string, number> = {}) => ({
      tasks: 200,
      clusters: 200,
      types,
      flags,
      flaggedClusters: flags,
    });
    const [source] = named.learnedFrom;
    if (measured === undefined || source === undefined) throw new Error("the fixture has both");
    const other = {
      ...named,
      measured: [{ ...measured, mix: mix({ "cell-level": 200 }, { "passes-untouched": 7, "cannot-pass": 2 }) }],
      learnedFrom: [{ ...source, mix: mix({ "cell-level": 75, "sheet-level": 125 }) }],
    };
    expect(notes(other)).toContain(
      "learned from evolve with 125 sheet-level tasks among 200; sample has none of that kind (200 cell-level)",
    );
    expect(notes(other)).toContain("of 200 tasks 7 pass with the untouched start file and 2 cannot pass at all");
  });

  it("says what 30 problems can show before anything is measured", () => {
    if (measured === undefined) throw new Error("the fixture has one");
    const mix = { tasks: 30, clusters: 30, types: {}, flags: {}, flaggedClusters: {} };
    const table = buildPaperTable(design, [], { cards: [{ ...named, measured: [{ ...measured, mix }] }] });
    // t(29) · √(1/4/30) = 18.7 pp; at a rate of 1/2 two independent arms need twice that and power.
    expect(table.notes.join("\n")).toContain(
      "Soft (30): one mean is known to ± 19 pp at worst, two independent arms at the published rates of Parallel differ visibly from 37 pp on",
    );
  });

  it("takes a number from the experiment that has it, and shows hostile names as text", () => {
    const later = buildPaperTable(design, [
      result([{ ...cell, estimate: null }]),
      result([{ ...cell, estimate: 0.25 }], { experiment: "two" }),
    ]);
    expect(later.rows[0]?.cells[0]?.ours).toBe(0.25);
    expect(later.experiment).toBe("one, two");
    const csv = renderPaperCsv([{ ...later, table: '=cmd|"x"\u202e' }]);
    expect(csv.split("\r\n")[1]).toMatch(/^"'=cmd\|""x""\\u202e",cell,Parallel,evolved,,122B,m,Soft,0.5,0.25,-0.25,/);
  });
});
