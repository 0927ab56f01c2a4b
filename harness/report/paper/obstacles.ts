import type { ProtocolCard } from "../../core/protocol-card.ts";
import type { ResultTable, TableCell } from "../result-table.ts";
import type { PaperDesign } from "./paper-design.ts";

interface Place {
  readonly arm: string;
  readonly model: PaperDesign["models"][number];
  readonly column: PaperDesign["columns"][number];
  readonly cell: TableCell;
}

/** Why numbers of ours may not be compared with the published ones: of one cell, and of all the cells together, each reason once. */
export function findObstacles(
  design: PaperDesign,
  tables: readonly ResultTable[],
  cards: readonly ProtocolCard[],
): { readonly all: readonly string[]; readonly of: (place: Place) => readonly string[] } {
  const of = ({ arm, model, column, cell }: Place): readonly string[] => {
    const part = cards
      .flatMap((card) => card.measured)
      .some((one) => one.chosen === "by-hand" && one.benchmark === column.benchmark && one.split === column.split);
    return [
      ...(cell.simulated.model > 0 ? ["a simulated model"] : []),
      ...(cell.simulated.tasks > 0 ? ["generated sample tasks"] : []),
      // Generated tasks are other ones anyway.
      ...(part && cell.simulated.tasks === 0 ? [`chosen tasks of ${column.benchmark} ${column.split}`] : []),
      ...(cell.incomplete === null ? [] : ["incomplete arms"]),
      // A simulated model is another model anyway.
      ...(cell.simulated.model > 0 ? [] : cards.flatMap((card) => otherwise(card, arm, model, design))),
    ];
  };
  const places = design.rows.flatMap(({ arm }) =>
    design.models.flatMap((model) =>
      design.columns.flatMap((column): Place[] => {
        const name = typeof arm === "string" ? arm : arm[model.published];
        const found = tables
          .filter((table) => table.benchmark === column.benchmark && table.split === column.split)
          .flatMap(({ cells }) => cells.filter((one) => one.arm === name && one.solver === model.solver && one.metric === column.metric));
        const cell = found.find((one) => one.estimate !== null) ?? found[0];
        return cell === undefined || name === undefined ? [] : [{ arm: name, model, column, cell }];
      }),
    ),
  );
  return { all: [...new Set(places.flatMap((place) => of(place)))], of };
}

/** Where a protocol card departs from what the publication says of its own protocol. */
function otherwise(card: ProtocolCard, arm: string, model: Place["model"], { protocol }: PaperDesign): string[] {
  const solver = card.solvers.find(({ name }) => name === model.solver);
  const identity = solver === undefined ? "" : JSON.stringify(solver.identity).toLowerCase();
  const turns = card.agents.filter(({ options }) => !withoutTools(options)).map(({ maxTurns }) => maxTurns);
  const batch = mergeBatch(card.arms.find(({ name }) => name === arm)?.learning);
  return [
    ...(model.name === undefined || solver === undefined || identity.includes(model.name.toLowerCase())
      ? []
      : [`${model.solver} in place of ${model.name}`]),
    ...(protocol === undefined
      ? []
      : [
          ...turns.filter((one) => one !== protocol.maxTurns).map((one) => `${one ?? "unlimited"} turns in place of ${protocol.maxTurns}`),
          ...(batch === undefined || batch === protocol.mergeBatch ? [] : [`B_merge ${batch} in place of ${protocol.mergeBatch}`]),
        ]),
  ];
}

const field = (value: unknown, name: string): unknown =>
  typeof value === "object" && value !== null && name in value ? Object.entries(value).find(([key]) => key === name)?.[1] : undefined;

const withoutTools = (options: unknown): boolean => field(options, "tools") === "none";

function mergeBatch(learning: unknown): string | number | undefined {
  if (field(learning, "kind") !== "evolved") return undefined;
  const size = field(field(learning, "merge"), "batch_size");
  return typeof size === "number" || typeof size === "string" ? size : undefined;
}
