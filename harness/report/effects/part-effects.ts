/** What every part of a skill does, from arms that have the whole skill but for one part: the shape of attribution.json. */
import type { LedgerEpisode } from "../../core/record.ts";
import { drawsOf, type IntervalOptions } from "../../stats/choose-interval.ts";
import { buildTables, type TableOptions } from "../build-tables.ts";
import { collectRows } from "../collect-cells.ts";
import { fixed } from "../number-text.ts";
import type { Comparison, Range, ResultTable, SimulatedCounts } from "../result-table.ts";
import type { TableDesign } from "../table-design.ts";
import { countFlips, type Flips } from "./flips.ts";

/** A part of a skill as plans of ablations describe it. */
export interface SkillPart {
  readonly kind: "section" | "edit";
  readonly id: string;
  readonly file: string;
  readonly from: number;
  readonly to: number;
  readonly title: string;
  readonly edits: readonly string[];
  readonly support: number;
  readonly along: readonly string[];
}

/** Arms of the experiment and what each lacks. Several parts in one arm leave the same skill: their effect is one and the same. */
export interface AblatedArms {
  readonly whole: string;
  readonly arms: readonly { readonly name: string; readonly parts: readonly SkillPart[] }[];
}

export type PartVerdict = "helps" | "hurts" | "no-effect-detected" | "no-data";

/** Whole skill minus skill without the part, with one solver on one benchmark under its primary scorer and first metric. Fractions; positive: the part helps. */
export interface PartEffect {
  readonly arm: string;
  readonly parts: readonly SkillPart[];
  readonly benchmark: string;
  readonly split: string;
  readonly solver: string;
  readonly metric: string;
  readonly effect: number | null;
  readonly interval: (Range & { readonly level: number; readonly method: string; readonly n: number }) | null;
  readonly pairs: number;
  readonly clusters: number;
  readonly p: number | null;
  readonly pAdjusted: number | null;
  /** Effect that would be found with 80 % power at 5 %, unadjusted. */
  readonly detectable: number | null;
  readonly verdict: PartVerdict;
  readonly conclusion: string;
  /** Repaired: passed with the part and failed without it. */
  readonly flips: Flips;
  /** An arm lacks episodes or has too many errors. */
  readonly incomplete: boolean;
  readonly simulated: SimulatedCounts;
}

export interface PartEffects {
  /** Tests that Holm's correction covers: every measured part, solver and benchmark. */
  readonly familySize: number;
  /** In the order of the plan. */
  readonly effects: readonly PartEffect[];
}

/** Builds the effects from ledger rows in any order. Tests and intervals are those of the tables (harness/report/README.md), with the sign turned. */
export function measureEffects(
  rows: readonly LedgerEpisode[],
  design: TableDesign,
  { whole, arms }: AblatedArms,
  options: TableOptions = {},
): PartEffects {
  const family: TableDesign = { ...design, baseline: whole, contrasts: arms.map(({ name }) => [name, whole] as const) };
  const tables = buildTables(rows, family, options);
  const { of } = collectRows(rows, family);
  const interval: IntervalOptions = { ...options, shared: drawsOf(options) };
  const effects = arms.flatMap(({ name, parts }) =>
    tables.flatMap((table) => {
      const benchmark = design.benchmarks.find(({ id, split }) => id === table.benchmark && split === table.split);
      const collected = benchmark === undefined ? [] : of(benchmark).arms;
      const rowsOf = (arm: string, solver: string) => collected.find((one) => one.arm === arm && one.solver === solver)?.rows ?? [];
      return comparisonsOf(table, name).map((one): PartEffect => {
        const { solver } = one;
        const flips = countFlips(rowsOf(whole, solver), rowsOf(name, solver), table.scorer, interval);
        return { arm: name, parts, benchmark: table.benchmark, split: table.split, ...turned(one), flips };
      });
    }),
  );
  return { familySize: tables[0]?.familySize ?? 0, effects };
}

function comparisonsOf(table: ResultTable, arm: string): readonly Comparison[] {
  const [metric] = table.metrics;
  return table.comparisons.filter((one) => one.arm === arm && one.metric === metric?.name);
}

/** Without − whole, read the other way round. */
function turned(one: Comparison): Omit<PartEffect, "arm" | "parts" | "benchmark" | "split" | "flips"> {
  const { solver, metric, pairs, clusters, p, pAdjusted, detectable, simulated } = one;
  const effect = one.difference === null ? null : minus(one.difference);
  const verdict = verdictOf(one);
  const words =
    verdict === "no-effect-detected"
      ? `no effect detected${detectableIn(detectable)}`
      : verdict === "no-data"
        ? "nothing judged in both arms"
        : verdict;
  const incomplete = one.conclusion.endsWith("incomplete arm");
  return {
    solver,
    metric,
    effect,
    interval:
      one.interval === null
        ? null
        : {
            low: minus(one.interval.high),
            high: minus(one.interval.low),
            level: one.interval.level,
            method: one.interval.method,
            n: one.interval.n,
          },
    pairs,
    clusters,
    p,
    pAdjusted,
    detectable,
    verdict,
    conclusion: incomplete ? `${words}; incomplete arm` : words,
    incomplete,
    simulated,
  };
}

function verdictOf({ verdict }: Comparison): PartVerdict {
  if (verdict === "worse") return "helps";
  if (verdict === "better") return "hurts";
  return verdict === "no-data" ? "no-data" : "no-effect-detected";
}

function detectableIn(detectable: number | null): string {
  if (detectable === null) return "";
  return detectable > 1 ? " (too few pairs to detect any)" : ` (detectable: ${fixed(detectable * 100, 1)} pp)`;
}

/** Never −0. */
const minus = (value: number): number => (value === 0 ? 0 : -value);
