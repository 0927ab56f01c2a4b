import { StoreError } from "../core/errors.ts";
import type { LedgerEpisode, Outcome } from "../core/record.ts";
import type { Slot } from "../stats/slot-columns.ts";
import { noSolver, type TableBenchmark, type TableDesign, type TableMetric } from "./table-design.ts";

/** All ledger rows of one arm with one solver on one benchmark; what every number of a table cell is computed from. */
export interface ArmRows {
  readonly arm: string;
  readonly solver: string;
  readonly rows: readonly LedgerEpisode[];
  /** Slots the design plans. */
  readonly expected: number;
}

/** A learned arm whose guidance was made anew with several evolution seeds and measured with each, for one solver. */
export interface MethodRows {
  readonly arm: string;
  readonly label: string;
  readonly solver: string;
  /** One arm per evolution seed, in design order. */
  readonly seeds: readonly ArmRows[];
}

export interface Collected {
  /** Learned arms that were measured with two or more evolution seeds. */
  readonly methods: readonly MethodRows[];
  /** In design order: arms, then solvers. Arms without any row are there with the solvers they were planned with. */
  readonly arms: readonly ArmRows[];
  /** Columns: the design's solvers that occur, then any others, the no-model column last. */
  readonly solvers: readonly string[];
}

/**
 * Sorts ledger rows by benchmark, arm and solver. Of several rows for one slot the last one counts, as the ledger defines.
 * `leftOut` is the number of rows that belong to nothing in the design.
 */
export function collectRows(
  rows: Iterable<LedgerEpisode>,
  design: TableDesign,
): { readonly of: (benchmark: TableBenchmark) => Collected; readonly leftOut: number } {
  const slots = new Map<string, Map<string, LedgerEpisode>>();
  const arms = new Set(design.arms.map((arm) => arm.name));
  const benchmarks = new Set(design.benchmarks.map((benchmark) => name(benchmark.id, benchmark.split)));
  let leftOut = 0;
  for (const row of rows) {
    if (row.type !== "episode") continue;
    if (!arms.has(row.arm) || !benchmarks.has(name(row.benchmark, row.split))) {
      leftOut++;
      continue;
    }
    const id = name(row.benchmark, row.split, row.arm, row.solver);
    const cell = slots.get(id) ?? new Map<string, LedgerEpisode>();
    slots.set(id, cell);
    cell.set(name(row.cluster, row.task, repOf(row)), row);
  }
  return { leftOut, of: (benchmark) => collectBenchmark(slots, design, benchmark) };
}

function collectBenchmark(
  slots: ReadonlyMap<string, ReadonlyMap<string, LedgerEpisode>>,
  design: TableDesign,
  benchmark: TableBenchmark,
): Collected {
  const prefix = `${name(benchmark.id, benchmark.split)}\u0000`;
  const seen = [...slots.keys()].filter((id) => id.startsWith(prefix)).map((id) => id.split("\u0000").slice(2));
  const reps = design.seeds.length * (benchmark.attempts ?? design.attempts) * design.replicas;
  const arms: ArmRows[] = [];
  for (const arm of design.arms) {
    const found = seen.filter(([armName]) => armName === arm.name).map(([, solver]) => solver ?? noSolver);
    const planned = arm.solvers ?? (found.length > 0 && found.every((solver) => solver === noSolver) ? [noSolver] : design.solvers);
    for (const solver of new Set([...planned, ...found])) {
      const rows = [...(slots.get(prefix + name(arm.name, solver))?.values() ?? [])];
      // An arm without a model does the same thing every time and is run once.
      arms.push({ arm: arm.name, solver, rows, expected: benchmark.tasks * (solver === noSolver ? 1 : reps) });
    }
  }
  const methods = design.arms.flatMap(({ name: of, label }) => {
    const candidates = design.arms.filter((arm) => arm.candidateOf === of).map((arm) => arm.name);
    const solvers = [...new Set(arms.filter((arm) => candidates.includes(arm.arm)).map((arm) => arm.solver))];
    return solvers.flatMap((solver): MethodRows[] => {
      const seeds = arms.filter((arm) => candidates.includes(arm.arm) && arm.solver === solver && arm.rows.length > 0);
      return seeds.length < 2 ? [] : [{ arm: of, label: label ?? of, solver, seeds }];
    });
  });
  const used = new Set(arms.map((arm) => arm.solver));
  const order = [...design.solvers.filter((solver) => used.has(solver)), ...[...used].filter((s) => s !== noSolver).sort()];
  return { arms, methods, solvers: [...new Set([...order, ...(used.has(noSolver) ? [noSolver] : [])])] };
}

/** One scorer's outcome in a row; undefined when the row has none. */
export function outcomeOf(row: LedgerEpisode, scorer: string): Outcome | undefined {
  return row.outcomes.find(({ outcome }) => (outcome.state === "graded" ? outcome.score.scorer : outcome.scorer) === scorer)?.outcome;
}

/** Seed, attempt and replica as one text. */
export function repOf(row: LedgerEpisode): string {
  return `${row.rep.seed}/${row.rep.attempt}/${row.rep.replica}`;
}

/**
 * A row as one scorer and metric see it; undefined when this scorer has not judged it yet. For `cluster-all`, `attempt-any` and `pass@j` the value is the verdict,
 * else the metric of that name if the score has one, else the score's value. StoreError for a value outside 0 to 1.
 */
export function slotOf(row: LedgerEpisode, scorer: string, metric: TableMetric): Slot | undefined {
  const outcome = outcomeOf(row, scorer);
  const state: Slot["state"] | undefined = outcome?.state ?? (row.state === "errored" ? "errored" : undefined);
  if (state === undefined) return undefined;
  const base = { task: row.task, cluster: row.cluster, rep: repOf(row), state };
  if (outcome?.state !== "graded") return { ...base, value: null };
  const { score } = outcome;
  const value =
    metric.over === "episode" || metric.over === "cluster-mean" ? (score.metrics?.[metric.name] ?? score.value) : Number(score.passed);
  if (!(value >= 0 && value <= 1))
    throw new StoreError(
      `the ${scorer} score of task ${row.task} in arm ${row.arm} is ${value} for ${metric.name}, expected a number from 0 to 1; mend the scorer and raise its rev to have it scored again`,
    );
  return { ...base, value };
}

function name(...parts: readonly string[]): string {
  return parts.join("\u0000");
}
