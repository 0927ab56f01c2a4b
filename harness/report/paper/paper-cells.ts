import type { ProtocolCard } from "../../core/protocol-card.ts";
import type { Interval } from "../../stats/choose-interval.ts";
import type { EvolutionNoise, PredictionInterval } from "../../stats/prediction-interval.ts";
import type { ResultTable, TableCell } from "../result-table.ts";
import { judgeCell, type PaperVerdict } from "./judge-cell.ts";
import type { findObstacles } from "./obstacles.ts";
import { armOf, numberKey, type PaperDesign, type PaperRow } from "./paper-design.ts";

/** One number beside the published one. Fractions; null means that there is none. */
export interface PaperCell {
  readonly model: string;
  readonly column: string;
  /** Arm of ours that stands here; null where the row has none for this model. */
  readonly arm: string | null;
  readonly published: number | null;
  readonly ours: number | null;
  readonly difference: number | null;
  readonly interval: Interval | null;
  readonly prediction: PredictionInterval | null;
  readonly detectable: number | null;
  readonly tasks: number;
  readonly graded: number;
  readonly expected: number;
  readonly verdict: PaperVerdict;
  readonly conclusion: string;
  readonly simulated: boolean;
}

/** The estimate of one arm in one column, from the first of the tables that has one. */
function cellIn(
  tables: readonly ResultTable[],
  arm: string | undefined,
  solver: string,
  { benchmark, split, metric }: PaperDesign["columns"][number],
): TableCell | undefined {
  const found = tables
    .filter((table) => table.benchmark === benchmark && table.split === split)
    .flatMap(({ cells }) => cells.filter((cell) => cell.arm === arm && cell.solver === solver && cell.metric === metric));
  return found.find((cell) => cell.estimate !== null) ?? found[0];
}

interface CellContext {
  readonly design: PaperDesign;
  readonly tables: readonly ResultTable[];
  readonly cards: readonly ProtocolCard[];
  readonly obstaclesOf: ReturnType<typeof findObstacles>["of"];
  readonly margin: number;
}

/** Gives the number of one row, model and column beside the published one. */
export function makeCells({ design, tables, cards, obstaclesOf, margin }: CellContext) {
  return (row: PaperRow, model: PaperDesign["models"][number], column: PaperDesign["columns"][number]): PaperCell => {
    const arm = armOf(row.arm, model.published);
    const cell = cellIn(tables, arm, model.solver, column);
    const published = row.numbers[numberKey(model.published, column.label)] ?? null;
    const ours = cell?.estimate ?? null;
    const seeded = cards.flatMap((card) => card.measured).some((one) => isIn(one, column) && one.chosen === "seeded");
    const repetitions = design.protocol?.seeds ?? cell?.spread?.repetitions ?? 1;
    const judged = judgeCell(
      {
        published,
        ours,
        spread: cell?.spread ?? null,
        run: { tasks: seeded ? "other" : "same", repetitions, step: printedStep },
        learned: cards.some((card) => card.arms.some((one) => one.name === arm && one.learning !== null)),
        evolution: evolutionNoise(tables, arm, model.solver, column),
        obstacles: cell === undefined || arm === undefined ? [] : obstaclesOf({ arm, model, column, cell }),
      },
      margin,
    );
    return {
      model: model.published,
      column: column.label,
      arm: arm ?? null,
      published,
      ours,
      difference: published === null || ours === null ? null : ours - published,
      interval: cell?.interval ?? null,
      ...judged,
      tasks: cell?.tasks ?? 0,
      graded: cell?.slots.graded ?? 0,
      expected: cell?.slots.expected ?? 0,
      simulated: cell !== undefined && (cell.simulated.model > 0 || cell.simulated.tasks > 0),
    };
  };
}

/** The published tables print hundredths of a point, and ANLS with four decimals. */
const printedStep = 0.0001;

const isIn = (one: { readonly benchmark: string; readonly split: string }, place: { readonly benchmark: string; readonly split: string }) =>
  one.benchmark === place.benchmark && one.split === place.split;

/**
 * How far the skills of different evolution seeds lie apart, where all of them were measured (`select.measure: all`). What repetitions add is in it: the noise comes out too
 * large rather than too small.
 */
function evolutionNoise(
  tables: readonly ResultTable[],
  arm: string | undefined,
  solver: string,
  column: PaperDesign["columns"][number],
): EvolutionNoise | undefined {
  const values = tables
    .filter((table) => isIn(table, column))
    .flatMap(({ cells }) => cells)
    .flatMap((cell) =>
      cell.solver === solver && cell.metric === column.metric && cell.arm.startsWith(`${arm}@s`) ? (cell.estimate ?? []) : [],
    );
  if (values.length < 2) return undefined;
  const mean = values.reduce((sum, value) => sum + value, 0) / values.length;
  const variance = values.reduce((sum, value) => sum + (value - mean) ** 2, 0) / (values.length - 1);
  return { variance, df: values.length - 1, ours: 1, published: 1 };
}
