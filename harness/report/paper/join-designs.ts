import { UsageError } from "../../core/errors.ts";
import type { PaperDesign } from "./paper-design.ts";

/** One design over those of several experiments beside the same table: rows, models and columns of all, the first's where two have them. Throws UsageError where they contradict each other. */
export function joinDesigns(designs: readonly [PaperDesign, ...PaperDesign[]]): PaperDesign {
  const [first, ...others] = designs;
  const unite = <T>(of: (design: PaperDesign) => readonly T[], name: (one: T) => string): readonly T[] => [
    ...new Map(
      [...designs]
        .reverse()
        .flatMap(of)
        .map((one) => [name(one), one]),
    ).values(),
  ];
  for (const other of others) {
    if (other.table !== first.table)
      throw new UsageError(`one experiment stands beside ${first.table}, another beside ${other.table}; join experiments of one table`);
    for (const { published, solver } of other.models) {
      const its = first.models.find((one) => one.published === published);
      if (its !== undefined && its.solver !== solver)
        throw new UsageError(
          `${published} is played by ${its.solver} in one experiment and by ${solver} in another; join experiments with the same models`,
        );
    }
    for (const { label, benchmark, split } of other.columns) {
      const its = first.columns.find((one) => one.label === label);
      if (its !== undefined && (its.benchmark !== benchmark || its.split !== split))
        throw new UsageError(
          `column ${label} is measured on ${its.benchmark} ${its.split} in one experiment and on ${benchmark} ${split} in another; join experiments that measure it on the same tasks`,
        );
    }
  }
  const order = <T>(all: readonly T[], name: (one: T) => string, of: (design: PaperDesign) => readonly T[]): readonly T[] => {
    const names = [...new Set(designs.flatMap(of).map(name))];
    return [...all].sort((a, b) => names.indexOf(name(a)) - names.indexOf(name(b)));
  };
  const rows = order(
    unite(
      (d) => d.rows,
      (row) => row.published,
    ),
    (row) => row.published,
    (d) => d.rows,
  );
  const models = order(
    unite(
      (d) => d.models,
      (model) => model.published,
    ),
    (model) => model.published,
    (d) => d.models,
  );
  const columns = order(
    unite(
      (d) => d.columns,
      (column) => column.label,
    ),
    (column) => column.label,
    (d) => d.columns,
  );
  return { ...first, rows, models, columns };
}
