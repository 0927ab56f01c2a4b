import { sha256 } from "../../core/json.ts";
import type { LedgerEpisode } from "../../core/record.ts";
import { buildTables } from "../../report/build-tables.ts";
import { comparisonGrid, resultGrid } from "../../report/cell-text.ts";
import { count, fixed, pValue } from "../../report/number-text.ts";
import { oneLine } from "../../report/plain-text.ts";
import type { ResultTable, Comparison as TableComparison, TableNote } from "../../report/result-table.ts";
import type { Grid } from "../../report/section.ts";
import { noSolver, type TableMetric } from "../../report/table-design.ts";
import { type Interval, methodLabels } from "../../stats/choose-interval.ts";
import { clustersNeeded } from "../../stats/minimum-detectable.ts";
import { type Matched, type MatchedRow, matchResults } from "./match-results.ts";
import { listed } from "./read-records.ts";
import { type ResultFile, repsOf } from "./result-file.ts";

export interface Comparison {
  /** Two rows, the first file being the baseline, and their paired difference. */
  readonly table: ResultTable;
  readonly matched: Matched;
  readonly title: string;
  readonly grids: readonly Grid[];
  readonly notes: readonly string[];
}

/**
 * Second minus first, paired by task, with the estimators, tests and words of every other table. `margin` is a fraction within which differences do not matter.
 * Throws UsageError where the files do not go together (match-results.ts).
 */
export function compareResults(
  a: ResultFile,
  b: ResultFile,
  options: { readonly cluster?: string; readonly margin?: number } = {},
): Comparison {
  const matched = matchResults(a, b, options);
  const metrics = commonMetrics(a, b);
  const [first, second] = nameApart(a.name, b.name);
  const rows = [...toLedger(first, matched.a, a), ...toLedger(second, matched.b, b)];
  const [table] = buildTables(rows, {
    experiment: "compare",
    title: `${second} against ${first}`,
    benchmarks: [{ id: "matched tasks", split: "-", scorer, scorers: [scorer], metrics, tasks: matched.tasks }],
    arms: [first, second].map((name) => ({ name, solvers: [noSolver] })),
    solvers: [],
    baseline: first,
    contrasts: [[second, first]],
    seeds: [0],
    attempts: 1,
    replicas: 1,
    ...(options.margin === undefined ? {} : { margin: options.margin }),
  });
  if (table === undefined) throw new TypeError("compareResults: no table");
  const simulated = table.simulated === "none" ? "" : table.simulated === "all" ? ", SIMULATED" : ", partly SIMULATED";
  return {
    table,
    matched,
    title: `${second} against ${first}: ${matched.tasks} tasks in both${simulated}`,
    grids: gridsOf(table, matched),
    notes: [
      ...inputNotes(a, b, matched, options),
      ...table.notes.filter(({ kind }) => !ownNotes.includes(kind)).map(({ text }) => text),
      ...testNotes(table, matched),
    ],
  };
}

const scorer = "given scores";
/** Notes of tables that speak of experiments; here `testNotes` says the same of two files. */
const ownNotes: readonly TableNote["kind"][] = ["left-out", "estimator", "intervals", "tests"];

/** Metrics that both have under one name, else the one score of each row. */
function commonMetrics(a: ResultFile, b: ResultFile): TableMetric[] {
  const shared = a.metrics.filter(({ name, over }) => b.metrics.some((one) => one.name === name && one.over === over));
  return shared.length > 0 ? shared : [{ name: "score", over: "episode", label: "score" }];
}

function nameApart(a: string, b: string): readonly [string, string] {
  return a === b ? [`${a} (first)`, `${b} (second)`] : [a, b];
}

function toLedger(arm: string, rows: readonly MatchedRow[], file: ResultFile): LedgerEpisode[] {
  const reps = repsOf(file.rows);
  return rows.map((row): LedgerEpisode => {
    const key = row.ledger?.key ?? sha256(`${file.name} ${row.task} ${row.seed}`);
    const ungraded = { state: "ungraded" as const, scorer, reason: "no score" };
    return {
      type: "episode",
      v: 1,
      key,
      arm,
      guidance: arm,
      solver: noSolver,
      benchmark: "matched tasks",
      split: "-",
      task: row.task,
      cluster: row.cluster,
      flags: row.ledger?.flags ?? [],
      rep: row.ledger?.rep ?? reps.get(row.seed) ?? { seed: 0, attempt: 0, replica: 0 },
      simulated: row.ledger?.simulated ?? [],
      ...(row.ledger?.imported === undefined ? {} : { imported: row.ledger.imported }),
      state: row.state,
      outcomes:
        row.state === "errored"
          ? []
          : [{ key, outcome: row.score === null ? ungraded : { state: "graded", score: { ...row.score, scorer } } }],
    };
  });
}

/** Results and difference as tables have them, without the columns for models: a file is one column. */
function gridsOf(table: ResultTable, { tasks }: Matched): readonly Grid[] {
  const results = resultGrid(table);
  const differences = comparisonGrid(table);
  const head = results.head.map((cell) => cell.replace(/^no model\n/, `${tasks} tasks\n`));
  // One model and one test: neither needs a column of its own.
  const dropped = ["model", "p (Holm)"].map((name) => differences?.head.indexOf(name) ?? -1);
  const without = (cells: readonly string[]) => cells.filter((_, i) => !dropped.includes(i));
  return [
    { ...results, head },
    ...(differences === undefined ? [] : [{ ...differences, head: without(differences.head), rows: differences.rows.map(without) }]),
  ];
}

/** How intervals and tests were made, and what more could be seen with more tasks. */
function testNotes({ cells, comparisons, metrics }: ResultTable, { tasks, clusters }: Matched): readonly string[] {
  const labels = (entries: readonly { readonly interval: Interval | null }[]): string =>
    [...new Set(entries.flatMap(({ interval }) => interval?.method ?? []))].map((method) => methodLabels[method]).join("; ") || "none";
  const tested = comparisons.find(({ metric }) => metric === metrics[0]?.name);
  const unit = clusters === tasks ? "tasks" : "clusters";
  return [
    `95 % intervals for tasks like these (${unit} random; a task's repetitions are averaged first). Means: ${labels(cells)}. Difference, paired by task: ${labels(comparisons)}.`,
    "p: two-sided studentised sign-flip test. Detectable: found with 80 % power at 5 %.",
    ...(tested === undefined ? [] : [...mcnemarNote(tested), ...equivalenceNote(tested), ...sizeNote(tested, unit)]),
  ];
}

function mcnemarNote({ mcnemar }: TableComparison): string[] {
  if (mcnemar === null || "refused" in mcnemar) return [];
  return [
    `Verdicts that differ: ${mcnemar.onlyA} passed in the second only, ${mcnemar.onlyB} in the first only; mid-p McNemar p = ${pValue(mcnemar.p)}.`,
  ];
}

function equivalenceNote({ equivalence }: TableComparison): string[] {
  if (equivalence === null) return [];
  const found = equivalence.p <= 0.05 ? "is shown" : "is not shown";
  return [`Equivalence within ±${fixed(equivalence.margin * 100, 1)} pp ${found}: two one-sided t tests, p = ${pValue(equivalence.p)}.`];
}

/** How many tasks it would have taken to find a difference of the margin's size, else of the size seen; nothing where one was found. */
function sizeNote({ interval, difference, equivalence, verdict }: TableComparison, unit: string): string[] {
  const wanted = equivalence?.margin ?? Math.abs(difference ?? 0);
  if (verdict !== "no-difference-detected" || interval === null || !(wanted > 0) || !(interval.se > 0)) return [];
  const variance = { betweenClusters: interval.se ** 2 * (interval.df + 1), withinClusters: 0, clusters: interval.n };
  const needed = clustersNeeded(variance, { difference: wanted, repetitions: 1 });
  const size = `${fixed(wanted * 100, 1)} pp${equivalence === null ? ", as seen here," : ""}`;
  return [
    Number.isFinite(needed) && needed > interval.n
      ? `A true difference of ${size} would be found with 80 % power on about ${count(needed)} ${unit} like these; here are ${count(interval.n)}.`
      : `A true difference of ${size} would have been found here with 80 % power.`,
  ];
}

function inputNotes(a: ResultFile, b: ResultFile, matched: Matched, { cluster }: { readonly cluster?: string }): readonly string[] {
  const describe = (file: ResultFile): string => {
    const tasks = new Set(file.rows.map((row) => row.task)).size;
    const seeds = new Set(file.rows.map((row) => row.seed)).size;
    return `${file.name} (${file.format}): ${file.rows.length} rows, ${tasks} tasks${seeds > 1 ? `, ${seeds} repetitions` : ""}, ${file.took}.`;
  };
  const only = (tasks: readonly string[], { name }: ResultFile): string[] =>
    tasks.length === 0 ? [] : [`${tasks.length} only in ${name} (${listed(tasks.slice(0, 3))}${tasks.length > 3 ? ", …" : ""})`];
  const alone = [...only(matched.onlyA, a), ...only(matched.onlyB, b)];
  const grouped =
    matched.clusters === matched.tasks
      ? `Every task counts on its own${cluster === undefined ? "; where tasks belong together, say so with --cluster" : ""}.`
      : `The tasks form ${matched.clusters} clusters, which are kept whole.`;
  return [
    describe(a),
    describe(b),
    `${matched.tasks} tasks are in both${alone.length === 0 ? "" : `; left out: ${alone.join(", ")}`}. ${grouped}`,
    ...(matched.scale === 100 ? ["Scores are per cent in both files and were divided by 100."] : []),
    `The difference is ${oneLine(b.name)} minus ${oneLine(a.name)}.`,
  ];
}
