import type { Metric } from "../core/contract.ts";
import { type Interval, methodLabels } from "../stats/choose-interval.ts";
import { type ArmRows, outcomeOf } from "./collect-cells.ts";
import { fixed, percent, percentRange, points, pointsRange, pValue } from "./number-text.ts";
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
    ...evolutionNotes(table),
    ...floorNote(table),
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

/** What a learned arm's numbers say of the method, and of the evolution seed that happened to be best. */
function evolutionNotes({ comparisons, noise, metrics }: Omit<ResultTable, "notes">): TableNote[] {
  const tested = comparisons.filter((c) => c.estimand === "method" && c.metric === metrics[0]?.name && c.evolution !== null);
  const seeds = tested.map((c) => {
    const each = c.evolution?.seeds.map(({ arm, estimate }) => `${arm.slice(arm.lastIndexOf("@") + 1)} ${points(estimate)}`).join(", ");
    return `${c.arm} - ${nameCell({ arm: c.reference, solver: c.solver })} ${pointsRange(c.evolution?.seedLevel ?? null)} (${each})`;
  });
  const best = noise.selections.map(
    ({ solver, best, of, estimate, optimism }) =>
      `${nameCell({ arm: best, solver })} is the best of ${of} with ${percent(estimate)}, ${fixed(optimism * 100, 1)} pp of which the choice alone is expected to bring`,
  );
  const parts = noise.variances.map(({ arm, solver, evolution, evolutionByTask, task, rollout }) => {
    const sum = [evolution, evolutionByTask, task, rollout].reduce<number>((total, one) => total + (one ?? 0), 0);
    const share = (value: number | null) => (value === null || sum === 0 ? "unknown" : percent(value / sum, 0));
    return `${nameCell({ arm, solver })}: task ${share(task)}, evolution seed ${share(evolution)}, evolution seed by task ${share(evolutionByTask)}, repetition ${share(rollout)}`;
  });
  return [
    ...(seeds.length === 0
      ? []
      : [
          {
            kind: "method" as const,
            text: `Rows named as a method answer for evolution on tasks like these, not for one skill: evolution seeds and tasks are both random. t intervals over the evolution seeds alone (these tasks): ${seeds.join("; ")}.`,
          },
        ]),
    ...(best.length === 0
      ? []
      : [
          {
            kind: "selection" as const,
            text: `Picking an evolution seed by the numbers of this table is optimistic: ${best.join("; ")} (choice repeated in every resample; a lower estimate where the seeds are equally good).`,
          },
        ]),
    ...(parts.length === 0
      ? []
      : [{ kind: "method" as const, text: `Where the variance of a single score comes from: ${parts.join("; ")}.` }]),
  ];
}

function floorNote({ noise }: Omit<ResultTable, "notes">): TableNote[] {
  if (noise.noiseFloors.length === 0) return [];
  const floors = noise.noiseFloors.map(
    ({ arm, solver, floor, observed, replicas }) =>
      `${nameCell({ arm, solver })} ${fixed(floor * 100, 1)} pp (largest seen between ${replicas} replicas: ${fixed(observed * 100, 1)} pp)`,
  );
  return [
    { kind: "noise-floor", text: `Noise floor, by which two runs of the same arm differ 19 times in 20 at most: ${floors.join("; ")}.` },
  ];
}

const overInWords: Readonly<Record<string, string>> = {
  episode: "mean over tasks of the mean over a task's graded slots",
  "cluster-mean": "mean over clusters of the mean of their tasks, each first averaged over its graded slots",
  "cluster-all": "mean over clusters of the share of repetitions in which every graded case passed",
  "attempt-any": "mean over tasks of the share of seeds and replicas in which at least one attempt passed",
};

const passAtInWords = (over: Metric["over"]): string => {
  const k = over.slice("pass@".length);
  return `mean over tasks of the unbiased estimate, from all graded attempts under a seed, that at least one of ${k} passes (1 - C(n-c, ${k}) / C(n, ${k}))`;
};

function methodNotes({ metrics, cells, comparisons, familySize, scorer }: Omit<ResultTable, "notes">): TableNote[] {
  const methods = (entries: readonly { readonly interval: Interval | null }[]) =>
    [...new Set(entries.flatMap((entry) => entry.interval?.method ?? []))].map((method) => methodLabels[method]).join("; ") || "none";
  const estimators = metrics.map((metric) => `${metric.label}: ${overInWords[metric.over] ?? passAtInWords(metric.over)}`).join("; ");
  const tests =
    familySize === 0
      ? "No comparison is declared, so nothing is tested."
      : `p: two-sided studentised sign-flip test over clusters${comparisons.some((c) => c.estimand === "method") ? " (of a method: the t test of its two-way interval)" : ""} on the first metric only (the others are descriptive), Holm-adjusted over the experiment's ${familySize} declared comparisons; conclusions use the adjusted p at 5 %. Detectable: found with 80 % power at 5 %, unadjusted.`;
  return [
    { kind: "estimator", text: `Scorer ${scorer}. ${estimators}. n = graded of planned slots.` },
    {
      kind: "intervals",
      text: `95 % intervals for this skill on tasks like these (tasks random, clusters kept whole, evolution noise not included). Means: ${methods(cells)}. Differences, paired by task: ${methods(comparisons)}.`,
    },
    { kind: "tests", text: tests },
    ...simultaneousNote(comparisons, familySize),
    ...equivalenceNote(comparisons),
  ];
}

/** Intervals that hold for all tested comparisons at once; with one test they are those of the table. */
function simultaneousNote(comparisons: readonly Comparison[], familySize: number): TableNote[] {
  const tested = comparisons.filter((c) => c.simultaneous !== null);
  if (familySize < 2 || tested.length === 0) return [];
  const each = tested.map((c) => `${c.arm} - ${nameCell({ arm: c.reference, solver: c.solver })} ${pointsRange(c.simultaneous)}`);
  return [
    {
      kind: "tests",
      text: `Intervals that hold for all ${familySize} tested comparisons at once (what the tests do not reject, 95 %, Bonferroni; Holm's adjustment finds a little more than they show): ${each.join("; ")}.`,
    },
  ];
}

function equivalenceNote(comparisons: readonly Comparison[]): TableNote[] {
  const margin = comparisons.find((c) => c.equivalence !== null)?.equivalence?.margin;
  if (margin === undefined) return [];
  const each = comparisons.flatMap((c) =>
    c.equivalence === null ? [] : [`${c.arm} - ${nameCell({ arm: c.reference, solver: c.solver })} p ${pValue(c.equivalence.pAdjusted)}`],
  );
  return [
    {
      kind: "tests",
      text: `Equivalent: the difference lies within ±${fixed(margin * 100, 1)} pp by two one-sided t tests at 5 %, Holm-adjusted among themselves: ${each.join("; ")}.`,
    },
  ];
}
