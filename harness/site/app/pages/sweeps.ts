import type { Effect, FactorialTable, RankedFactor, SweepPoint, SweepTable } from "../../../report/ablation/ablations.ts";
import { count, percent, percentRange, points, pointsRange } from "../../../report/number-text.ts";
import type { Figure } from "../../site-data.ts";
import { dataTable } from "../data-table.ts";
import { type Child, h } from "../element.ts";
import { figure } from "../figure.ts";
import { loadTables } from "../load-data.ts";
import { dollars } from "../number.ts";
import { episodesBehind } from "../number-link.ts";
import type { Page } from "../page.ts";

/** What changes with a setting, and which stage is worth most. */
export const sweepsPage: Page = {
  id: "sweeps",
  nav: "Sweeps",
  needs: "sweeps",
  title: ({ experiment }) => `Sweeps and factorials of ${experiment.name}`,
  async render({ experiment }) {
    const { ablations, figures } = await loadTables(experiment.id);
    if (ablations === null) return h("p", {}, `${experiment.name} has neither sweep nor factorial.`);
    const plots = (kind: "sweep" | "factorial", at: number): readonly Figure[] =>
      figures.filter(({ page }) => page === JSON.stringify([kind, at]));
    return [
      ablations.factorials.map((one, at) => factorialSection(one, plots("factorial", at))),
      ablations.sweeps.map((one, at) => sweepSection(experiment.name, one, plots("sweep", at))),
    ];
  },
};

function sweepSection(experiment: string, sweep: SweepTable, plots: readonly Figure[]): Child {
  const name = `${sweep.metric.label} by ${sweep.key}: ${sweep.label}, ${sweep.solver}, ${sweep.benchmark} ${sweep.split}`;
  const rows = sweep.series.flatMap((series) => series.points.map((point) => ({ ...point, series: series.text })));
  return h(
    "section",
    { "aria-label": name },
    h("h2", {}, name),
    plots.map(figure),
    dataTable<SweepPoint & { readonly series: string }>(
      name,
      [
        { head: sweep.key, heading: true, cell: (point) => [point.text, point.series === "" ? null : ` (${point.series})`] },
        { head: sweep.metric.label, number: true, sort: (point) => point.estimate, cell: (point) => pointCell(experiment, sweep, point) },
        {
          head: "Against the first",
          number: true,
          cell: ({ difference }) =>
            difference === null
              ? "-"
              : [points(difference.estimate), " ", h("span", { class: "interval" }, pointsRange(difference.interval))],
        },
        { head: "Tasks", number: true, cell: (point) => count(point.tasks) },
        { head: "Tokens to learn", number: true, cell: ({ cost }) => count(cost.learn?.tokens ?? null) },
        { head: "Cost to learn", number: true, cell: ({ cost }) => (cost.learn === null ? "-" : dollars(cost.learn.costUsd)) },
        { head: "Tokens per episode", number: true, cell: ({ cost }) => count(cost.episode.tokens) },
        { head: "State", cell: (point) => point.incomplete ?? "complete" },
      ],
      rows,
      { hideCaption: true },
    ),
  );
}

function pointCell(experiment: string, sweep: SweepTable, point: SweepPoint): Child {
  if (point.estimate === null) return "-";
  return [
    h(
      "a",
      { class: "figure-link", href: episodesBehind(experiment, sweep, { arm: point.arm, solver: sweep.solver }) },
      percent(point.estimate),
    ),
    " ",
    h("span", { class: "interval" }, percentRange(point.interval)),
    point.simulated.model > 0 || point.simulated.tasks > 0 ? h("span", { class: "simulated" }, " sim") : null,
  ];
}

function factorialSection(table: FactorialTable, plots: readonly Figure[]): Child {
  const name = `Which stage is worth most: ${table.metric.label}, ${table.label}, ${table.solver ?? "all solvers"}, ${table.benchmark} ${table.split}`;
  return h(
    "section",
    { "aria-label": name },
    h("h2", {}, name),
    h("p", {}, h("strong", {}, table.incomplete ?? table.conclusion)),
    plots.map(figure),
    table.ranking.length === 0
      ? null
      : dataTable<RankedFactor>(
          `Ranking: ${name}`,
          [
            { head: "Rank", number: true, cell: (one) => one.rank },
            { head: "Stage", heading: true, cell: (one) => one.factor },
            {
              head: "Effect (points)",
              number: true,
              cell: (one) => [points(one.estimate), " ", h("span", { class: "interval" }, pointsRange(one.interval))],
            },
            { head: "First in resamples", number: true, cell: (one) => percent(one.firstShare) },
          ],
          table.ranking,
        ),
    table.effects.length === 0
      ? null
      : dataTable<Effect>(
          `Effects: ${name}`,
          [
            { head: "Effect", heading: true, cell: ({ factors }) => factors.join(" × ") },
            { head: "Levels", cell: ({ levels }) => levels.map(({ first, other }) => `${first} − ${other}`).join(", ") },
            {
              head: "Points",
              number: true,
              cell: (one) => [points(one.estimate), " ", h("span", { class: "interval" }, pointsRange(one.interval))],
            },
            { head: "Not told from", cell: ({ confoundedWith }) => confoundedWith.join(", ") || "-" },
          ],
          table.effects,
        ),
    h(
      "p",
      { class: "notes" },
      `${table.fraction} factorial of ${table.runs} runs over ${table.pairs} tasks in ${table.clusters} clusters.`,
    ),
  );
}
