import { expect, it } from "vitest";
import { buildTables } from "./build-tables.ts";
import { cellColumns } from "./cell-columns.ts";
import { generateLedger, type LedgerPlan, planDesign } from "./generate-ledger.fixture.ts";
import { buildPaperTable } from "./paper/build-paper-table.ts";
import { paperDesignSchema } from "./paper/paper-design.ts";

const plan: LedgerPlan = { seed: "average", clusters: 120, cases: 3, arms: { none: 0.5, skill: 0.7 }, solvers: ["m", "n"] };
const rows = generateLedger(plan);
const tables = buildTables(rows, planDesign(plan), { resamples: 100, draws: 100 });
const paper = paperDesignSchema.parse({
  table: "t",
  title: "T",
  models: [
    { published: "M", solver: "m" },
    { published: "N", solver: "n" },
  ],
  columns: ["soft", "hard"].map((metric) => ({ label: metric, benchmark: "bench", split: "sample", metric })),
  average: { label: "Avg", groups: [["soft"], ["hard"]] },
  rows: [{ arm: "skill", published: "Skill", numbers: {} }],
});

it("an average has the interval of its columns together, which share their clusters", () => {
  const { rows: shown, notes } = buildPaperTable(paper, tables, { columnOf: cellColumns(rows, planDesign(plan)) });
  const average = shown[0]?.average;
  const cells = shown[0]?.cells ?? [];
  expect(average?.interval?.estimate).toBeCloseTo(average?.ours ?? Number.NaN, 12);
  expect(average?.interval?.method).toBe("joint-studentised");
  // Columns that move together average out little: the interval is nearly as wide as a column's own, and wider than four independent ones would give.
  const width = (bounds: { low: number; high: number } | null | undefined) => (bounds?.high ?? 0) - (bounds?.low ?? 0);
  const mean = cells.reduce((sum, { interval }) => sum + width(interval), 0) / cells.length;
  expect(width(average?.interval)).toBeGreaterThan(0.6 * mean);
  expect(width(average?.interval)).toBeLessThan(1.1 * mean);
  expect(notes.join(" ")).toContain("interval over clusters that carry all their columns");
});

it("without the clusters, or with a column missing, there is none", () => {
  expect(buildPaperTable(paper, tables).rows[0]?.average?.interval).toBeNull();
  const columnOf = cellColumns(rows, planDesign(plan));
  const missing = buildPaperTable(paper, tables, { columnOf: (cell) => (cell.metric === "hard" ? undefined : columnOf(cell)) });
  expect(missing.rows[0]?.average?.interval).toBeNull();
  expect(columnOf({ benchmark: "bench", split: "sample", arm: "nobody", solver: "m", metric: "soft" })).toBeUndefined();
});
