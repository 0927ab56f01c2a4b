import type { TopLevelSpec } from "vega-lite";
import { percent, percentRange, points, pointsRange } from "../../report/number-text.ts";
import { oneLine } from "../../report/plain-text.ts";
import type { ResultTable } from "../../report/result-table.ts";
import type { Plot, PlotRow } from "./write-figure.ts";

/** Name under which the overview finds the plots of a table. */
export function tablePage({ benchmark, split, scorer }: Pick<ResultTable, "benchmark" | "split" | "scorer">): string {
  return JSON.stringify(["overview", benchmark, split, scorer]);
}

/** Means and paired differences of a table with their intervals; a plot without any number is left out. `prefix` names the files. */
export function intervalPlots(table: ResultTable, prefix: string): Plot[] {
  const name = oneLine(`${table.benchmark} ${table.split}, scorer ${table.scorer}`);
  const label = (arm: string): string => oneLine(table.arms.find((one) => one.name === arm)?.label ?? arm);
  const metric = (id: string): string => oneLine(table.metrics.find((one) => one.name === id)?.label ?? id);
  const means = table.cells.flatMap((cell): PlotRow[] =>
    cell.estimate === null
      ? []
      : [
          {
            metric: metric(cell.metric),
            arm: label(cell.arm),
            solver: oneLine(cell.solver),
            estimate: cell.estimate * 100,
            low: cell.interval === null ? null : cell.interval.low * 100,
            high: cell.interval === null ? null : cell.interval.high * 100,
            tasks: cell.tasks,
          },
        ],
  );
  const differences = table.comparisons.flatMap((one): PlotRow[] =>
    one.difference === null
      ? []
      : [
          {
            metric: metric(one.metric),
            arm: `${label(one.arm)} − ${label(one.reference)}`,
            solver: oneLine(one.solver),
            estimate: one.difference * 100,
            low: one.interval === null ? null : one.interval.low * 100,
            high: one.interval === null ? null : one.interval.high * 100,
            pairs: one.pairs,
          },
        ],
  );
  const decides = table.metrics[0]?.name;
  const meanText = table.cells
    .filter((cell) => cell.metric === decides && cell.estimate !== null)
    .map((cell) => `${label(cell.arm)} with ${cell.solver} ${percent(cell.estimate)} ${percentRange(cell.interval)}`);
  const differenceText = table.comparisons
    .filter((one) => one.metric === decides && one.difference !== null)
    .map((one) => `${label(one.arm)} − ${label(one.reference)} with ${one.solver} ${points(one.difference)} ${pointsRange(one.interval)}`);
  const page = tablePage(table);
  return [
    {
      id: `${prefix}-means`,
      page,
      title: `Scores with intervals, per cent: ${name}`,
      alt: oneLine(`Plot of scores with intervals. ${metric(decides ?? "")}: ${meanText.join("; ")}.`),
      rows: means,
      spec: (width: number) => intervalSpec(means, "score, %", width, false),
    },
    {
      id: `${prefix}-differences`,
      page,
      title: `Paired differences with intervals, points: ${name}`,
      alt: oneLine(`Plot of paired differences with intervals. ${metric(decides ?? "")}: ${differenceText.join("; ")}.`),
      rows: differences,
      spec: (width: number) => intervalSpec(differences, "difference, points", width, true),
    },
  ].filter(({ rows }) => rows.length > 0);
}

/** One row of points for every arm, with a bar from the lower to the upper bound; solvers beside each other; a panel for every metric. */
export function intervalSpec(rows: readonly PlotRow[], title: string, width: number, zero: boolean): TopLevelSpec {
  const several = new Set(rows.map((row) => row.solver)).size > 1;
  const solver = several
    ? {
        color: { field: "solver", type: "nominal" as const, legend: { title: null, orient: "top" as const, columns: width < 300 ? 1 : 4 } },
        shape: { field: "solver", type: "nominal" as const },
        yOffset: { field: "solver", type: "nominal" as const },
      }
    : {};
  const y = { field: "arm", type: "nominal" as const, sort: null, title: null, axis: { labelLimit: width < 300 ? 110 : 340 } };
  const x = { type: "quantitative" as const, title, scale: zero ? {} : { domain: [0, 100] } };
  const { shape: _shape, ...withoutShape } = { shape: undefined, ...solver };
  return {
    data: { values: rows.map((row) => ({ ...row })) },
    facet: {
      row: {
        field: "metric",
        type: "nominal",
        sort: [...new Set(rows.map((row) => String(row.metric)))],
        title: null,
        header: { labelOrient: "top", labelAnchor: "start", labelAngle: 0 },
      },
    },
    spec: {
      width,
      height: { step: several ? 14 : 22 },
      layer: [
        ...(zero
          ? [{ mark: { type: "rule" as const, strokeDash: [3, 3] }, encoding: { x: { datum: 0, type: "quantitative" as const } } }]
          : []),
        {
          transform: [{ filter: "isValid(datum.low)" }],
          mark: { type: "rule", strokeWidth: 2 },
          encoding: { y, x: { ...x, field: "low" }, x2: { field: "high" }, ...withoutShape },
        },
        { mark: { type: "point", filled: true, size: 60, opacity: 1 }, encoding: { y, x: { ...x, field: "estimate" }, ...solver } },
      ],
    },
  };
}
