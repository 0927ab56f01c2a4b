import { count, percent, percentRange, points, pointsRange, pValue } from "../../../report/number-text.ts";
import type { Comparison, ResultTable, TableCell, UsageRow } from "../../../report/result-table.ts";
import type { TablesData } from "../../site-data.ts";
import { type Column, dataTable } from "../data-table.ts";
import { type Child, h } from "../element.ts";
import { figure } from "../figure.ts";
import { loadTables } from "../load-data.ts";
import { dollars } from "../number.ts";
import { cellOf, episodesBehind } from "../number-link.ts";
import type { Page } from "../page.ts";
import { evolutionSection } from "./overview-evolution.ts";
import { paperSection } from "./overview-paper.ts";

/** Tables, intervals, cost and protocol card of one experiment. */
export const overviewPage: Page = {
  id: "overview",
  nav: "Overview",
  title: ({ experiment }) => experiment.title || experiment.name,
  async render({ experiment }) {
    const data = await loadTables(experiment.id);
    return [
      warnings(experiment.warnings),
      downloads(experiment.id),
      data.tables.filter(({ primary }) => primary).map((table) => tableSection(experiment.name, table, data)),
      otherScorers(experiment.name, data),
      data.paper === null ? null : paperSection(experiment.name, data.paper, data.tables),
      data.evolution === null ? null : evolutionSection(data.evolution),
      cardSection(data.card),
    ];
  },
};

function warnings(texts: readonly string[]): Child {
  if (texts.length === 0) return null;
  return h(
    "section",
    { class: "warnings", "aria-label": "What to know first" },
    h(
      "ul",
      {},
      texts.map((text) => h("li", {}, text)),
    ),
  );
}

function downloads(id: string): Child {
  return h(
    "p",
    { class: "downloads" },
    "All numbers: ",
    h("a", { href: `downloads/${id}-tables.csv`, download: true }, "tables as CSV"),
    " ",
    h("a", { href: `downloads/${id}-tables.json`, download: true }, "tables as JSON"),
  );
}

function tableSection(experiment: string, table: ResultTable, data: TablesData): Child {
  const name = `${table.benchmark} ${table.split}, scorer ${table.scorer}`;
  const plots = data.figures.filter((plot) => plot.page === JSON.stringify(["overview", table.benchmark, table.split, table.scorer]));
  return h(
    "section",
    { "aria-label": name },
    h("h2", {}, name, table.subset === null ? null : h("small", {}, ` (${table.subset})`)),
    scoreTable(experiment, table, name),
    plots.map(figure),
    table.comparisons.length === 0 ? null : comparisonTable(experiment, table, name),
    usageTable(experiment, table, name),
    table.notes.length === 0
      ? null
      : h(
          "ul",
          { class: "notes" },
          table.notes.map((note) => h("li", {}, note.text)),
        ),
  );
}

/** Tables of the scorers that do not decide, folded away. */
function otherScorers(experiment: string, data: TablesData): Child {
  const others = data.tables.filter(({ primary }) => !primary);
  if (others.length === 0) return null;
  return h(
    "section",
    { "aria-label": "Other scorers" },
    h("h2", {}, "Other scorers"),
    others.map((table) =>
      h(
        "details",
        {},
        h("summary", {}, `${table.benchmark} ${table.split}, scorer ${table.scorer}`),
        tableSection(experiment, table, data),
      ),
    ),
  );
}

type ArmRow = { readonly name: string; readonly label: string; readonly solver: string };

/** One row for every arm and solver that the table has numbers of. */
function rowsOf(table: ResultTable): ArmRow[] {
  return table.arms.flatMap((arm) =>
    [...new Set(table.cells.filter((cell) => cell.arm === arm.name).map((cell) => cell.solver))].map((solver) => ({ ...arm, solver })),
  );
}

function scoreTable(experiment: string, table: ResultTable, name: string): HTMLElement {
  const metric = (one: ResultTable["metrics"][number]): Column<ArmRow> => ({
    head: one.label,
    number: true,
    cell: (row) => numberLink(experiment, table, cellOf(table, row.name, row.solver, one.name), one.label),
    sort: (row) => cellOf(table, row.name, row.solver, one.name)?.estimate ?? null,
  });
  const any = (row: ArmRow): TableCell | undefined => cellOf(table, row.name, row.solver, table.metrics[0]?.name ?? "");
  return dataTable<ArmRow>(
    `Scores: ${name}`,
    [
      { head: "Arm", heading: true, cell: (row) => row.label, sort: (row) => row.label },
      { head: "Solver", cell: (row) => row.solver, sort: (row) => row.solver },
      ...table.metrics.map(metric),
      { head: "n", number: true, cell: (row) => slotText(any(row)) },
      { head: "State", cell: (row) => stateText(any(row)) },
    ],
    rowsOf(table),
  );
}

function numberLink(experiment: string, table: ResultTable, cell: TableCell | undefined, label: string): Child {
  if (cell === undefined || cell.estimate === null) return "-";
  return [
    h(
      "a",
      {
        class: "figure-link",
        href: episodesBehind(experiment, table, cell),
        "aria-label": `${label} ${percent(cell.estimate)}, ${cell.arm}, ${cell.solver}: its episodes`,
      },
      percent(cell.estimate),
    ),
    " ",
    h("span", { class: "interval" }, percentRange(cell.interval)),
    isSimulated(cell) ? h("span", { class: "simulated", title: "made with a simulated model or generated tasks" }, " sim") : null,
  ];
}

const isSimulated = (cell: { readonly simulated: { readonly model: number; readonly tasks: number } }): boolean =>
  cell.simulated.model > 0 || cell.simulated.tasks > 0;

function slotText(cell: TableCell | undefined): string {
  return cell === undefined ? "-" : `${count(cell.slots.graded)} of ${count(cell.slots.expected)}`;
}

function stateText(cell: TableCell | undefined): Child {
  if (cell === undefined) return "-";
  if (cell.identicalTo !== null) return `same episodes as ${cell.identicalTo}`;
  return cell.incomplete ?? "complete";
}

function comparisonTable(experiment: string, table: ResultTable, name: string): HTMLElement {
  const label = (arm: string): string => table.arms.find((one) => one.name === arm)?.label ?? arm;
  const metric = (one: Comparison): string => table.metrics.find((each) => each.name === one.metric)?.label ?? one.metric;
  return dataTable<Comparison>(
    `Paired differences: ${name}`,
    [
      { head: "Arm − reference", heading: true, cell: (one) => `${label(one.arm)} − ${label(one.reference)}` },
      { head: "Solver", cell: (one) => one.solver },
      { head: "Metric", cell: metric },
      {
        head: "Difference (points)",
        number: true,
        sort: (one) => one.difference,
        cell: (one) =>
          one.difference === null
            ? "-"
            : [
                h(
                  "a",
                  {
                    class: "figure-link",
                    href: episodesBehind(experiment, table, { ...one, versus: one.reference, outcome: "changed" }),
                    "aria-label": `${points(one.difference)} points, ${one.arm} − ${one.reference}, ${one.solver}: episodes whose verdict changed`,
                  },
                  points(one.difference),
                ),
                " ",
                h("span", { class: "interval" }, pointsRange(one.interval)),
              ],
      },
      { head: "Pairs", number: true, cell: (one) => count(one.pairs) },
      { head: "p", number: true, cell: (one) => pValue(one.p) },
      { head: "p, Holm", number: true, cell: (one) => pValue(one.pAdjusted) },
      { head: "Conclusion", cell: (one) => one.conclusion },
    ],
    table.comparisons,
  );
}

function usageTable(experiment: string, table: ResultTable, name: string): HTMLElement {
  const perEpisode = (row: UsageRow): number | null =>
    row.costUsd === null || row.episodes - row.episodesWithoutCost <= 0 ? null : row.costUsd / (row.episodes - row.episodesWithoutCost);
  const listed = (counts: Readonly<Record<string, number>>): string =>
    Object.entries(counts)
      .map(([what, n]) => `${what} ${n}`)
      .join(", ") || "-";
  return dataTable<UsageRow>(
    `Cost and time: ${name}`,
    [
      { head: "Arm", heading: true, cell: (row) => table.arms.find((one) => one.name === row.arm)?.label ?? row.arm },
      { head: "Solver", cell: (row) => row.solver },
      {
        head: "Episodes",
        number: true,
        cell: (row) => h("a", { class: "figure-link", href: episodesBehind(experiment, table, row) }, count(row.episodes)),
      },
      {
        head: "Turns, mean",
        number: true,
        cell: (row) => (row.turnsMean === null ? "-" : row.turnsMean.toFixed(1)),
        sort: (row) => row.turnsMean,
      },
      { head: "Tokens in", number: true, cell: (row) => count(row.tokens?.prompt ?? null), sort: (row) => row.tokens?.prompt ?? null },
      {
        head: "Tokens out",
        number: true,
        cell: (row) => count(row.tokens?.completion ?? null),
        sort: (row) => row.tokens?.completion ?? null,
      },
      { head: "Cost", number: true, cell: (row) => dollars(row.costUsd), sort: (row) => row.costUsd },
      { head: "Cost per episode", number: true, cell: (row) => dollars(perEpisode(row)), sort: perEpisode },
      { head: "Exits", cell: (row) => listed(row.exits) },
      { head: "Errors", cell: (row) => listed(row.errors) },
    ],
    table.usage,
  );
}

function cardSection(card: TablesData["card"]): Child {
  return h(
    "section",
    { "aria-label": "Protocol card" },
    h("h2", {}, "Protocol card"),
    h("p", {}, "What has to be equal before numbers of two experiments may stand side by side."),
    card.length === 0
      ? h("p", { class: "warnings" }, "The lock file has none; run the experiment's config again to have it written.")
      : dataTable<readonly [string, string]>(
          "Protocol card",
          [
            { head: "Field", heading: true, cell: ([field]) => field },
            { head: "Value", cell: ([, value]) => h("span", { class: "value" }, value) },
          ],
          card,
          { hideCaption: true },
        ),
  );
}
