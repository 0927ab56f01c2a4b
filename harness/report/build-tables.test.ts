import { describe, expect, it } from "vitest";
import { UsageError } from "../core/errors.ts";
import { sha256 } from "../core/json.ts";
import type { LedgerEpisode } from "../core/record.ts";
import { buildTables } from "./build-tables.ts";
import { bothMetrics, generateLedger, type LedgerPlan, planDesign, shuffle } from "./generate-ledger.fixture.ts";
import { renderCsv } from "./render-csv.ts";
import { renderMarkdown } from "./render-markdown.ts";
import type { Comparison, ResultTable, TableCell } from "./result-table.ts";
import type { TableDesign } from "./table-design.ts";

const plan: LedgerPlan = {
  seed: "tables",
  clusters: 30,
  cases: 2,
  arms: { none: 0.35, human: 0.75, draft: 0.36 },
  solvers: ["big", "small"],
  errored: 0.005,
  ungraded: 0.05,
};
const only = (tables: readonly ResultTable[]): ResultTable => {
  const [table] = tables;
  if (table === undefined || tables.length !== 1) throw new Error(`expected one table, got ${tables.length}`);
  return table;
};
const cellOf = (table: ResultTable, arm: string, solver = "big", metric = "soft"): TableCell => {
  const cell = table.cells.find((c) => c.arm === arm && c.solver === solver && c.metric === metric);
  if (cell === undefined) throw new Error(`no cell ${arm} ${solver} ${metric}`);
  return cell;
};
const comparisonOf = (table: ResultTable, arm: string, solver = "big", metric = "soft"): Comparison => {
  const found = table.comparisons.find((c) => c.arm === arm && c.solver === solver && c.metric === metric);
  if (found === undefined) throw new Error(`no comparison ${arm} ${solver} ${metric}`);
  return found;
};
const noteOf = (table: ResultTable, kind: string) =>
  table.notes
    .filter((note) => note.kind === kind)
    .map((note) => note.text)
    .join("\n");

/** One row by hand: arm, task, seed, verdict. */
const row = (arm: string, task: string, value: number | "errored" | "ungraded", more: Partial<LedgerEpisode> = {}): LedgerEpisode => {
  const seed = more.rep?.seed ?? 41;
  const score = { scorer: "strict", value: typeof value === "number" ? value : 0, passed: value === 1 };
  return {
    type: "episode",
    v: 1,
    key: sha256(`${arm}${task}${seed}`),
    arm,
    guidance: "none",
    solver: "m",
    benchmark: "bench",
    split: "sample",
    task,
    cluster: task,
    flags: [],
    rep: { seed, attempt: 0, replica: 0 },
    simulated: [],
    state: typeof value === "number" ? "graded" : value,
    outcomes:
      value === "errored"
        ? []
        : [
            {
              key: sha256(`${arm}${task}${seed}score`),
              outcome: value === "ungraded" ? { state: "ungraded", scorer: "strict", reason: "empty range" } : { state: "graded", score },
            },
          ],
    ...more,
  };
};
const handDesign = (arms: readonly string[], tasks: number, more: Partial<TableDesign> = {}): TableDesign => ({
  ...planDesign({ seed: "", clusters: tasks, cases: 1, arms: Object.fromEntries(arms.map((arm) => [arm, 0])), seeds: [41] }),
  ...more,
});

describe("numbers", () => {
  it("are the same whatever the order of rows, and the same when built again", () => {
    const rows = generateLedger(plan);
    expect(buildTables(shuffle(rows, "a"), planDesign(plan))).toEqual(buildTables(rows, planDesign(plan)));
  });

  it("are means of task means, never with a missing score as 0", () => {
    const rows = [
      row("a", "t1", 1),
      row("a", "t1", 0, { rep: { seed: 42, attempt: 0, replica: 0 } }),
      row("a", "t2", 1),
      row("a", "t2", "errored", { rep: { seed: 42, attempt: 0, replica: 0 } }),
      row("a", "t3", "ungraded"),
      row("a", "t3", "ungraded", { rep: { seed: 42, attempt: 0, replica: 0 } }),
    ];
    const table = only(buildTables(rows, handDesign(["a"], 4, { seeds: [41, 42] })));
    const cell = cellOf(table, "a", "m", "accuracy");
    expect(cell.estimate).toBe(0.75);
    expect(cell.slots).toEqual({ expected: 8, graded: 3, ungraded: 2, errored: 1, missing: 2 });
    expect(cell.tasks).toBe(2);
    expect(cell.errorBounds).toEqual({ low: 0.5, high: 0.75 });
    expect(cell.incomplete).toBe("12.5 % of its slots errored, 2 of 8 slots missing");
    expect(noteOf(table, "ungraded")).toContain("empty range (2)");
    expect(noteOf(table, "incomplete")).toContain("a with m is incomplete");
  });

  it("have nothing to say about an arm without rows, and say so", () => {
    const table = only(buildTables([row("a", "t1", 1)], handDesign(["a", "b"], 1)));
    expect(cellOf(table, "b", "m")).toMatchObject({
      estimate: null,
      interval: null,
      errorBounds: null,
      incomplete: "1 of 1 slots missing",
    });
    expect(comparisonOf(table, "b", "m")).toMatchObject({ difference: null, p: null, verdict: "no-data" });
  });

  it("take the last row of a slot, as the ledger defines", () => {
    const table = only(buildTables([row("a", "t1", "errored"), row("a", "t1", 1)], handDesign(["a"], 1)));
    expect(cellOf(table, "a", "m")).toMatchObject({ estimate: 1, slots: { expected: 1, graded: 1, errored: 0 } });
  });

  it("use a score's own metric where it has one, the verdict for Hard", () => {
    const scored = row("a", "t1", 0.4, {
      outcomes: [
        {
          key: sha256("x"),
          outcome: { state: "graded", score: { scorer: "strict", value: 0.4, passed: true, metrics: { accuracy: 0.9 } } },
        },
      ],
    });
    const table = only(buildTables([scored], handDesign(["a"], 1)));
    expect(["soft", "hard", "accuracy"].map((metric) => cellOf(table, "a", "m", metric).estimate)).toEqual([0.4, 1, 0.9]);
  });

  it("refuse a score outside 0 to 1, naming task and scorer", () => {
    expect(() => buildTables([row("a", "t1", 3)], handDesign(["a"], 1))).toThrow(
      /strict score of task t1 in arm a is 3 .* expected a number from 0 to 1/,
    );
  });

  it("count rows that belong to nothing in the design instead of hiding them", () => {
    const table = only(buildTables([row("a", "t1", 1), row("gone", "t1", 1), row("a", "t1", 0, { split: "other" })], handDesign(["a"], 1)));
    expect(cellOf(table, "a", "m").estimate).toBe(1);
    expect(noteOf(table, "left-out")).toContain("2 ledger rows");
  });
});

describe("comparisons", () => {
  const table = only(buildTables(generateLedger(plan), planDesign(plan)));

  it("find the planted effect and do not invent one", () => {
    expect(comparisonOf(table, "human")).toMatchObject({ verdict: "better", conclusion: "better", reference: "none", declared: true });
    expect(comparisonOf(table, "draft")).toMatchObject({ verdict: "no-difference-detected" });
    expect(comparisonOf(table, "draft").conclusion).toMatch(/^no difference detected \(detectable: \d+\.\d pp\)/);
  });

  it("call the reverse worse", () => {
    const reversed = only(buildTables(generateLedger(plan), planDesign(plan, { baseline: "human", contrasts: [["none", "human"]] })));
    expect(comparisonOf(reversed, "none")).toMatchObject({ verdict: "worse" });
    expect(comparisonOf(reversed, "none").difference).toBeCloseTo(-(comparisonOf(table, "human").difference ?? 0), 12);
    expect(comparisonOf(reversed, "draft")).toMatchObject({ verdict: "undeclared", p: null, declared: false });
  });

  it("turn a contrast written the other way round, so that differences are always to the baseline", () => {
    const turned = only(
      buildTables(
        generateLedger(plan),
        planDesign(plan, {
          contrasts: [
            ["none", "human"],
            ["draft", "human"],
          ],
        }),
      ),
    );
    expect(comparisonOf(turned, "human")).toMatchObject({ reference: "none", verdict: "better" });
    expect(turned.comparisons.filter((c) => c.arm === "draft").map((c) => [c.reference, c.declared])).toContainEqual(["human", true]);
  });

  it("are one family over contrasts and solvers, Soft and Hard being one hypothesis", () => {
    expect(table.familySize).toBe(4);
    const tested = table.comparisons.filter((c) => c.p !== null);
    expect(tested.map((c) => c.metric)).toEqual(["soft", "soft", "soft", "soft"]);
    const smallest = Math.min(...tested.map((c) => c.p ?? 1));
    expect(Math.min(...tested.map((c) => c.pAdjusted ?? 1))).toBeCloseTo(4 * smallest, 12);
    expect(comparisonOf(table, "human", "big", "hard")).toMatchObject({ p: null, verdict: "descriptive" });
  });

  it("share the family among benchmarks", () => {
    const other = generateLedger({ ...plan, seed: "second" }).map((r) => ({ ...r, split: "other" }));
    const design = planDesign(plan);
    const [benchmark] = design.benchmarks;
    if (benchmark === undefined) throw new Error("no benchmark");
    const tables = buildTables([...generateLedger(plan), ...other], {
      ...design,
      benchmarks: [benchmark, { ...benchmark, split: "other" }],
    });
    expect(tables.map((t) => [t.split, t.familySize])).toEqual([
      ["sample", 8],
      ["other", 8],
    ]);
    expect(tables[0]?.cells.map((c) => c.estimate)).toEqual(table.cells.map((c) => c.estimate));
    expect(comparisonOf(tables[0] ?? table, "human").p).toBe(comparisonOf(table, "human").p);
    expect(comparisonOf(tables[1] ?? table, "human").difference).not.toBe(comparisonOf(table, "human").difference);
  });

  it("refuse McNemar with seeds, allow it for single runs, and never let it decide", () => {
    expect(comparisonOf(table, "human").mcnemar).toMatchObject({ refused: expect.stringContaining("repetitions") });
    const single = only(
      buildTables(
        ["t1", "t2", "t3"].flatMap((task) => [row("a", task, 0), row("b", task, 1)]),
        handDesign(["a", "b"], 3),
      ),
    );
    expect(comparisonOf(single, "b", "m")).toMatchObject({
      mcnemar: { p: expect.closeTo(0.125, 10) },
      p: 0.25,
      verdict: "no-difference-detected",
    });
  });

  it("bound a difference by errored slots from both sides", () => {
    const rows = [row("a", "t1", 0), row("a", "t2", "errored"), row("b", "t1", 1), row("b", "t2", 1)];
    const found = comparisonOf(only(buildTables(rows, handDesign(["a", "b"], 2))), "b", "m");
    expect(found).toMatchObject({ difference: 1, pairs: 1, errorBounds: { low: 0.5, high: 1 } });
    expect(found.conclusion).toContain("incomplete arm");
  });

  it("recognise arms that are configured alike", () => {
    const twin = (arm: string, task: string) => row(arm, task, 1, { key: sha256(task) });
    const rows = ["t1", "t2"].flatMap((task) => [twin("a", task), twin("b", task)]);
    const twins = only(buildTables(rows, handDesign(["a", "b"], 2)));
    expect(comparisonOf(twins, "b", "m")).toMatchObject({ verdict: "same-episodes", p: null });
    expect(twins.familySize).toBe(0);
    expect(noteOf(twins, "identical-arms")).toContain("a and b with m are configured alike");
  });

  it("say so in the row of every arm that shares its episodes with one above it", () => {
    const of = (arm: string, task: string, skill: string) => row(arm, task, 1, { key: sha256(`${skill} ${task}`) });
    const rows = ["t1", "t2"].flatMap((task) => [of("a", task, "x"), of("other", task, "y"), of("b", task, "x"), of("c", task, "x")]);
    const table = only(buildTables(rows, handDesign(["a", "other", "b", "c"], 2)));
    const said = new Map(table.cells.map((cell) => [cell.arm, cell.identicalTo]));
    expect([...said]).toEqual([
      ["a", null],
      ["other", null],
      ["b", "a"],
      ["c", "a"],
    ]);
    const markdown = renderMarkdown([table]);
    expect(markdown).toMatch(/^\| a<br>baseline \|/m);
    expect(markdown).toMatch(/^\| b<br>identical to a \|/m);
    expect(markdown).toMatch(/^\| c<br>identical to a \|/m);
    expect(markdown).not.toContain("other<br>identical");
    const [head = "", ...lines] = renderCsv([table]).split("\r\n");
    const column = head.split(",").indexOf("identical_to");
    const means = lines.filter((line) => line.startsWith("mean,") && line.includes(",accuracy,"));
    expect(means.map((line) => line.split(",")[column])).toEqual(["", "", "a", "a"]);
  });

  it("say for which model two arms are the same where that differs", () => {
    const of = (arm: string, solver: string, skill: string) => row(arm, "t1", 1, { solver, key: sha256(`${skill} ${solver}`) });
    const rows = [of("a", "m", "x"), of("b", "m", "x"), of("a", "n", "x"), of("b", "n", "y")];
    const table = only(buildTables(rows, handDesign(["a", "b"], 1, { solvers: ["m", "n"] })));
    expect(renderMarkdown([table])).toMatch(/^\| b<br>identical to a \(m\) \|/m);
  });
});

describe("what must not be hidden", () => {
  it("arms without a model have one column, one repetition, and are compared with every solver", () => {
    const rows = ["t1", "t2"].flatMap((task) => [row("none", task, 0), row("oracle", task, 1, { solver: "-" })]);
    const design = handDesign(["none", "oracle"], 2, { seeds: [41, 42], contrasts: [] });
    const table = only(buildTables(rows, design));
    expect(table.solvers).toEqual(["m", "-"]);
    expect(table.cells.filter((cell) => cell.arm === "oracle").map((cell) => cell.solver)).toEqual(["-", "-", "-", "-"]);
    expect(cellOf(table, "oracle", "-").slots).toMatchObject({ expected: 2, graded: 2, missing: 0 });
    expect(cellOf(table, "none", "m").slots).toMatchObject({ expected: 4, missing: 2 });
    expect(comparisonOf(table, "oracle", "m")).toMatchObject({ difference: 1, verdict: "undeclared" });
    expect(noteOf(table, "tests")).toContain("nothing is tested");
  });

  it("simulated rows mark cell, comparison and table, also when only some are", () => {
    const all = only(buildTables(generateLedger({ ...plan, simulated: ["model", "tasks"] }), planDesign(plan)));
    expect(all.simulated).toBe("all");
    expect(cellOf(all, "none").simulated.model).toBe(cellOf(all, "none").simulated.rows);
    expect(noteOf(all, "simulated")).toContain("a simulated model and generated sample tasks");
    const rows = [row("a", "t1", 1, { simulated: ["model"] }), row("a", "t2", 1), row("b", "t1", 1), row("b", "t2", 1)];
    const some = only(buildTables(rows, handDesign(["a", "b"], 2)));
    expect(some.simulated).toBe("some");
    expect(cellOf(some, "a", "m").simulated).toEqual({ rows: 2, model: 1, tasks: 0 });
    expect(cellOf(some, "b", "m").simulated).toEqual({ rows: 2, model: 0, tasks: 0 });
    expect(comparisonOf(some, "b", "m").simulated).toEqual({ rows: 4, model: 1, tasks: 0 });
  });

  it("tasks that pass untouched or cannot pass are counted apart, with the means without them", () => {
    const rows = [
      row("a", "t1", 1, { flags: ["passes-untouched"] }),
      row("a", "t2", 0, { flags: ["cannot-pass"] }),
      row("a", "t3", 1),
      row("a", "t4", 0),
    ];
    const table = only(buildTables(rows, handDesign(["a"], 4)));
    expect(table.setApart).toEqual([
      expect.objectContaining({ tasks: 2, of: 4, without: [{ arm: "a", solver: "m", estimate: 0.5, tasks: 2 }] }),
    ]);
    expect(noteOf(table, "set-apart")).toContain("2 of 4 tasks pass with the untouched start file or cannot pass at all");
  });

  it("usage: exits, turns, tokens and errors; an unknown cost is not 0", () => {
    const priced = row("a", "t1", 1, {
      exit: "completed",
      turns: 4,
      formatErrors: 1,
      usage: { calls: 4, promptTokens: 100, completionTokens: 10, reasoningTokens: 2, cachedTokens: 50 },
      volatile: { startedAt: "", ms: 1, host: "h", costUsd: 0.25, attempts: 1 },
    });
    const unpriced = row("a", "t2", 0, {
      ...priced,
      key: sha256("t2"),
      task: "t2",
      cluster: "t2",
      exit: "turn-limit",
      turns: 8,
      volatile: { startedAt: "", ms: 1, host: "h", attempts: 1 },
    });
    const broken = row("a", "t3", "errored", { error: { class: "timeout", message: "no answer" } });
    const table = only(buildTables([priced, unpriced, broken], handDesign(["a"], 3)));
    expect(table.usage).toEqual([
      {
        arm: "a",
        solver: "m",
        episodes: 3,
        exits: { completed: 1, "turn-limit": 1 },
        errors: { timeout: 1 },
        turnsMean: 6,
        formatErrors: 2,
        tokens: { calls: 8, prompt: 200, completion: 20, reasoning: 4, cached: 100 },
        costUsd: 0.25,
        episodesWithoutCost: 2,
        simulated: { rows: 3, model: 0, tasks: 0 },
      },
    ]);
  });
});

describe("scorers", () => {
  const two = { ...plan, scorers: ["strict", "loose"] };
  it("the primary by default, one by name, or all, each with its own metrics", () => {
    const rows = generateLedger(two);
    const design = planDesign(two);
    const [benchmark] = design.benchmarks;
    if (benchmark === undefined) throw new Error("no benchmark");
    const own = { ...design, benchmarks: [{ ...benchmark, metricsByScorer: { loose: [bothMetrics[2]] } }] };
    expect(buildTables(rows, own).map((t) => [t.scorer, t.primary])).toEqual([["strict", true]]);
    expect(buildTables(rows, own, { scorer: "loose" }).map((t) => [t.scorer, t.primary, t.metrics.length])).toEqual([["loose", false, 1]]);
    expect(buildTables(rows, own, { scorer: "all" }).map((t) => [t.scorer, t.familySize])).toEqual([
      ["strict", 4],
      ["loose", 4],
    ]);
  });
  it("refuses one that no benchmark has, with those there are", () => {
    expect(() => buildTables([], planDesign(two), { scorer: "x" })).toThrow(UsageError);
    expect(() => buildTables([], planDesign(two), { scorer: "x" })).toThrow(
      'no benchmark of generated has a scorer "x"; expected one of strict, loose, or all',
    );
  });
});
