import { simulatedMark } from "../cell-text.ts";
import { count, fixed, percent, percentRange, points, pointsRange } from "../number-text.ts";
import { oneLine } from "../plain-text.ts";
import type { Grid, Section } from "../section.ts";
import type { Ablations, Effect, FactorialTable, SweepPoint, SweepTable } from "./ablations.ts";

/** Sweeps and factorials as text: one section for each arm, key and benchmark, with a column for every solver and metric. */
export function ablationSections({ sweeps, factorials }: Ablations): Section[] {
  return [
    ...group(sweeps, (one) => [one.experiment, one.benchmark, one.split, one.scorer, one.arm, one.key]).map(sweepBlock),
    ...group(factorials, (one) => [one.experiment, one.benchmark, one.split, one.scorer, one.arm, one.solver]).map(factorialBlock),
  ];
}

function group<T>(items: readonly T[], by: (item: T) => unknown): (readonly [T, ...T[]])[] {
  const groups = new Map<string, [T, ...T[]]>();
  for (const item of items) {
    const name = JSON.stringify(by(item));
    const known = groups.get(name);
    if (known === undefined) groups.set(name, [item]);
    else known.push(item);
  }
  return [...groups.values()];
}

/** Key of the sweep whose points are the human priors, each left out in turn. */
const priorsKey = "evolution.without";

function sweepBlock(tables: readonly [SweepTable, ...SweepTable[]]): Section {
  const [first] = tables;
  const priors = first.key === priorsKey;
  const what = priors ? "human priors, each left out in turn" : `sweep of ${first.key}`;
  const pointName = ({ text }: SweepPoint): string => (priors ? (text === "nothing" ? "all priors" : `without ${text}`) : text);
  const key = priors ? "priors" : oneLine(first.key.split(".").at(-1) ?? first.key);
  const rowsOf = (columns: (point: SweepPoint, s: number, p: number) => readonly string[]): string[][] =>
    first.series.flatMap((series, s) =>
      series.points.map((point, p) => [
        oneLine([series.text, pointName(point)].filter((text) => text !== "").join(" · ")),
        ...columns(point, s, p),
      ]),
    );
  const results: Grid = {
    title: priors ? "Human priors" : "Sweep",
    head: [key, ...tables.map(({ solver, metric }) => `${oneLine(solver)}\n${oneLine(metric.label)}`)],
    rows: rowsOf((_, s, p) =>
      tables.map((table) => {
        const own = table.series[s]?.points[p];
        return own === undefined ? "-" : pointText(own);
      }),
    ),
  };
  const cost: Grid = {
    title: "What it costs",
    head: [key, "calls of learning", "tokens of learning", "cost of learning", "tokens an episode", "turns an episode"],
    rows: rowsOf(({ cost: { learn, episode } }) => [
      count(learn?.calls ?? null),
      count(learn?.tokens ?? null),
      learn === null ? "-" : money(learn.costUsd),
      count(episode.tokens),
      episode.turns === null ? "-" : fixed(episode.turns, 1),
    ]),
  };
  const seeds = first.series.some(({ points }) => points.some(({ bySeed }) => bySeed.length > 1));
  return {
    title: `${oneLine(first.label)}: ${what}, ${first.benchmark} ${first.split}, scorer ${first.scorer}`,
    grids: [results, cost],
    notes: [
      "Differences are paired by task, against the first row of the same series; intervals are 95 % each and not adjusted for their number.",
      `Episodes are those of ${oneLine(first.solver)}; learning is counted as if the arm had been learned alone: what it shares with other arms is paid for once.`,
      ...(seeds ? [methodNote] : []),
    ],
  };
}

const methodNote =
  "Every evolution seed is measured; its episodes count as repetitions of a task. Intervals are for these skills; those marked method take evolution seeds as drawn at random, too, crossed with tasks.";

const money = (usd: number | null): string => (usd === null ? "unknown" : `$${usd.toFixed(2)}`);

/** The interval that takes evolution seeds as drawn at random, too. */
const methodText = (interval: Effect["ofMethod"]): string => (interval === null ? "" : `; method ${pointsRange(interval)}`);

function pointText(point: SweepPoint): string {
  const value = point.estimate === null ? "nothing graded" : `${percent(point.estimate)} ${percentRange(point.interval)}`;
  const seeds = point.bySeed.length < 2 ? [] : [`seeds ${point.bySeed.map((one) => percent(one.estimate)).join(", ")}`];
  const { difference } = point;
  const against =
    difference === null ? [] : [`${points(difference.estimate)} pp ${pointsRange(difference.interval)}${methodText(difference.ofMethod)}`];
  return [`${value}${simulatedMark(point.simulated)}`, ...against, ...seeds, ...(point.incomplete === null ? [] : ["incomplete"])].join(
    "\n",
  );
}

function factorialBlock(tables: readonly [FactorialTable, ...FactorialTable[]]): Section {
  const [first] = tables;
  const head = tables.map(({ metric }) => oneLine(metric.label));
  const effectGrid = (title: string, wanted: (effect: Effect) => boolean): Grid[] => {
    const rows = first.effects.flatMap((effect, i) =>
      wanted(effect)
        ? [
            [
              [effect.factors.map(oneLine).join(" × "), ...effect.confoundedWith.map((other) => `= ${oneLine(other)}`)].join("\n"),
              effect.levels.map(({ first: better, other }) => `${oneLine(better)} - ${oneLine(other)}`).join(" × "),
              ...tables.map((table) => {
                const own = table.effects[i];
                return own === undefined
                  ? "-"
                  : `${points(own.estimate)} ${pointsRange(own.interval)}${methodText(own.ofMethod)}${simulatedMark(table.simulated)}`;
              }),
            ],
          ]
        : [],
    );
    return rows.length === 0 ? [] : [{ title, head: ["factor", "levels", ...head.map((label) => `${label}\n(pp)`)], rows }];
  };
  const ranking: Grid = {
    title: "Which stage is worth most",
    head: ["rank", "stage", "worth (pp)", "first in"],
    rows: first.ranking.map((one) => [
      String(one.rank),
      oneLine(one.factor),
      `${points(one.estimate)} ${pointsRange(one.interval)}`,
      `${fixed(one.firstShare * 100, 0)} %`,
    ]),
  };
  const aliased = first.effects.some(({ confoundedWith }) => confoundedWith.length > 0);
  return {
    title: `${oneLine(first.label)}: role swap (${first.fraction === "half" ? "half" : "full"} factorial, ${first.runs} runs), ${first.benchmark} ${first.split}, scorer ${first.scorer}${first.solver === null ? "" : `, ${oneLine(first.solver)}`}`,
    grids: [
      ...effectGrid("Main effects", ({ factors }) => factors.length === 1),
      ...effectGrid("Two-way interactions", ({ factors }) => factors.length === 2),
      ...(first.ranking.length === 0 ? [] : [ranking]),
    ],
    notes: [
      oneLine(first.conclusion),
      ...(first.incomplete !== null
        ? []
        : [
            `An effect is the mean of the runs at the first level minus that at the other one; an interaction is half the difference of one factor's effect at both levels of the other. Over ${first.pairs} tasks (${first.clusters} clusters) that every run has graded, all runs resampled together; 95 % each, not adjusted for their number. The ranking is by ${oneLine(first.metric.label)}.`,
            ...(first.effects.some(({ ofMethod }) => ofMethod !== null) ? [methodNote] : []),
            ...(aliased
              ? ["= names what this half of the design cannot tell from the effect; a full design, or five factors, keeps them apart."]
              : []),
          ]),
    ],
  };
}
