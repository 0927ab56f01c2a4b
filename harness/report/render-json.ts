import type { Ablations } from "./ablation/ablations.ts";
import type { ResultTable } from "./result-table.ts";

/** tables.json: `{"format": "t2s-tables", "v": 1, "tables": [ResultTable, …]}`, the shape of harness/report/result-table.ts, with `sweeps` and `factorials` (harness/report/ablation/ablations.ts) where there are any. Fractions, null = nothing to say. */
export function renderJson(tables: readonly ResultTable[], ablations?: Ablations): string {
  return `${JSON.stringify({ format: "t2s-tables", v: 1, tables, ...ablations }, null, 1)}\n`;
}
