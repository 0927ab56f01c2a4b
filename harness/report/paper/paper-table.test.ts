import { readFileSync } from "node:fs";
import { describe, expect, it } from "vitest";
import { UsageError } from "../../core/errors.ts";
import { loadPaperTable } from "../../experiment/config/load-paper-table.ts";
import { buildTables } from "../build-tables.ts";
import { generateLedger, planDesign } from "../generate-ledger.fixture.ts";
import { renderPaperMarkdown } from "../render-markdown.ts";
import { renderPaperTerminal } from "../render-terminal.ts";
import { buildPaperTable } from "./build-paper-table.ts";
import { designPaperTable } from "./design-paper-table.ts";
import { armNames, averageOf, type PaperDesign } from "./paper-design.ts";
import { readPublishedNumbers } from "./published-numbers.ts";

const file: unknown = JSON.parse(readFileSync(new URL("../../../results/reference/paper-tables.json", import.meta.url), "utf8"));
const models = ["122B", "35B"];

describe("the paper's Avg", () => {
  it.each(["table1", "table6"])("follows from the cells of every row of %s by its formula, to a hundredth of a point", async (name) => {
    const { average } = await loadPaperTable("table1");
    const rows = [...readPublishedNumbers(file, name)];
    expect(rows.length).toBe(name === "table1" ? 15 : 8);
    for (const [row, numbers] of rows) {
      const computed = averageOf(average?.groups ?? [], models, (model, column) => numbers.get(`${model}/${column}`) ?? null);
      expect(Math.abs((computed ?? 0) - (numbers.get("Avg") ?? Number.NaN)), row).toBeLessThanOrEqual(0.0101);
    }
  });

  it("is nothing as long as a number is missing", () => {
    const of = (_: string, column: string) => (column === "Soft" ? null : 0.5);
    expect(averageOf([["Vrf", "Soft"], ["WikiTQ"]], models, of)).toBeNull();
    expect(averageOf([["Vrf"], ["WikiTQ"]], models, of)).toBe(0.5);
  });
});

describe("published numbers", () => {
  it("of evolved rows are their baseline and the printed difference together", () => {
    const one = readPublishedNumbers(file, "table1");
    expect(one.get("122B / Deepening / +Error")?.get("122B/Vrf")).toBe(65.83);
    expect(one.get("35B / Creation / +Error")?.get("122B/WikiTQ")).toBe(81.38);
    expect(readPublishedNumbers(file, "table3").get("35B / Creation / +Error")?.get("35B/ANLS")).toBe(0.6223);
    expect(readPublishedNumbers(file, "table4").get("Parallel")?.get("Time_min")).toBe(3);
    expect(() => readPublishedNumbers(file, "table9")).toThrow('no readable table "table9"');
  });

  it("fit every shipped table, in fractions", async () => {
    for (const name of ["table1", "table2", "table3", "table4", "table5", "table6"]) {
      const spec = await loadPaperTable(name);
      const design = designPaperTable(
        spec,
        readPublishedNumbers(file, spec.published),
        { table: name, models: { "122B": "a", "35B": "b" }, splits: {} },
        { arms: spec.rows.flatMap(({ arm }) => armNames(arm)), solvers: ["a", "b"], benchmarks: [] },
      );
      expect(design.rows).toHaveLength(spec.rows.length);
      const numbers = design.rows.flatMap((row) => Object.values(row.numbers));
      expect(Math.min(...numbers)).toBeGreaterThan(0);
      expect(Math.max(...numbers)).toBeLessThan(1);
    }
  });

  it("are refused where experiment and table do not fit together", async () => {
    const spec = await loadPaperTable("table2");
    const numbers = readPublishedNumbers(file, "table2");
    const make =
      (own: object, experiment: object = {}) =>
      () =>
        designPaperTable(
          spec,
          numbers,
          { table: "table2", models: { "122B": "a" }, splits: {}, ...own },
          { arms: ["no-skill"], solvers: ["a"], benchmarks: [], ...experiment },
        );
    expect(make({ models: { "122B": "c" } })).toThrow("none of the experiment's solvers");
    expect(make({ splits: { Vrf: "x" } })).toThrow('no column "Vrf"; it has D-Test, AIME');
    expect(make({ models: { "7B": "a" } })).toThrow('without a column "7B/D-Test"');
    expect(make({}, { arms: ["x"] })).toThrow("no arm of the experiment");
    await expect(loadPaperTable("table9")).rejects.toThrow(UsageError);
  });
});

describe("an experiment beside a published table", () => {
  const plan = { seed: "paper", clusters: 30, cases: 1, arms: { none: 0.3, human: 0.6 }, solvers: ["m"] };
  const design: PaperDesign = {
    table: "t",
    title: "Table T",
    models: [{ published: "122B", solver: "m" }],
    columns: [
      { label: "Hard", benchmark: "bench", split: "sample", metric: "hard" },
      { label: "Other", benchmark: "other", split: "test", metric: "accuracy" },
    ],
    average: { label: "Avg", groups: [["Hard"]] },
    rows: [
      { arm: "none", published: "No Skill", numbers: { "122B/Hard": 0.1757, "122B/Other": 0.215, Avg: 0.1835 } },
      { arm: "human", published: "Human-Written", numbers: { "122B/Hard": 0.1703 } },
    ],
  };

  it("shows our number and the published one, and what was not measured", () => {
    const tables = buildTables(generateLedger(plan), planDesign(plan));
    const table = buildPaperTable(design, tables);
    const [none, human] = table.rows;
    const cell = tables[0]?.cells.find((one) => one.arm === "none" && one.metric === "hard");
    expect(none?.cells[0]).toMatchObject({ published: 0.1757, ours: cell?.estimate, simulated: false });
    expect(none?.cells[0]?.difference).toBeCloseTo((cell?.estimate ?? 0) - 0.1757, 12);
    expect(none?.cells[1]).toMatchObject({ published: 0.215, ours: null, difference: null });
    expect(human?.cells[1]?.published).toBeNull();
    expect(none?.average).toEqual({ published: 0.1835, ours: cell?.estimate, interval: null });
    expect(table).toMatchObject({ simulated: "none", notComparable: [] });
    expect(renderPaperMarkdown(table)).toContain("not measured<br>21.5 %");
  });

  it("says on top and in every cell that simulated numbers are not comparable", () => {
    const table = buildPaperTable(design, buildTables(generateLedger({ ...plan, simulated: ["model", "tasks"] }), planDesign(plan)));
    expect(table).toMatchObject({ simulated: "all", notComparable: ["a simulated model", "generated sample tasks"] });
    const text = renderPaperTerminal(table, { width: 120, color: false });
    expect(text).toContain("Table T, SIMULATED, not comparable");
    expect(text.match(/\(sim\)/g)).toHaveLength(6);
    expect(text).toContain("ours are from a simulated model, generated sample tasks");
  });
});
