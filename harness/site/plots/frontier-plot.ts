import type { TopLevelSpec } from "vega-lite";
import { percent } from "../../report/number-text.ts";
import { oneLine } from "../../report/plain-text.ts";
import { priceOf } from "../build-leaderboard.ts";
import type { Board } from "../leaderboard-data.ts";
import type { Plot, PlotRow } from "./write-figure.ts";

/** Score against cost (or tokens) of an episode, a line through the rows that nothing beats, protocol by protocol. Undefined without a row that has both. */
export function frontierPlot(board: Omit<Board, "figure">, id: string): Plot | undefined {
  const several = board.protocols.length > 1;
  const rows = board.rows.flatMap((row): PlotRow[] => {
    const price = priceOf(row, board.price);
    const score = row.scores[0]?.estimate ?? null;
    if (price === null || score === null) return [];
    const name = oneLine(`${row.label} · ${row.solver}${several ? ` · ${row.experiment}` : ""}`);
    return [
      { arm: name, solver: oneLine(row.solver), protocol: row.protocol + 1, price, score: score * 100, frontier: row.frontier ? 1 : 0 },
    ];
  });
  if (rows.length === 0) return undefined;
  const best = rows.filter((row) => row.frontier === 1).map((row) => `${row.arm} ${percent(Number(row.score) / 100)}`);
  const what = board.price === "cost" ? "cost of an episode, $" : "tokens of an episode";
  return {
    id,
    page: "leaderboard",
    title: oneLine(`Score and ${what}: ${board.benchmark} ${board.split}`),
    alt: oneLine(`Plot of score against ${what}. On the frontier: ${best.join("; ")}.`),
    rows,
    spec: (width) => frontierSpec(rows, oneLine(board.metrics[0]?.label ?? "score"), what, width),
  };
}

function frontierSpec(rows: readonly PlotRow[], metric: string, what: string, width: number): TopLevelSpec {
  const x = { field: "price", type: "quantitative" as const, title: what, axis: { tickCount: width < 300 ? 3 : 8 } };
  const y = { field: "score", type: "quantitative" as const, title: `${metric}, %`, scale: { domain: [0, 100] } };
  return {
    data: { values: rows.map((row) => ({ ...row })) },
    width: width + 80,
    height: 300,
    layer: [
      {
        transform: [{ filter: "datum.frontier === 1" }],
        mark: { type: "line", interpolate: "step-after", strokeDash: [4, 3], opacity: 0.8 },
        encoding: { x, y, detail: { field: "protocol", type: "nominal" }, order: { field: "price", type: "quantitative" } },
      },
      {
        mark: { type: "point", filled: true, size: 80, opacity: 1 },
        encoding: {
          x,
          y,
          color: { field: "solver", type: "nominal", legend: { title: null, orient: "top", columns: width < 300 ? 1 : 4 } },
          shape: { field: "solver", type: "nominal" },
        },
      },
      {
        transform: [{ filter: "datum.frontier === 1" }],
        mark: { type: "text", align: "left", dx: 7, dy: -7, limit: width < 300 ? 110 : 260 },
        encoding: { x, y, text: { field: "arm", type: "nominal" } },
      },
    ],
  };
}
