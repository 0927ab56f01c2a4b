import type { Metric } from "../core/contract.ts";
import { type Interval, methodLabels } from "../stats/choose-interval.ts";
import { type ArmRows, outcomeOf } from "./collect-cells.ts";
import { percent, percentRange, pointsRange } from "./number-text.ts";
import type { Comparison, ResultTable, SetApart, TableCell, TableNote } from "./result-table.ts";
import { noSolver } from "./table-design.ts";

/** How a number is named in a sentence: "arm with solver". */
export function nameCell({ arm, solver }: { readonly arm: string; readonly solver: string }): string {
  return solver === noSolver ? arm : `${arm} with ${solver}`;
}

/** Everything a reader must know beside the numbers, most important first. */
export function writeNotes(
  table: Omit<ResultTable, "notes">,
  { arms, identical }: { readonly arms: readonly ArmRows[]; readonly identical: ReadonlyMap<ArmRows, ArmRows> },
  leftOut: number,
): readonly TableNote[] {
  const deciding = table.metrics[0]?.name;
  const cells = table.cells.filter((cell) => cell.metric === deciding);
  return [
    ...simulatedNote(table),
    ...importedNote(table),
    ...cells.flatMap((cell): TableNote[] =>
      cell.incomplete === null ? [] : [{ kind: "incomplete", text: `${nameCell(cell)} is incomplete: ${cell.incomplete}.` }],
    ),
    ...erroredNotes(
      cells,
      table.comparisons.filter((comparison) => comparison.metric === deciding),
    ),
    ...ungradedNote(arms, table.scorer),
    ...(table.subset === null ? [] : [{ kind: "subset" as const, text: `A part of the split was measured: ${table.subset}.` }]),
    ...table.setApart.map(setApartNote),
    ...identicalNotes(identical),
    ...(leftOut > 0
      ? [{ kind: "left-out" as const, text: `${leftOut} ledger rows belong to no arm or benchmark of this table and are left out.` }]
      : []),
    ...methodNotes(table),
  ];
}

function simulatedNote({ simulated, cells }: Omit<ResultTable, "notes">): TableNote[] {
  if (simulated === "none") return [];
  const model = cells.some((cell) => cell.simulated.model > 0);
  const tasks = cells.some((cell) => cell.simulated.tasks > 0);
  const what = [...(model ? ["a simulated model"] : []), ...(tasks ? ["generated sample tasks"] : [])].join(" and ");
  return [{ kind: "simulated", text: `(sim) marks numbers made with ${what}: they show that the program works and measure nothing.` }];
}

function importedNote({ cells }: Omit<ResultTable, "notes">): TableNote[] {
  if (!cells.some((cell) => (cell.simulated.imported ?? 0) > 0)) return [];
  const text =
    "(imported) marks numbers over outputs that another program's runs left behind, graded here: prompts, sampling and limits are theirs, and what their logs do not say is unknown.";
  return [{ kind: "imported", text }];
}

function erroredNotes(cells: readonly TableCell[], comparisons: readonly Comparison[]): TableNote[] {
  const means = cells.flatMap((cell) =>
    cell.errorBounds === null ? [] : [`${nameCell(cell)} ${cell.metric} ${percentRange(cell.errorBounds)} %`],
  );
  const differences = comparisons.flatMap((c) =>
    c.errorBounds === null || c.verdict === "same-episodes"
      ? []
      : [`${c.arm} - ${nameCell({ arm: c.reference, solver: c.solver })} ${c.metric} ${pointsRange(c.errorBounds)} pp`],
  );
  if (means.length === 0) return [];
  return [
    { kind: "errored", text: `Bounds if every errored slot had failed or passed: ${means.join("; ")}.` },
    ...(differences.length > 0 ? [{ kind: "errored" as const, text: `The same for differences: ${differences.join("; ")}.` }] : []),
  ];
}

function ungradedNote(arms: readonly ArmRows[], scorer: string): TableNote[] {
  const reasons = new Map<string, number>();
  for (const { rows } of arms) {
    for (const row of rows) {
      const outcome = outcomeOf(row, scorer);
      if (outcome?.state === "ungraded") reasons.set(outcome.reason, (reasons.get(outcome.reason) ?? 0) + 1);
    }
  }
  if (reasons.size === 0) return [];
  const sorted = [...reasons].sort(([a, x], [b, y]) => y - x || (a < b ? -1 : 1));
  const shown = sorted.slice(0, 5).map(([reason, n]) => `${reason} (${n})`);
  const rest = sorted.length > 5 ? `; and ${sorted.length - 5} more reasons` : "";
  return [{ kind: "ungraded", text: `Ungraded slots count neither as passed nor as failed: ${shown.join("; ")}${rest}.` }];
}

function setApartNote({ label, tasks, of, without }: SetApart): TableNote {
  const means = without.map((cell) => `${nameCell(cell)} ${percent(cell.estimate)} (${cell.tasks} tasks)`);
  return { kind: "set-apart", text: `${tasks} of ${of} tasks ${label}. Means without them: ${means.join("; ")}.` };
}

function identicalNotes(identical: ReadonlyMap<ArmRows, ArmRows>): TableNote[] {
  return [...identical].map(([arm, first]) => ({
    kind: "identical-arms",
    text: `${first.arm} and ${nameCell(arm)} are configured alike and share their episodes: their difference is 0 by construction.`,
  }));
}

const overInWords: Readonly<Record<Metric["over"], string>> = {
  episode: "mean over tasks of the mean over a task's graded slots",
  "cluster-mean": "mean over clusters of the mean of their tasks, each first averaged over its graded slots",
  "cluster-all": "mean over clusters of the share of repetitions in which every graded case passed",
  "attempt-any": "mean over tasks of the share of seeds and replicas in which at least one attempt passed",
};

function methodNotes({ metrics, cells, comparisons, familySize, scorer }: Omit<ResultTable, "notes">): TableNote[] {
  const methods = (entries: readonly { readonly interval: Interval | null }[]) =>
    [...new Set(entries.flatMap((entry) => entry.interval?.method ?? []))].map((method) => methodLabels[method]).join("; ") || "none";
  const estimators = metrics.map((metric) => `${metric.label}: ${overInWords[metric.over]}`).join("; ");
  const tests =
    familySize === 0
      ? "No comparison is declared, so nothing is tested."
      : `p: two-sided studentised sign-flip test over clusters on the first metric only (the others are descriptive), Holm-adjusted over the experiment's ${familySize} declared comparisons; conclusions use the adjusted p at 5 %. Detectable: found with 80 % power at 5 %, unadjusted.`;
  return [
    { kind: "estimator", text: `Scorer ${scorer}. ${estimators}. n = graded of planned slots.` },
    {
      kind: "intervals",
      text: `95 % intervals for this skill on tasks like these (tasks random, clusters kept whole, evolution noise not included). Means: ${methods(cells)}. Differences, paired by task: ${methods(comparisons)}.`,
    },
    { kind: "tests", text: tests },
  ];
}
