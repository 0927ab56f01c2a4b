import type { ProtocolCard } from "../../core/protocol-card.ts";
import { type JointInterval, type JointPart, jointInterval } from "../../stats/joint-columns.ts";
import type { ColumnOf } from "../cell-columns.ts";
import type { Comparison, ResultTable } from "../result-table.ts";
import { defaultMargin } from "./judge-cell.ts";
import { findObstacles } from "./obstacles.ts";
import { makeCells } from "./paper-cells.ts";
import { type Arms, armNames, armOf, averageOf, numberKey, type PaperDesign, type PaperRow } from "./paper-design.ts";
import { type ReferenceRun, writePaperNotes } from "./paper-notes.ts";
import type { PaperGain, PaperTable } from "./paper-table.ts";

export interface BesidePaper {
  readonly cards?: readonly ProtocolCard[];
  /** What reference answers and untouched start files scored on the same tasks, where that was measured. */
  readonly references?: readonly ReferenceRun[];
  /** The clusters behind cells, for the interval of the average. */
  readonly columnOf?: ColumnOf;
}

/**
 * Puts the estimates of finished tables beside the published numbers. `tables` are those of the primary scorers, of one experiment or of several with equal protocol cards;
 * where several have a number the first one's is taken.
 */
export function buildPaperTable(design: PaperDesign, tables: readonly ResultTable[], beside: BesidePaper = {}): PaperTable {
  const primary = tables.filter((table) => table.primary);
  const { cards = [], references = [] } = beside;
  const margin = design.margin ?? defaultMargin;
  const obstacles = findObstacles(design, primary, cards);
  const paperCell = makeCells({ design, tables: primary, cards, obstaclesOf: obstacles.of, margin });
  const rows = design.rows.map((row) => {
    const cells = design.models.flatMap((model) => design.columns.map((column) => paperCell(row, model, column)));
    const oursIn = (model: string, label: string) => cells.find((cell) => cell.model === model && cell.column === label)?.ours ?? null;
    const models = design.models.map((model) => model.published);
    const average =
      design.average === undefined
        ? null
        : {
            published: row.numbers[design.average.label] ?? null,
            ours: averageOf(design.average.groups, models, oursIn),
            interval: beside.columnOf === undefined ? null : averageInterval(row, design, beside.columnOf),
          };
    return {
      arm: armNames(row.arm).join(" / "),
      label: labelOf(row.arm, primary),
      published: row.published,
      cells,
      gains: gainsOf(row, design, primary),
      average,
    };
  });
  const all = rows.flatMap((row) => row.cells).filter((cell) => cell.ours !== null);
  const marked = all.filter((cell) => cell.simulated).length;
  const table: Omit<PaperTable, "notes"> = {
    v: 1,
    experiment: [...new Set(primary.map(({ experiment }) => experiment))].join(", "),
    table: design.table,
    title: design.title,
    models: design.models,
    columns: design.columns.map((column) => column.label),
    average: design.average?.label ?? null,
    margin,
    rows,
    notComparable: obstacles.all,
    cards,
    simulated: marked === 0 ? "none" : marked === all.length ? "all" : "some",
  };
  return { ...table, notes: writePaperNotes(table, design, primary, references) };
}

/** Interval of the average, whose columns of one benchmark share their clusters; null when one of them is missing. */
function averageInterval(row: PaperRow, { average, columns, models }: PaperDesign, columnOf: ColumnOf): JointInterval | null {
  const groups = average?.groups ?? [];
  const parts = groups.flatMap((group) =>
    group.flatMap((label) =>
      models.map(({ published, solver }): JointPart | null => {
        const column = columns.find((one) => one.label === label);
        const arm = armOf(row.arm, published);
        if (column === undefined || arm === undefined) return null;
        const { benchmark, split, metric } = column;
        const clusters = columnOf({ benchmark, split, metric, arm, solver });
        const weight = 1 / (groups.length * group.length * models.length);
        return clusters === undefined ? null : { column: clusters, population: `${benchmark} ${split}`, weight };
      }),
    ),
  );
  const known = parts.filter((part) => part !== null);
  return known.length < parts.length ? null : jointInterval(known);
}

function gainsOf(row: PaperRow, design: PaperDesign, tables: readonly ResultTable[]): readonly PaperGain[] {
  const { baseline } = row;
  if (baseline === undefined) return [];
  return design.models.flatMap(({ published: model, solver }) => {
    const arm = armOf(row.arm, model);
    const reference = armOf(baseline, model);
    const base = design.rows.find((one) => armOf(one.arm, model) === reference);
    if (arm === undefined || reference === undefined) return [];
    return design.columns.map((column) => {
      const key = numberKey(model, column.label);
      const [a, b] = [row.numbers[key], base?.numbers[key]];
      const found = comparisonIn(tables, { arm, reference, solver }, column);
      return {
        model,
        column: column.label,
        arm,
        reference,
        published: a === undefined || b === undefined ? null : a - b,
        ours: found?.difference ?? null,
        interval: found?.interval ?? null,
        pairs: found?.pairs ?? 0,
        pAdjusted: found?.pAdjusted ?? null,
        conclusion: found?.conclusion ?? "not measured",
        simulated: found !== undefined && (found.simulated.model > 0 || found.simulated.tasks > 0),
      };
    });
  });
}

function comparisonIn(
  tables: readonly ResultTable[],
  { arm, reference, solver }: { readonly arm: string; readonly reference: string; readonly solver: string },
  { benchmark, split, metric }: PaperDesign["columns"][number],
): Comparison | undefined {
  return tables
    .filter((table) => table.benchmark === benchmark && table.split === split)
    .flatMap(({ comparisons }) => comparisons)
    .find((one) => one.arm === arm && one.reference === reference && one.solver === solver && one.metric === metric);
}

function labelOf(arms: Arms, tables: readonly ResultTable[]): string {
  const known = tables.flatMap((table) => table.arms);
  return [...new Set(armNames(arms).map((name) => known.find((one) => one.name === name)?.label ?? name))].join(" / ");
}
