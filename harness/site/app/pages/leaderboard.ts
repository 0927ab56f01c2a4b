import { count, percent, percentRange } from "../../../report/number-text.ts";
import type { Board, BoardRow, LeaderboardData } from "../../leaderboard-data.ts";
import { type Column, dataTable } from "../data-table.ts";
import { type Child, fill, h } from "../element.ts";
import { figure } from "../figure.ts";
import { loadData } from "../load-data.ts";
import { dollars } from "../number.ts";
import { episodesBehind } from "../number-link.ts";
import type { Page } from "../page.ts";

/** All arms and models of all experiments, best first. */
export const leaderboardPage: Page = {
  id: "leaderboard",
  nav: "Leaderboard",
  title: () => "Leaderboard",
  everyExperiment: true,
  async render({ params, remember, announce }) {
    const { boards } = await loadData<LeaderboardData>("leaderboard");
    const named = boards.find((board) => nameOf(board) === params.board) ?? boards[0];
    if (named === undefined) return h("p", {}, "No table has numbers yet.");
    const place = h("div", {}, boardSection(named));
    const show = (board: Board): void => {
      remember({ board: nameOf(board) });
      fill(place, boardSection(board));
      announce(`${nameOf(board)}: ${board.rows.length} rows`);
    };
    return [boards.length > 1 ? choice(boards, named, show) : null, place];
  },
};

const nameOf = ({ benchmark, split, scorer }: Board): string => `${benchmark} ${split}, ${scorer}`;

function choice(boards: readonly Board[], current: Board, show: (board: Board) => void): HTMLElement {
  const select = h(
    "select",
    {},
    boards.map((board) => h("option", { selected: board === current }, nameOf(board))),
  );
  select.addEventListener("change", () => {
    const board = boards[select.selectedIndex];
    if (board !== undefined) show(board);
  });
  return h("div", { class: "filters" }, h("label", {}, h("span", {}, "Benchmark"), select));
}

function boardSection(board: Board): Child {
  return [
    board.figure === null ? null : figure(board.figure),
    board.protocols.map((protocol, at) => {
      const rows = board.rows.filter((row) => row.protocol === at);
      return h(
        "section",
        { "aria-label": `Protocol ${at + 1}` },
        board.protocols.length === 1 ? null : h("h2", {}, `Protocol ${at + 1}: ${protocol.experiments.join(", ")}`),
        at === 0 ? null : unequal(protocol),
        boardTable(board, rows, board.protocols.length === 1 ? nameOf(board) : `${nameOf(board)}, protocol ${at + 1}`),
      );
    }),
    h(
      "p",
      { class: "notes" },
      `★: on the frontier, no other row of its protocol is at least as good and cheaper, by ${board.price === "cost" ? "cost" : "tokens"} of an episode. The order is that of the estimates; whether two arms differ, the paired differences on the overview tell.`,
    ),
  ];
}

function unequal({ differences }: Board["protocols"][number]): HTMLElement {
  if (differences === null)
    return h(
      "p",
      { class: "warnings" },
      "Not comparable with protocol 1: a protocol card is missing; run the config again to have it written.",
    );
  return h(
    "div",
    { class: "warnings" },
    h("p", {}, "Not comparable with protocol 1. It differs in:"),
    h(
      "ul",
      {},
      differences.map(({ field, left, right }) => h("li", {}, `${field}: ${right}, there ${left}`)),
    ),
  );
}

function boardTable(board: Board, rows: readonly BoardRow[], caption: string): HTMLElement {
  return dataTable<BoardRow>(
    caption,
    [
      {
        head: "Arm",
        heading: true,
        cell: (row) => [row.frontier ? h("span", { title: "on the frontier" }, "★ ") : null, row.label],
        sort: (row) => row.label,
      },
      { head: "Solver", cell: (row) => row.solver, sort: (row) => row.solver },
      { head: "Experiment", cell: (row) => row.experiment, sort: (row) => row.experiment },
      ...board.metrics.map(
        ({ label }, at): Column<BoardRow> => ({
          head: label,
          number: true,
          sort: (row) => row.scores[at]?.estimate ?? null,
          cell: (row) => scoreCell(board, row, at, label),
        }),
      ),
      { head: "n", number: true, cell: (row) => `${count(row.graded)} of ${count(row.expected)}`, sort: (row) => row.graded },
      { head: "Cost per episode", number: true, cell: (row) => dollars(row.costPerEpisode), sort: (row) => row.costPerEpisode },
      { head: "Tokens per episode", number: true, cell: (row) => count(row.tokensPerEpisode), sort: (row) => row.tokensPerEpisode },
      { head: "State", cell: (row) => row.incomplete ?? "complete" },
    ],
    rows,
  );
}

function scoreCell(board: Board, row: BoardRow, at: number, label: string): Child {
  const score = row.scores[at];
  if (score === undefined || score.estimate === null) return "-";
  return [
    h(
      "a",
      {
        class: "figure-link",
        href: episodesBehind(row.experiment, board, row),
        "aria-label": `${label} ${percent(score.estimate)}, ${row.label}, ${row.solver}: its episodes`,
      },
      percent(score.estimate),
    ),
    " ",
    h("span", { class: "interval" }, percentRange(score.interval)),
    row.simulated ? h("span", { class: "simulated" }, " sim") : null,
  ];
}
