import { execFileSync } from "node:child_process";
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, expect, it } from "vitest";
import { buildTables } from "./build-tables.ts";
import { generateLedger, type LedgerPlan, planDesign, roundTrip, shuffle } from "./generate-ledger.fixture.ts";

const dir = mkdtempSync(join(tmpdir(), "t2s-recompute-"));
afterAll(() => rmSync(dir, { recursive: true, force: true }));

const readme = readFileSync(new URL("README.md", import.meta.url), "utf8");
const script = /<<'END'\n([\s\S]*?)\nEND\n/.exec(readme)?.[1] ?? "";

it("has ten lines", () => {
  expect(script.split("\n")).toHaveLength(10);
});

const plans: readonly LedgerPlan[] = [
  { seed: "verdicts", clusters: 20, cases: 3, arms: { none: 0.4, human: 0.6 }, solvers: ["m", "n"], errored: 0.08, ungraded: 0.1 },
  { seed: "attempts", clusters: 12, cases: 3, arms: { none: 0.3 }, attempts: 3, errored: 0.15 },
  { seed: "fractions", clusters: 15, cases: 2, arms: { none: 0.5 }, fractional: true, errored: 0.05 },
];

it.each(plans)("the README's script gives every mean of a table: $seed", (plan) => {
  const design = planDesign(plan);
  const rows = roundTrip(generateLedger(plan));
  // A slot that was filled twice: the later row counts, here and there.
  const [first] = rows;
  const ledger = first === undefined ? rows : [{ ...first, state: "errored" as const, outcomes: [] }, ...shuffle(rows, "order")];
  const file = join(dir, `${plan.seed}.jsonl`);
  const program = join(dir, "recompute.mjs");
  writeFileSync(file, ledger.map((row) => `${JSON.stringify(row)}\n`).join(""));
  writeFileSync(program, script);
  const [table] = buildTables(ledger, design);
  expect(table?.cells.length).toBe(design.arms.length * design.solvers.length * 4);
  expect(new Set(table?.cells.map((cell) => cell.estimate)).size).toBeGreaterThan(2);
  // One process a cell; the cells of one arm with one solver go through every line of the script.
  for (const cell of (table?.cells ?? []).filter((c) => c.arm === design.arms.at(-1)?.name && c.solver === design.solvers.at(-1))) {
    const over = table?.metrics.find((metric) => metric.name === cell.metric)?.over ?? "";
    const args = [program, file, "bench", "sample", cell.arm, cell.solver, "strict", cell.metric, over];
    expect(Number(execFileSync(process.execPath, args, { encoding: "utf8" }))).toBeCloseTo(cell.estimate ?? Number.NaN, 12);
  }
});
