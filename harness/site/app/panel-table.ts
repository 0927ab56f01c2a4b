import { type Column, dataTable } from "./data-table.ts";
import { append, type Child, fill, h } from "./element.ts";

/** A table whose rows have more to say than fits into a cell: a button in each fills one panel below the table. `open`: the row that is shown at first. */
export function panelTable<Row>(
  caption: string,
  columns: readonly Column<Row>[],
  rows: readonly Row[],
  detail: { readonly id: string; readonly name: (row: Row) => string; readonly content: (row: Row) => Child; readonly open?: Row },
): Child {
  const panel = h("section", { id: detail.id, class: "panel", tabindex: -1, hidden: true });
  const fillPanel = (row: Row): void => {
    panel.hidden = false;
    panel.setAttribute("aria-label", detail.name(row));
    fill(panel, h("h3", {}, detail.name(row)), detail.content(row));
  };
  const show: Column<Row> = {
    head: "Details",
    cell: (row) =>
      h(
        "button",
        {
          type: "button",
          "aria-controls": detail.id,
          "aria-label": `Show ${detail.name(row)}`,
          on: {
            click: () => {
              fillPanel(row);
              panel.focus();
              panel.scrollIntoView({ block: "nearest" });
            },
          },
        },
        "Show",
      ),
  };
  const frame = h("div");
  append(frame, [dataTable(caption, [...columns, show], rows, { hideCaption: true }), panel]);
  if (detail.open !== undefined) fillPanel(detail.open);
  return frame;
}
