import type { TopLevelSpec } from "vega-lite";
import type { Ablations, Effect, FactorialTable, SweepTable } from "../../report/ablation/ablations.ts";
import { percent, points, pointsRange } from "../../report/number-text.ts";
import { oneLine } from "../../report/plain-text.ts";
import { intervalSpec } from "./interval-plots.ts";
import type { Plot, PlotRow } from "./write-figure.ts";

/** Name under which the sweeps page finds the plot of a table of either kind. */
const ablationPage = (kind: "sweep" | "factorial", at: number): string => JSON.stringify([kind, at]);

/** A curve for every sweep and the effects of every factorial; what has no number yet has no plot. */
export function ablationPlots({ sweeps, factorials }: Ablations, prefix: string): Plot[] {
  return [
    ...sweeps.map((sweep, at) => sweepPlot(sweep, at, `${prefix}-sweep-${at}`)),
    ...factorials.map((one, at) => factorialPlot(one, at, `${prefix}-factorial-${at}`)),
  ].filter(({ rows }) => rows.length > 0);
}

function sweepPlot(sweep: SweepTable, at: number, id: string): Plot {
  const rows = sweep.series.flatMap((series) =>
    series.points.flatMap((point): PlotRow[] =>
      point.estimate === null
        ? []
        : [
            {
              series: oneLine(series.text),
              value: oneLine(point.text),
              estimate: point.estimate * 100,
              low: point.interval === null ? null : point.interval.low * 100,
              high: point.interval === null ? null : point.interval.high * 100,
              tasks: point.tasks,
            },
          ],
    ),
  );
  const order = [...new Set(rows.map((row) => String(row.value)))];
  const key = oneLine(sweep.key);
  return {
    id,
    page: ablationPage("sweep", at),
    title: oneLine(`${sweep.metric.label} by ${sweep.key}: ${sweep.label}, ${sweep.solver}, ${sweep.benchmark} ${sweep.split}`),
    alt: oneLine(
      `Curve of ${sweep.metric.label} by ${sweep.key}: ${rows.map((row) => `${row.value} ${percent(Number(row.estimate) / 100)}`).join("; ")}.`,
    ),
    rows,
    spec: (width) => sweepSpec(rows, order, key, oneLine(`${sweep.metric.label}, %`), sweep.baseline?.estimate ?? null, width),
  };
}

function sweepSpec(
  rows: readonly PlotRow[],
  order: string[],
  key: string,
  metric: string,
  baseline: number | null,
  width: number,
): TopLevelSpec {
  const several = new Set(rows.map((row) => row.series)).size > 1;
  const series = several
    ? {
        color: { field: "series", type: "nominal" as const, legend: { title: null, orient: "top" as const, columns: width < 300 ? 1 : 3 } },
      }
    : {};
  const x = { field: "value", type: "ordinal" as const, sort: order, title: key, axis: { labelAngle: 0 } };
  const y = { type: "quantitative" as const, title: metric };
  return {
    data: { values: rows.map((row) => ({ ...row })) },
    width: width + 80,
    height: 260,
    layer: [
      ...(baseline === null
        ? []
        : [
            {
              mark: { type: "rule" as const, strokeDash: [3, 3] },
              encoding: { y: { datum: baseline * 100, type: "quantitative" as const } },
            },
          ]),
      {
        transform: [{ filter: "isValid(datum.low)" }],
        mark: { type: "rule", strokeWidth: 2 },
        encoding: { x, y: { ...y, field: "low" }, y2: { field: "high" }, ...series },
      },
      { mark: { type: "line", point: { size: 60 } }, encoding: { x, y: { ...y, field: "estimate" }, ...series } },
    ],
  };
}

/** What an effect is of, in words. */
const effectName = ({ factors, levels }: Effect): string =>
  factors.map((factor, at) => `${factor} (${levels[at]?.first} − ${levels[at]?.other})`).join(" × ");

function factorialPlot(table: FactorialTable, at: number, id: string): Plot {
  const rows = table.effects.flatMap((effect): PlotRow[] =>
    effect.estimate === null
      ? []
      : [
          {
            metric: effect.factors.length === 1 ? "Main effects" : "Interactions",
            arm: oneLine(effectName(effect)),
            solver: oneLine(table.solver ?? "all solvers"),
            estimate: effect.estimate * 100,
            low: effect.interval === null ? null : effect.interval.low * 100,
            high: effect.interval === null ? null : effect.interval.high * 100,
          },
        ],
  );
  const texts = table.effects.map((effect) => `${effectName(effect)} ${points(effect.estimate)} ${pointsRange(effect.interval)}`);
  return {
    id,
    page: ablationPage("factorial", at),
    title: oneLine(`Effects on ${table.metric.label}, points: ${table.label}, ${table.benchmark} ${table.split}`),
    alt: oneLine(`Plot of effects with intervals: ${texts.join("; ")}.`),
    rows,
    spec: (width) => intervalSpec(rows, "effect, points", width, true),
  };
}
