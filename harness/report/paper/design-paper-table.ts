import type { z } from "zod";
import { UsageError } from "../../core/errors.ts";
import type { experimentPaperSchema, PaperTableSpec } from "../../core/table-spec.ts";
import { armNames, numberKey, type PaperDesign, type PaperRow } from "./paper-design.ts";
import { type PublishedProtocol, type PublishedTable, publishedRowName } from "./published-numbers.ts";

/** What of an experiment decides how a published table looks beside it. */
export interface BesideTable {
  readonly arms: readonly string[];
  readonly solvers: readonly string[];
  readonly benchmarks: readonly { readonly id: string; readonly split: string }[];
}

/**
 * A published table as an experiment stands beside it: the rows whose arms the experiment has, the models it names. Throws UsageError where table, published numbers and
 * experiment do not fit together.
 */
export function designPaperTable(
  spec: PaperTableSpec,
  published: PublishedTable,
  own: z.infer<typeof experimentPaperSchema>,
  experiment: BesideTable,
  protocol?: PublishedProtocol,
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
  const models = Object.entries(own.models).map(([name, solver]) => ({ published: name, solver, name: protocol?.models[name] }));
  const rows = spec.rows
    .filter(({ arm }) => armNames(arm).some((one) => experiment.arms.includes(one)))
    .map((row) => designRow(row, spec, published, Object.keys(own.models)));
  if (rows.length === 0)
    throw new UsageError(
      `paper.table: no arm of the experiment stands in table ${spec.name}; it has ${spec.rows.flatMap(({ arm }) => armNames(arm)).join(", ")}`,
    );
  return {
    table: spec.name,
    title: spec.title,
    models,
    columns: Object.entries(spec.columns).flatMap(([label, column]) => columnsOf(label, column, own.splits[label], experiment)),
    ...(spec.average === undefined ? {} : { average: spec.average }),
    margin: Number.parseFloat(spec.margin) / 100,
    ...(protocol === undefined
      ? {}
      : { protocol: { seeds: protocol.seeds, maxTurns: protocol.maxTurns, mergeBatch: protocol.mergeBatch } }),
    rows,
  };
}

/** A column, and the one without evolve tasks where the experiment measures it. */
function columnsOf(
  label: string,
  { benchmark, split, metric, without_evolve }: PaperTableSpec["columns"][string],
  ownSplit: string | undefined,
  { benchmarks }: BesideTable,
): PaperDesign["columns"] {
  const column = { label, benchmark, split: ownSplit ?? split, metric };
  if (without_evolve === undefined || !benchmarks.some((one) => one.id === benchmark && one.split === without_evolve)) return [column];
  return [column, { label: `${label}, no evolve tasks`, benchmark, split: without_evolve, metric, besides: label }];
}

function designRow(
  row: PaperTableSpec["rows"][number],
  spec: PaperTableSpec,
  published: PublishedTable,
  models: readonly string[],
): PaperRow {
  const name = publishedRowName(row.published);
  const printed = published.get(name);
  if (printed === undefined)
    throw new UsageError(
      `table ${spec.name}: "${spec.published}" was published without a row "${name}"; it has ${[...published.keys()].join("; ")}`,
    );
  const numbers: Record<string, number> = {};
  for (const model of models)
    for (const [label, { printed: unit }] of Object.entries(spec.columns)) {
      const key = numberKey(model, label);
      const value = printed.get(key);
      if (value === undefined)
        throw new UsageError(
          `table ${spec.name}: "${spec.published}" was published without a column "${key}"; it has ${[...printed.keys()].join(", ")}`,
        );
      // Printed with at most four decimals; what dividing leaves beyond is rounding error.
      numbers[key] = unit === "percent" ? Number((value / 100).toFixed(6)) : value;
    }
  const average = spec.average === undefined ? undefined : printed.get(spec.average.label);
  if (spec.average !== undefined && average !== undefined) numbers[spec.average.label] = average / 100;
  const further = [...printed].filter(([key]) => !key.includes("/") && key !== spec.average?.label);
  return {
    arm: row.arm,
    published: name,
    ...(row.baseline === undefined ? {} : { baseline: row.baseline }),
    numbers,
    ...(further.length === 0 ? {} : { further: Object.fromEntries(further) }),
  };
}
