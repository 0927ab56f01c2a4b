import { count } from "../../../report/number-text.ts";
import type { ResultTable, TableCell } from "../../../report/result-table.ts";
import { type Column, dataTable } from "../data-table.ts";
import { type Child, h } from "../element.ts";
import { loadTables } from "../load-data.ts";
import { cellOf, episodesBehind } from "../number-link.ts";
import type { Page } from "../page.ts";

/** How far every arm is: one cell for every benchmark and solver. */
export const matrixPage: Page = {
  id: "matrix",
  nav: "Arms",
  title: ({ experiment }) => `Arms of ${experiment.name}`,
  async render({ experiment }) {
    const { tables } = await loadTables(experiment.id);
    const primary = tables.filter((table) => table.primary);
    const shown = primary.length > 0 ? primary : tables;
    const arms = [...new Map(shown.flatMap((table) => table.arms.map((arm) => [arm.name, arm]))).values()];
    const columns = shown.flatMap((table) => solversOf(table).map((solver) => ({ table, solver })));
    return [
      h("p", {}, "Episodes that are graded, of those the experiment plans. A cell opens its episodes."),
      legend(),
      dataTable<(typeof arms)[number]>(
        "Arms by benchmark and solver",
        [
          { head: "Arm", heading: true, cell: (arm) => arm.label },
          ...columns.map(
            ({ table, solver }): Column<(typeof arms)[number]> => ({
              head: [`${table.benchmark} ${table.split}`, h("br"), solver],
              cell: (arm) => stateCell(experiment.name, table, arm.label, cellOf(table, arm.name, solver, table.metrics[0]?.name ?? "")),
            }),
          ),
        ],
        arms,
        { hideCaption: true },
      ),
    ];
  },
};

function solversOf(table: ResultTable): string[] {
  return [...new Set(table.cells.map((cell) => cell.solver))];
}

type State = "complete" | "errored" | "partial" | "empty";
const stateNames: Readonly<Record<State, string>> = {
  complete: "complete",
  errored: "with errors",
  partial: "not finished",
  empty: "not begun",
};

function legend(): Child {
  return h(
    "ul",
    { class: "legend" },
    (["complete", "errored", "partial", "empty"] as const).map((state) => h("li", { class: `state ${state}` }, stateNames[state])),
  );
}

/** Errors outweigh gaps: they need a decision, gaps only time. */
function stateOf({ slots }: TableCell): State {
  if (slots.errored > 0) return "errored";
  if (slots.missing === 0 && slots.expected > 0) return "complete";
  return slots.graded + slots.ungraded > 0 ? "partial" : "empty";
}

function stateCell(experiment: string, table: ResultTable, label: string, cell: TableCell | undefined): Child {
  if (cell === undefined) return "-";
  const { graded, expected, ungraded, errored, missing } = cell.slots;
  const state = stateOf(cell);
  const rest = [
    ...(ungraded > 0 ? [`${count(ungraded)} ungraded`] : []),
    ...(errored > 0 ? [`${count(errored)} errored`] : []),
    ...(missing > 0 ? [`${count(missing)} missing`] : []),
  ];
  return h(
    "a",
    { class: `state ${state}`, href: episodesBehind(experiment, table, cell) },
    h("span", { class: "said" }, `${label}, ${cell.solver}: `),
    h("strong", {}, `${count(graded)} of ${count(expected)} `),
    h("span", {}, stateNames[state]),
    rest.map((text) => h("span", {}, text)),
    cell.identicalTo === null ? null : h("span", {}, `= ${cell.identicalTo}`),
  );
}
