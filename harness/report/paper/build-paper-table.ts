import type { Interval } from "../../stats/choose-interval.ts";
import type { ResultTable, TableCell } from "../result-table.ts";
import { averageOf, numberKey, type PaperDesign } from "./paper-design.ts";

/** One number beside the published one. Fractions; null means that there is none. */
export interface PaperCell {
  readonly model: string;
  readonly column: string;
  readonly published: number | null;
  readonly ours: number | null;
  readonly difference: number | null;
  readonly interval: Interval | null;
  readonly graded: number;
  readonly expected: number;
  readonly simulated: boolean;
}

/** An experiment beside a published table. */
export interface PaperTable {
  readonly v: 1;
  readonly experiment: string;
  readonly table: string;
  readonly title: string;
  readonly models: PaperDesign["models"];
  readonly columns: readonly string[];
  readonly average: string | null;
  readonly rows: readonly {
    readonly arm: string;
    readonly label: string;
    readonly published: string;
    readonly cells: readonly PaperCell[];
    readonly average: { readonly published: number | null; readonly ours: number | null } | null;
  }[];
  /** Why the numbers may not be compared with the published ones; empty: nothing known speaks against it. */
  readonly notComparable: readonly string[];
  readonly notes: readonly string[];
  readonly simulated: "all" | "some" | "none";
}

/** Puts the estimates of finished tables beside the published numbers. `tables` are those of the primary scorers. */
export function buildPaperTable(design: PaperDesign, tables: readonly ResultTable[]): PaperTable {
  const [any] = tables;
  const cellOf = (arm: string, solver: string, { benchmark, split, metric }: PaperDesign["columns"][number]): TableCell | undefined =>
    tables
      .find((table) => table.primary && table.benchmark === benchmark && table.split === split)
      ?.cells.find((cell) => cell.arm === arm && cell.solver === solver && cell.metric === metric);
  const rows = design.rows.map(({ arm, published, numbers }) => {
    const cells = design.models.flatMap((model) =>
      design.columns.map((column) => paperCell(model.published, column.label, numbers, cellOf(arm, model.solver, column))),
    );
    const oursIn = (model: string, label: string) => cells.find((cell) => cell.model === model && cell.column === label)?.ours ?? null;
    const models = design.models.map((model) => model.published);
    const average =
      design.average === undefined
        ? null
        : { published: numbers[design.average.label] ?? null, ours: averageOf(design.average.groups, models, oursIn) };
    return { arm, label: any?.arms.find((one) => one.name === arm)?.label ?? arm, published, cells, average };
  });
  const all = rows.flatMap((row) => row.cells).filter((cell) => cell.ours !== null);
  const marked = all.filter((cell) => cell.simulated).length;
  return {
    v: 1,
    experiment: any?.experiment ?? "",
    table: design.table,
    title: design.title,
    models: design.models,
    columns: design.columns.map((column) => column.label),
    average: design.average?.label ?? null,
    rows,
    notComparable: obstacles(design, tables),
    notes: notesOf(design),
    simulated: marked === 0 ? "none" : marked === all.length ? "all" : "some",
  };
}

function paperCell(model: string, column: string, numbers: Readonly<Record<string, number>>, cell: TableCell | undefined): PaperCell {
  const published = numbers[numberKey(model, column)] ?? null;
  const ours = cell?.estimate ?? null;
  return {
    model,
    column,
    published,
    ours,
    difference: published === null || ours === null ? null : ours - published,
    interval: cell?.interval ?? null,
    graded: cell?.slots.graded ?? 0,
    expected: cell?.slots.expected ?? 0,
    simulated: cell !== undefined && (cell.simulated.model > 0 || cell.simulated.tasks > 0),
  };
}

function obstacles(design: PaperDesign, tables: readonly ResultTable[]): readonly string[] {
  const shown = tables.filter(
    (table) => table.primary && design.columns.some((c) => c.benchmark === table.benchmark && c.split === table.split),
  );
  const cells = shown.flatMap((table) => table.cells);
  return [
    ...(cells.some((cell) => cell.simulated.model > 0) ? ["a simulated model"] : []),
    ...(cells.some((cell) => cell.simulated.tasks > 0) ? ["generated sample tasks"] : []),
    ...shown.flatMap((table) => (table.subset === null ? [] : [`a part of ${table.benchmark} ${table.split}`])),
    ...(cells.some((cell) => cell.incomplete !== null) ? ["incomplete arms"] : []),
  ];
}

function notesOf(design: PaperDesign): readonly string[] {
  const { average } = design;
  return [
    "The published numbers are means of three seeds; no variance was published with them, so no agreement is tested here.",
    ...(average === undefined
      ? []
      : [
          `${average.label}: mean of ${average.groups.map((group) => `(${group.join(", ")} over ${design.models.length === 1 ? "the model" : "the models"})`).join(" and ")}, the publication's formula; no interval is given for it.`,
        ]),
  ];
}
