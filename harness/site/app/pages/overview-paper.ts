import { percent, percentRange, points } from "../../../report/number-text.ts";
import type { PaperCell } from "../../../report/paper/paper-cells.ts";
import type { PaperTable } from "../../../report/paper/paper-table.ts";
import type { ResultTable } from "../../../report/result-table.ts";
import { dataTable } from "../data-table.ts";
import { type Child, h } from "../element.ts";
import { episodesBehind } from "../number-link.ts";

/** The published table beside ours. */
export function paperSection(experiment: string, paper: PaperTable, tables: readonly ResultTable[]): Child {
  const cells = paper.rows.flatMap((row) => row.cells.map((cell) => ({ ...cell, label: row.label })));
  return h(
    "section",
    { "aria-label": "Beside the publication" },
    h("h2", {}, `Beside the publication: ${paper.title}`),
    paper.notComparable.length === 0 ? null : h("p", { class: "warnings" }, `Not comparable: ${paper.notComparable.join("; ")}.`),
    dataTable<PaperCell & { readonly label: string }>(
      `Published and ours: ${paper.title}`,
      [
        { head: "Arm", heading: true, cell: (cell) => cell.label },
        { head: "Model", cell: (cell) => cell.model },
        { head: "Column", cell: (cell) => cell.column },
        { head: "Published", number: true, cell: (cell) => percent(cell.published), sort: (cell) => cell.published },
        { head: "Ours", number: true, cell: (cell) => ours(experiment, paper, tables, cell), sort: (cell) => cell.ours },
        { head: "Difference", number: true, cell: (cell) => points(cell.difference), sort: (cell) => cell.difference },
        { head: "Conclusion", cell: (cell) => cell.conclusion },
        { head: "n", number: true, cell: (cell) => `${cell.graded} of ${cell.expected}` },
      ],
      cells,
    ),
    h(
      "ul",
      { class: "notes" },
      paper.notes.map((note) => h("li", {}, note)),
    ),
  );
}

function ours(experiment: string, paper: PaperTable, tables: readonly ResultTable[], cell: PaperCell): Child {
  if (cell.ours === null) return "-";
  const text = percent(cell.ours);
  const solver = paper.models.find((model) => model.published === cell.model)?.solver;
  const { arm, ours: value } = cell;
  const table = tables.find(
    (one) => one.primary && one.cells.some((each) => each.arm === arm && each.solver === solver && each.estimate === value),
  );
  const link =
    table === undefined || solver === undefined || arm === null
      ? text
      : h("a", { class: "figure-link", href: episodesBehind(experiment, table, { arm, solver }) }, text);
  return [
    link,
    " ",
    h("span", { class: "interval" }, percentRange(cell.interval)),
    cell.simulated ? h("span", { class: "simulated" }, " sim") : null,
  ];
}
