import { type Child, h } from "./element.ts";

export interface Column<Row> {
  readonly head: Child;
  /** Numbers stand at the right. */
  readonly number?: boolean;
  /** The cell that names the row. */
  readonly heading?: boolean;
  readonly cell: (row: Row) => Child;
  /** Makes the column sortable. `null` sorts last. */
  readonly sort?: (row: Row) => string | number | null;
}

/** A table in a frame that scrolls sideways by itself, so that the page never does. The frame is reachable by keyboard. */
export function dataTable<Row>(
  caption: string,
  columns: readonly Column<Row>[],
  rows: readonly Row[],
  options: { readonly hideCaption?: boolean } = {},
): HTMLElement {
  const body = h("tbody");
  let sorted: { at: number; down: boolean } | undefined;
  const draw = (): void => {
    const by = sorted === undefined ? undefined : columns[sorted.at]?.sort;
    const order = by === undefined ? rows : [...rows].sort((a, b) => compare(by(a), by(b), sorted?.down === true));
    body.replaceChildren(
      ...order.map((row) =>
        h(
          "tr",
          {},
          columns.map((column) => cellOf(column, row)),
        ),
      ),
    );
    heads.forEach((head, at) => {
      if (columns[at]?.sort === undefined) return;
      head.setAttribute("aria-sort", sorted?.at !== at ? "none" : sorted.down ? "descending" : "ascending");
    });
  };
  const heads = columns.map((column, at) => {
    const turn = (): void => {
      sorted = { at, down: sorted?.at === at ? !sorted.down : column.number === true };
      draw();
    };
    const content =
      column.sort === undefined ? column.head : h("button", { type: "button", class: "sort", on: { click: turn } }, column.head);
    return h("th", { scope: "col", class: column.number ? "number" : undefined }, content);
  });
  draw();
  return h(
    "div",
    { class: "frame", tabindex: 0, role: "region", "aria-label": caption },
    h("table", {}, h("caption", { class: options.hideCaption ? "said" : undefined }, caption), h("thead", {}, h("tr", {}, heads)), body),
  );
}

function cellOf<Row>(column: Column<Row>, row: Row): HTMLElement {
  if (column.heading) return h("th", { scope: "row" }, column.cell(row));
  return h("td", { class: column.number ? "number" : undefined }, column.cell(row));
}

/** Order of two sort values; what is null stays at the end whichever way it goes. */
export function compare(a: string | number | null, b: string | number | null, down: boolean): number {
  if (a === null || b === null) return a === b ? 0 : a === null ? 1 : -1;
  const order = typeof a === "number" && typeof b === "number" ? a - b : String(a) < String(b) ? -1 : String(a) > String(b) ? 1 : 0;
  return down ? -order : order;
}
