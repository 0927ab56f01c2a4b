import type { Grid } from "../cell-text.ts";
import { percent, percentRange } from "../number-text.ts";
import { oneLine } from "../plain-text.ts";
import type { PaperCell, PaperTable } from "./build-paper-table.ts";

/** Heading of the table; says at once when the two sides may not be compared. */
export function paperTitle({ title, simulated, notComparable }: PaperTable): string {
  const mark = simulated === "none" ? "" : simulated === "all" ? ", SIMULATED" : ", partly SIMULATED";
  return `Beside the publication: ${title}${mark}${notComparable.length === 0 ? "" : ", not comparable"}`;
}

/** Rows = arms, a column per model and published column; each cell has our number above the published one. */
export function paperGrid(table: PaperTable): Grid {
  const columns = table.models.flatMap((model) => table.columns.map((column) => ({ model, column })));
  return {
    title: "Ours above, published below",
    head: [
      "arm",
      ...columns.map(({ model, column }) => `${oneLine(model.solver)}\n${oneLine(model.published)} ${oneLine(column)}`),
      ...(table.average === null ? [] : [oneLine(table.average)]),
    ],
    rows: table.rows.map((row) => [
      [oneLine(row.label), oneLine(row.published)].join("\n"),
      ...columns.map(({ model, column }) => {
        const cell = row.cells.find((one) => one.model === model.published && one.column === column);
        return cell === undefined ? "" : cellText(cell);
      }),
      ...(row.average === null
        ? []
        : [
            `${percent(row.average.ours)}${mark(table.simulated !== "none" && row.average.ours !== null)}\n${percent(row.average.published)}`,
          ]),
    ]),
  };
}

/** What a reader must know, most important first. */
export function paperNotes(table: PaperTable): readonly string[] {
  const why =
    table.notComparable.length === 0 ? [] : [`Not comparable with the publication: ours are from ${table.notComparable.join(", ")}.`];
  return [...why, ...table.notes];
}

function cellText(cell: PaperCell): string {
  const ours = cell.ours === null ? "not measured" : `${percent(cell.ours)} ${percentRange(cell.interval)}`;
  return `${ours}${mark(cell.simulated && cell.ours !== null)}\n${percent(cell.published)}`;
}

const mark = (simulated: boolean): string => (simulated ? " (sim)" : "");
