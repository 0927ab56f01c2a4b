import type { ProtocolCard } from "../core/protocol-card.ts";
import type { Ablations } from "./ablation/ablations.ts";
import { harmlessJson } from "./plain-text.ts";
import type { ResultTable } from "./result-table.ts";

/**
 * tables.json: `{"format": "t2s-tables", "v": 1, "protocol": ProtocolCard, "tables": [ResultTable, …]}`, the shapes of harness/core/protocol-card.ts and
 * harness/report/result-table.ts, with `sweeps` and `factorials` (harness/report/ablation/ablations.ts) where there are any. Fractions, null = nothing to say; `protocol` is
 * null for results of versions that wrote none.
 */
export function renderJson(tables: readonly ResultTable[], ablations?: Ablations, protocol: ProtocolCard | null = null): string {
  return `${harmlessJson({ format: "t2s-tables", v: 1, protocol, tables, ...ablations })}\n`;
}
