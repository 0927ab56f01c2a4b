import { count } from "../../../report/number-text.ts";
import type { EpisodeIndex } from "../../site-data.ts";
import { compare, dataTable } from "../data-table.ts";
import { type Child, fill, h } from "../element.ts";
import { countOutcomes, type EpisodeFilter, filterEpisodes, type ListedEpisode, outcomeOf, readFilter } from "../episode-filter.ts";
import { filterForm } from "../episode-filter-form.ts";
import { type EpisodeRow, episodeRows } from "../episode-rows.ts";
import { loadEpisodeIndex, loadTables } from "../load-data.ts";
import { dollars, duration } from "../number.ts";
import type { Page, PageContext } from "../page.ts";
import { routeHash } from "../route.ts";

/** Rows shown at once. */
const pageSize = 100;

/** All episodes of an experiment, by filters that stand in the address. */
export const episodesPage: Page = {
  id: "episodes",
  nav: "Episodes",
  title: ({ experiment }) => `Episodes of ${experiment.name}`,
  async render(context) {
    const [index, { tables }] = await Promise.all([loadEpisodeIndex(context.experiment.id), loadTables(context.experiment.id)]);
    const primary = tables.find((table) => table.primary)?.scorer;
    let filter = readFilter(context.params, primary ?? index.scorers[0] ?? "");
    let view: View = {
      page: Math.max(1, Math.trunc(Number(context.params.page)) || 1),
      sort: context.params.sort ?? "",
      down: context.params.down === "1",
    };
    const results = h("div", { class: "results" });
    const refresh = async (): Promise<void> => {
      results.setAttribute("aria-busy", "true");
      const list = await listOf(context.experiment.id, index, filter);
      fill(
        results,
        resultsOf(context, filter, list, view, (next) => change(filter, next)),
      );
      results.removeAttribute("aria-busy");
      context.announce(`${count(list.length)} episodes`);
    };
    const change = (nextFilter: EpisodeFilter, nextView: View): void => {
      filter = nextFilter;
      view = nextView;
      context.remember(settings(context, filter, view));
      void refresh();
    };
    await refresh();
    return [filterForm(index, filter, (next) => change(next, { ...view, page: 1 })), results];
  },
};

interface View {
  readonly page: number;
  readonly sort: string;
  readonly down: boolean;
}

function settings({ experiment }: PageContext, filter: EpisodeFilter, view: View): Record<string, string | undefined> {
  return {
    experiment: experiment.name,
    ...filter,
    purpose: filter.purpose === "measure" ? undefined : filter.purpose,
    page: view.page === 1 ? undefined : String(view.page),
    sort: view.sort,
    down: view.down ? "1" : undefined,
  };
}

async function listOf(experiment: string, index: EpisodeIndex, filter: EpisodeFilter): Promise<ListedEpisode[]> {
  const [rows, others] = await Promise.all([
    episodeRows(experiment, index, filter),
    filter.versus === "" ? [] : episodeRows(experiment, index, { ...filter, arm: filter.versus }),
  ]);
  return filterEpisodes(rows, others, filter);
}

function resultsOf(
  context: PageContext,
  filter: EpisodeFilter,
  list: readonly ListedEpisode[],
  view: View,
  go: (view: View) => void,
): Child {
  const counts = countOutcomes(list, filter.scorer);
  const sort = sorts[view.sort];
  const order = sort === undefined ? list : [...list].sort((a, b) => compare(sort(a.row, filter), sort(b.row, filter), view.down));
  const pageCount = Math.max(1, Math.ceil(list.length / pageSize));
  const page = Math.min(view.page, pageCount);
  const shown = order.slice((page - 1) * pageSize, page * pageSize);
  return [
    h(
      "p",
      { class: "tally" },
      h("strong", {}, `${count(list.length)} ${list.length === 1 ? "episode" : "episodes"}`),
      `: ${counts.passed} passed, ${counts.failed} failed, ${counts.ungraded} ungraded, ${counts.errored} errored under ${filter.scorer || "no scorer"}`,
    ),
    needsOther(filter) ? h("p", { class: "warnings" }, "Choose an arm under “Beside arm” to compare verdicts with.") : null,
    pager(page, pageCount, (next) => go({ ...view, page: next })),
    episodeTable(context, filter, shown, view, go),
    list.length > pageSize ? pager(page, pageCount, (next) => go({ ...view, page: next })) : null,
  ];
}

const needsOther = ({ outcome, versus }: EpisodeFilter): boolean =>
  versus === "" && ["changed", "repaired", "broken", "same"].includes(outcome);

function pager(page: number, pages: number, go: (page: number) => void): Child {
  if (pages < 2) return null;
  const button = (text: string, to: number): HTMLElement =>
    h("button", { type: "button", disabled: to < 1 || to > pages || to === page, on: { click: () => go(to) } }, text);
  return h(
    "div",
    { class: "pager", role: "group", "aria-label": "Pages of the list" },
    button("First", 1),
    button("Previous", page - 1),
    h("span", {}, `page ${page} of ${pages}`),
    button("Next", page + 1),
    button("Last", pages),
  );
}

const sorts: Readonly<Record<string, (row: EpisodeRow, filter: EpisodeFilter) => string | number | null>> = {
  task: (row) => row.task,
  score: (row, { scorer }) => row.value(scorer),
  turns: (row) => row.turns,
  tokens: (row) => row.tokens,
  time: (row) => row.ms,
  cost: (row) => row.costUsd,
};

function episodeTable(
  context: PageContext,
  filter: EpisodeFilter,
  list: readonly ListedEpisode[],
  view: View,
  go: (view: View) => void,
): HTMLElement {
  const sortable = (name: string, text: string): Child =>
    h(
      "button",
      {
        type: "button",
        class: "sort",
        "aria-label": `${text}, sort ${view.sort === name && !view.down ? "downwards" : "upwards"}`,
        on: { click: () => go({ page: 1, sort: name, down: view.sort === name ? !view.down : false }) },
      },
      `${text}${view.sort === name ? (view.down ? " ▼" : " ▲") : ""}`,
    );
  return dataTable<ListedEpisode>(
    "Episodes",
    [
      { head: sortable("task", "Task"), heading: true, cell: ({ row }) => h("a", { href: episodeLink(context, row, filter) }, row.task) },
      { head: "Seed", number: true, cell: ({ row }) => repText(row) },
      { head: "Arm", cell: ({ row }) => row.arm },
      { head: "Solver", cell: ({ row }) => row.solver },
      { head: "Outcome", cell: ({ row }) => outcomeMark(outcomeOf(row, filter.scorer)) },
      { head: sortable("score", "Score"), number: true, cell: ({ row }) => scoreText(row.value(filter.scorer)) },
      ...(filter.versus === ""
        ? []
        : [{ head: `In ${filter.versus}`, cell: ({ other }: ListedEpisode) => otherCell(context, other, filter) }]),
      { head: "Exit", cell: ({ row }) => row.exit || row.error || "-" },
      { head: "Type", cell: ({ row }) => row.type || "-" },
      { head: sortable("turns", "Turns"), number: true, cell: ({ row }) => count(row.turns) },
      { head: sortable("tokens", "Tokens"), number: true, cell: ({ row }) => count(row.tokens) },
      { head: sortable("time", "Time"), number: true, cell: ({ row }) => duration(row.ms) },
      { head: sortable("cost", "Cost"), number: true, cell: ({ row }) => dollars(row.costUsd) },
    ],
    list,
    { hideCaption: true },
  );
}

function otherCell(context: PageContext, other: EpisodeRow | undefined, filter: EpisodeFilter): Child {
  if (other === undefined) return "no episode";
  return h("a", { href: episodeLink(context, other, filter) }, outcomeMark(outcomeOf(other, filter.scorer)));
}

function episodeLink({ experiment }: PageContext, row: EpisodeRow, { scorer }: EpisodeFilter): string {
  const { key, arm, solver, benchmark, split } = row;
  return routeHash("episode", { experiment: experiment.name, key, arm, solver, benchmark, split, scorer });
}

/** A verdict in a word and a colour. */
export function outcomeMark(outcome: string): HTMLElement {
  return h("span", { class: `outcome ${outcome}` }, outcome);
}

function repText({ seed, attempt, replica }: EpisodeRow): string {
  return `${seed}${attempt > 0 ? `, attempt ${attempt}` : ""}${replica > 0 ? `, replica ${replica}` : ""}`;
}

function scoreText(value: number | null): string {
  if (value === null) return "-";
  return Number.isInteger(value) ? String(value) : value.toFixed(3);
}
