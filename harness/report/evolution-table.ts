import type { LedgerEvolution } from "../core/ledger-rows.ts";
import { count, percent } from "./number-text.ts";
import type { ResultTable } from "./result-table.ts";
import type { Grid } from "./section.ts";

/** How skills were learned, as evolutions.json has it: the ledger's rows, and what selecting among evolution seeds did. */
export interface EvolutionTable {
  readonly v: 1;
  readonly experiment: string;
  readonly rows: readonly LedgerEvolution[];
  readonly selections: readonly SelectionEffect[];
  readonly notes: readonly string[];
}

/** Mean and chosen skill of one arm over its evolution seeds, on the tasks the choice was made by and on the measured ones. Shares, not per cent. */
export interface SelectionEffect {
  readonly arm: string;
  readonly benchmark: string;
  readonly split: string;
  readonly solver: string;
  readonly seeds: number;
  readonly validationMean: number;
  readonly validationSelected: number;
  readonly testMean: number;
  readonly testSelected: number;
  /** Gain by selecting where it was selected minus the gain where it is measured: what a table of selected skills overstates on the evolve split. */
  readonly optimism: number;
}

/** Undefined when nothing was learned. `tables` are those of the primary scorers. */
export function buildEvolutionTable(
  experiment: string,
  rows: readonly LedgerEvolution[],
  tables: readonly ResultTable[],
): EvolutionTable | undefined {
  if (rows.length === 0) return undefined;
  const sorted = [...rows].sort((a, b) => (a.arm === b.arm ? a.seed - b.seed : a.arm < b.arm ? -1 : 1));
  return { v: 1, experiment, rows: sorted, selections: selections(sorted, tables), notes: notes(sorted) };
}

function selections(rows: readonly LedgerEvolution[], tables: readonly ResultTable[]): SelectionEffect[] {
  const arms = [...new Set(rows.map((row) => row.arm))];
  return arms.flatMap((arm) => {
    const own = rows.filter((row) => row.arm === arm);
    const chosen = own.find((row) => row.selected);
    const validations = own.flatMap((row) => (row.validation === undefined ? [] : [row.validation.value]));
    if (chosen?.validation === undefined || validations.length < 2 || validations.length !== own.length) return [];
    const validationMean = mean(validations);
    const validationSelected = chosen.validation.value;
    return tables.flatMap((table) => {
      const [metric] = table.metrics;
      const cell = (name: string, solver: string) =>
        table.cells.find((one) => one.arm === name && one.solver === solver && one.metric === metric?.name)?.estimate ?? null;
      return table.solvers.flatMap((solver) => {
        const each = own.map((row) => cell(`${arm}@s${row.seed}`, solver));
        const testSelected = cell(arm, solver);
        const known = each.filter((value): value is number => value !== null);
        if (testSelected === null || known.length !== own.length) return [];
        const testMean = mean(known);
        const optimism = validationSelected - validationMean - (testSelected - testMean);
        const { benchmark, split } = table;
        return [{ arm, benchmark, split, solver, seeds: own.length, validationMean, validationSelected, testMean, testSelected, optimism }];
      });
    });
  });
}

const mean = (values: readonly number[]): number => values.reduce((sum, value) => sum + value, 0) / values.length;

function notes(rows: readonly LedgerEvolution[]): string[] {
  const out: string[] = [];
  const simulated = rows.filter((row) => row.simulated).length;
  if (simulated > 0)
    out.push(`SIMULATED: ${simulated} of ${rows.length} were learned by a simulated author; they show that the stages work, nothing else.`);
  for (const row of rows.filter(({ state }) => state !== "evolved"))
    out.push(
      `${row.arm}, evolution seed ${row.seed}: ${row.state}${row.note === undefined ? "" : `, ${row.note}`}; it is measured with its start skill.`,
    );
  const same = new Map<string, string[]>();
  for (const row of rows) same.set(row.result, [...(same.get(row.result) ?? []), `${row.arm} (seed ${row.seed})`]);
  for (const names of same.values()) if (names.length > 1) out.push(`Identical results: ${names.join(", ")}.`);
  return out;
}

/** The table's rows as text. */
export function evolutionGrid({ rows }: EvolutionTable): Grid {
  return {
    title: "Skill evolution",
    head: ["Arm", "Seed", "Author", "Episodes", "Analyses", "Patches", "Edits", "Skill", "Validation", "Calls", "Tokens", "Cost"],
    rows: rows.map((row) => {
      const used = Object.values(row.usage);
      const tokens = used.reduce((sum, one) => sum + one.promptTokens + one.completionTokens, 0);
      const { accepted, rejected, errored } = row.analyses;
      return [
        row.arm,
        `${row.seed}${row.selected ? " *" : ""}`,
        row.author,
        `${row.episodes.passed} passed, ${row.episodes.failed} failed${row.episodes.errored > 0 ? `, ${row.episodes.errored} errored` : ""}`,
        accepted + rejected + errored === 0 ? "-" : `${accepted} of ${accepted + rejected + errored}`,
        row.patches === 0 ? "-" : count(row.patches),
        row.editsProposed === 0 ? "-" : `${row.editsApplied} of ${row.editsProposed}`,
        row.lines === undefined ? "-" : `${row.lines} lines${(row.references ?? 0) > 0 ? ` + ${row.references}` : ""}`,
        row.validation === undefined ? "-" : percent(row.validation.value),
        count(used.reduce((sum, one) => sum + one.calls, 0)),
        count(tokens),
        row.volatile?.costUsd === undefined ? "unknown" : `$${row.volatile.costUsd.toFixed(2)}`,
      ];
    }),
  };
}

/** What selecting did, as text; undefined when it cannot be told. */
export function selectionGrid({ selections: all }: EvolutionTable): Grid | undefined {
  if (all.length === 0) return undefined;
  return {
    title: "Selection among evolution seeds",
    head: ["Arm", "Solver", "Seeds", "Validation: mean", "selected", "Measured: mean", "selected", "Optimism"],
    rows: all.map((one) => [
      one.arm,
      `${one.solver}, ${one.split}`,
      String(one.seeds),
      percent(one.validationMean),
      percent(one.validationSelected),
      percent(one.testMean),
      percent(one.testSelected),
      percent(one.optimism),
    ]),
  };
}
