import type { ResultTable } from "./result-table.ts";

/** tables.json: `{"format": "t2s-tables", "v": 1, "tables": [ResultTable, …]}`, the shape of harness/report/result-table.ts. Fractions, null = nothing to say. */
export function renderJson(tables: readonly ResultTable[]): string {
  return `${JSON.stringify({ format: "t2s-tables", v: 1, tables }, null, 1)}\n`;
}
