import type { LedgerEvolution } from "../../core/ledger-rows.ts";
import type { ArmRows } from "../collect-cells.ts";
import type { PointCost } from "./ablations.ts";

/** What one point of a sweep costs. Members are named `arm` or, where every evolution seed is measured, `arm@s41`. Unknown numbers stay out of means. */
export function pointCost(members: readonly string[], arms: readonly ArmRows[], learned: readonly LedgerEvolution[]): PointCost {
  const own = learned.filter(({ arm, seed, selected }) => members.includes(`${arm}@s${seed}`) || (members.includes(arm) && selected));
  const used = own.map(({ usage }) => Object.values(usage));
  const costs = own.flatMap(({ volatile }) => volatile?.costUsd ?? []);
  const rows = arms.flatMap((one) => one.rows);
  return {
    learn:
      own.length === 0
        ? null
        : {
            calls: mean(used.map((stages) => sum(stages.map(({ calls }) => calls)))) ?? 0,
            tokens:
              mean(used.map((stages) => sum(stages.map(({ promptTokens, completionTokens }) => promptTokens + completionTokens)))) ?? 0,
            costUsd: costs.length === own.length ? mean(costs) : null,
          },
    episode: {
      turns: mean(rows.flatMap((row) => row.turns ?? [])),
      tokens: mean(rows.flatMap(({ usage }) => (usage === undefined ? [] : [usage.promptTokens + usage.completionTokens]))),
      costUsd: mean(rows.flatMap((row) => row.volatile?.costUsd ?? [])),
    },
  };
}

const sum = (values: readonly number[]): number => values.reduce((total, value) => total + value, 0);
const mean = (values: readonly number[]): number | null => (values.length === 0 ? null : sum(values) / values.length);
