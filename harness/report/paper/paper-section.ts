import { percent, percentRange, points, pointsRange, pValue } from "../number-text.ts";
import { oneLine } from "../plain-text.ts";
import { cardGrid } from "../protocol/describe-card.ts";
import type { Grid, Section } from "../section.ts";
import type { PaperCell } from "./paper-cells.ts";
import type { PaperGain, PaperTable } from "./paper-table.ts";

/** The table as every renderer shows it: at a glance, number by number, what rows add to their baselines, and how the numbers were made. */
export function paperSection(table: PaperTable): Section {
  return {
    title: paperTitle(table),
    grids: [glanceGrid(table), ...listGrid(table), ...gainGrid(table), ...table.cards.map(cardGrid)],
    notes: paperNotes(table),
  };
}

/** Heading of the table; says at once when the two sides may not be compared. */
function paperTitle({ title, simulated, notComparable }: PaperTable): string {
  const mark = simulated === "none" ? "" : simulated === "all" ? ", SIMULATED" : ", partly SIMULATED";
  return `Beside the publication: ${title}${mark}${notComparable.length === 0 ? "" : ", not comparable"}`;
}

/** Rows = published rows, a column per model and published column; each cell has our number above the published one. */
function glanceGrid(table: PaperTable): Grid {
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
        return cell === undefined ? "" : glanceText(cell);
      }),
      ...(row.average === null
        ? []
        : [
            `${percent(row.average.ours)}${row.average.interval === null ? "" : ` ${percentRange(row.average.interval)}`}${mark(table.simulated !== "none" && row.average.ours !== null)}\n${percent(row.average.published)}`,
          ]),
    ]),
  };
}

function glanceText(cell: PaperCell): string {
  const ours = cell.ours === null ? "not measured" : `${percent(cell.ours)} ${percentRange(cell.interval)}`;
  return `${ours}${mark(cell.simulated && cell.ours !== null)}\n${percent(cell.published)}`;
}

/** One line for every number of ours; nothing where nothing was measured. */
function listGrid(table: PaperTable): Grid[] {
  const rows = table.rows.flatMap((row) =>
    row.cells
      .filter(({ ours }) => ours !== null)
      .map((cell) => [
        oneLine(row.published),
        `${oneLine(cell.model)} ${oneLine(cell.column)}`,
        percent(cell.published),
        `${percent(cell.ours)}${mark(cell.simulated)}`,
        points(cell.difference),
        percentRange(cell.prediction),
        `${cell.graded}/${cell.expected}`,
        oneLine(cell.conclusion),
      ]),
  );
  return rows.length === 0
    ? []
    : [
        {
          title: "Number by number",
          head: ["row", "column", "paper", "ours", "difference", "prediction", "n", "conclusion"],
          rows,
          split: false,
        },
      ];
}

/** What rows add to the row the publication compares them with. */
function gainGrid(table: PaperTable): Grid[] {
  const rows = table.rows.flatMap((row) =>
    row.gains
      .filter(({ ours }) => ours !== null)
      .map((gain) => [
        `${oneLine(row.published)}\n- ${oneLine(publishedNameOf(table, gain))}`,
        `${oneLine(gain.model)} ${oneLine(gain.column)}`,
        points(gain.published),
        `${points(gain.ours)} ${pointsRange(gain.interval)}${mark(gain.simulated)}`,
        String(gain.pairs),
        pValue(gain.pAdjusted),
        oneLine(gain.conclusion),
      ]),
  );
  return rows.length === 0
    ? []
    : [
        {
          title: "Against the row's baseline",
          head: ["row", "column", "paper, pp", "ours, pp", "pairs", "p (Holm)", "ours alone says"],
          rows,
          split: false,
        },
      ];
}

function publishedNameOf(table: PaperTable, { reference, model }: PaperGain): string {
  const row = table.rows.find(({ cells }) => cells.some((cell) => cell.model === model && cell.arm === reference));
  return row?.published ?? reference;
}

/** What a reader must know, most important first. */
function paperNotes(table: PaperTable): readonly string[] {
  const why =
    table.notComparable.length === 0 ? [] : [`Not comparable with the publication: ours are from ${table.notComparable.join(", ")}.`];
  return [...why, ...table.notes];
}

const mark = (simulated: boolean): string => (simulated ? " (sim)" : "");
