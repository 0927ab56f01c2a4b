import { describe, expect, it } from "vitest";
import { buildTables } from "./build-tables.ts";
import { generateLedger, type LedgerPlan, planDesign } from "./generate-ledger.fixture.ts";
import { renderCsv } from "./render-csv.ts";
import { renderTerminal } from "./render-terminal.ts";
import type { Comparison } from "./result-table.ts";

/** A baseline and an evolved arm of which three evolutions were measured; the first one is the selected one. */
function evolvedTable(rates: readonly [number, number, number], more: Partial<LedgerPlan> = {}, margin?: number) {
  const [s41, s42, s43] = rates;
  const plan: LedgerPlan = {
    seed: "methods",
    clusters: 60,
    cases: 1,
    arms: { none: 0.5, evolved: s41, "evolved@s41": s41, "evolved@s42": s42, "evolved@s43": s43 },
    ...more,
  };
  const design = planDesign(plan, {
    arms: Object.keys(plan.arms).map((name) => ({ name, ...(name.includes("@") ? { candidateOf: "evolved" } : {}) })),
    contrasts: [["evolved", "none"]],
    ...(margin === undefined ? {} : { margin }),
  });
  // The selected arm and its candidate are the same episodes.
  const rows = generateLedger(plan).filter((row) => row.arm !== "evolved");
  const copies = rows.filter((row) => row.arm === "evolved@s41").map((row) => ({ ...row, arm: "evolved" }));
  const [table] = buildTables([...rows, ...copies], design, { resamples: 200, draws: 400 });
  if (table === undefined) throw new Error("no table");
  const of = (arm: string): Comparison => {
    const found = table.comparisons.find((c) => c.arm === arm && c.metric === "soft");
    if (found === undefined) throw new Error(`no comparison of ${arm}`);
    return found;
  };
  return { table, of };
}

describe("an arm that was evolved with several seeds", () => {
  it("is judged as a method; the selected skill's own difference is descriptive", () => {
    const { table, of } = evolvedTable([0.85, 0.86, 0.84]);
    expect(of("evolved@method")).toMatchObject({ estimand: "method", verdict: "better", reference: "none" });
    expect(of("evolved@method").interval?.method).toBe("crossed");
    expect(of("evolved@method").evolution?.seeds.map(({ arm }) => arm)).toEqual(["evolved@s41", "evolved@s42", "evolved@s43"]);
    expect(of("evolved")).toMatchObject({
      verdict: "descriptive",
      p: null,
      conclusion: "descriptive; this skill alone; tested is the method",
    });
    expect(table.familySize).toBe(1);
    const seeds = table.cells.filter((c) => c.metric === "soft" && c.arm.includes("@s")).map((c) => c.estimate ?? 0);
    const method = table.cells.find((c) => c.metric === "soft" && c.arm === "evolved@method");
    expect(method?.estimate).toBeCloseTo(seeds.reduce((sum, x) => sum + x, 0) / 3, 12);
    expect(method?.slots).toMatchObject({ expected: 540, graded: 540 });
  });

  it("is not called better because one evolution turned out well", () => {
    const { of } = evolvedTable([0.8, 0.5, 0.3]);
    const skill = of("evolved");
    expect(skill.interval?.low).toBeGreaterThan(0);
    const method = of("evolved@method");
    expect(method.verdict).toBe("no-difference-detected");
    expect(method.interval?.low).toBeLessThan(0);
    expect(method.evolution?.seedLevel.low).toBeLessThan(0);
  });

  it("says how optimistic the best evolution is and where the variance comes from", () => {
    const { table } = evolvedTable([0.7, 0.7, 0.7], { seeds: [41, 42] });
    const text = table.notes.map((note) => note.text).join("\n");
    expect(text).toMatch(/evolved@s4\d with m is the best of 3 with \d+\.\d %, \d+\.\d pp of which the choice alone/);
    expect(text).toMatch(/evolved with m: task \d+ %, evolution seed \d+ %, evolution seed by task \d+ %, repetition \d+ %/);
    expect(text).toMatch(/t intervals over the evolution seeds alone \(these tasks\): evolved@method - none with m \[/);
    const shown = renderTerminal(table, { width: 200, color: false });
    expect(shown).toContain("evolved, as a method (mean of 3");
    expect(renderCsv([table])).toMatch(/,crossed,/);
  });

  it("has bounds for errored slots", () => {
    const { of, table } = evolvedTable([0.7, 0.7, 0.7], { errored: 0.05 });
    const { errorBounds, difference } = of("evolved@method");
    expect(errorBounds?.low).toBeLessThan(difference ?? 0);
    expect(errorBounds?.high).toBeGreaterThan(difference ?? 0);
    expect(of("evolved@method").conclusion).toContain("incomplete arm");
    expect(table.cells.find((c) => c.arm === "evolved@method")?.incomplete).toContain("errored");
  });
});

describe("a declared margin", () => {
  const plan: LedgerPlan = { seed: "margin", clusters: 150, cases: 1, arms: { a: 0.5, b: 0.5, c: 0.9 }, fractional: true };
  const compare = (margin?: number) => {
    const design = planDesign(plan, margin === undefined ? {} : { margin });
    const [table] = buildTables(generateLedger(plan), design, { resamples: 400, draws: 400 });
    return { table, b: table?.comparisons.find((c) => c.arm === "b"), c: table?.comparisons.find((c) => c.arm === "c") };
  };

  it("makes equivalence a conclusion, by two one-sided tests", () => {
    const { b, c, table } = compare(0.05);
    expect(b).toMatchObject({ verdict: "equivalent", conclusion: "equivalent within 5.0 pp" });
    expect(b?.equivalence?.pAdjusted).toBeLessThan(0.05);
    expect(c?.verdict).toBe("better");
    expect(table?.notes.some(({ text }) => text.startsWith("Equivalent: the difference lies within ±5.0 pp"))).toBe(true);
    expect(compare(0.001).b?.verdict).toBe("no-difference-detected");
    expect(compare().b).toMatchObject({ verdict: "no-difference-detected", equivalence: null });
  });

  it("leaves the simultaneous intervals, which are wider than the single ones", () => {
    const { b } = compare();
    expect((b?.simultaneous?.high ?? 0) - (b?.simultaneous?.low ?? 0)).toBeGreaterThan((b?.interval?.high ?? 0) - (b?.interval?.low ?? 0));
  });
});

it("replicas give a noise floor", () => {
  const plan: LedgerPlan = { seed: "replicas", clusters: 40, cases: 1, arms: { a: 0.5 }, seeds: [41, 42] };
  // The second seed plays the second replica.
  const rows = generateLedger(plan).map((row) => ({ ...row, rep: { seed: 41, attempt: 0, replica: row.rep.seed - 41 } }));
  const [table] = buildTables(rows, planDesign(plan, { seeds: [41], replicas: 2 }), { resamples: 100 });
  const [floor] = table?.noise.noiseFloors ?? [];
  // Rates from 0 to 1 around 0.5, mean variance 1/6 over 40 tasks: 1.96 · √(2/6/40) = 0.18.
  expect(floor?.floor).toBeGreaterThan(0.12);
  expect(floor?.floor).toBeLessThan(0.24);
  expect(table?.notes.find(({ kind }) => kind === "noise-floor")?.text).toContain("between 2 replicas");
});
