import { type EvolutionTable, evolutionGrid, selectionGrid } from "../../../report/evolution-table.ts";
import type { Grid } from "../../../report/section.ts";
import { dataTable } from "../data-table.ts";
import { type Child, h } from "../element.ts";

/** How the skills of an experiment were learned. */
export function evolutionSection(table: EvolutionTable): Child {
  const selection = selectionGrid(table);
  return h(
    "section",
    { "aria-label": "Skill evolution" },
    h("h2", {}, "Skill evolution"),
    gridTable(evolutionGrid(table)),
    selection === undefined ? null : gridTable(selection),
    table.notes.length === 0
      ? null
      : h(
          "ul",
          { class: "notes" },
          table.notes.map((note) => h("li", {}, note)),
        ),
  );
}

function gridTable(grid: Grid): HTMLElement {
  return dataTable<readonly string[]>(
    grid.title,
    grid.head.map((head, at) => ({ head, heading: at === 0, cell: (row) => row[at] ?? "" })),
    grid.rows,
  );
}
