import type { z } from "zod";
import { UsageError } from "../../core/errors.ts";
import type { experimentPaperSchema, PaperTableSpec } from "../../core/table-spec.ts";
import { numberKey, type PaperDesign } from "./paper-design.ts";
import { type PublishedNumbers, publishedRowName } from "./published-numbers.ts";

/**
 * A published table as an experiment stands beside it: the rows whose arm the experiment has, the models it names. Throws UsageError where table, published numbers and
 * experiment do not fit together.
 */
export function designPaperTable(
  spec: PaperTableSpec,
  published: PublishedNumbers,
  own: z.infer<typeof experimentPaperSchema>,
  experiment: { readonly arms: readonly string[]; readonly solvers: readonly string[] },
): PaperDesign {
  const labels = Object.keys(spec.columns);
  for (const label of Object.keys(own.splits))
    if (!labels.includes(label))
      throw new UsageError(`paper.splits: table ${spec.name} has no column "${label}"; it has ${labels.join(", ")}`);
  for (const [model, solver] of Object.entries(own.models))
    if (!experiment.solvers.includes(solver))
      throw new UsageError(
        `paper.models: "${solver}" stands for ${model}, but it is none of the experiment's solvers (${experiment.solvers.join(", ")})`,
      );
  const models = Object.entries(own.models).map(([name, solver]) => ({ published: name, solver }));
  const rows = spec.rows
    .filter(({ arm }) => experiment.arms.includes(arm))
    .map(({ arm, published: row }) => {
      const name = publishedRowName(row);
      const printed = published.get(name);
      if (printed === undefined)
        throw new UsageError(
          `table ${spec.name}: "${spec.published}" was published without a row "${name}"; it has ${[...published.keys()].join("; ")}`,
        );
      const numbers: Record<string, number> = {};
      for (const model of models)
        for (const [label, { printed: unit }] of Object.entries(spec.columns)) {
          const key = numberKey(model.published, label);
          const value = printed.get(key);
          if (value === undefined)
            throw new UsageError(
              `table ${spec.name}: "${spec.published}" was published without a column "${key}"; it has ${[...printed.keys()].join(", ")}`,
            );
          numbers[key] = unit === "percent" ? value / 100 : value;
        }
      const average = spec.average === undefined ? undefined : printed.get(spec.average.label);
      if (spec.average !== undefined && average !== undefined) numbers[spec.average.label] = average / 100;
      return { arm, published: name, numbers };
    });
  if (rows.length === 0)
    throw new UsageError(
      `paper.table: no arm of the experiment stands in table ${spec.name}; it has ${spec.rows.map(({ arm }) => arm).join(", ")}`,
    );
  return {
    table: spec.name,
    title: spec.title,
    models,
    columns: Object.entries(spec.columns).map(([label, column]) => ({
      label,
      benchmark: column.benchmark,
      split: own.splits[label] ?? column.split,
      metric: column.metric,
    })),
    ...(spec.average === undefined ? {} : { average: spec.average }),
    rows,
  };
}
