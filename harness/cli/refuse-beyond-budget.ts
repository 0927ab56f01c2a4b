import { UsageError } from "../core/errors.ts";
import type { ExperimentSpec } from "../core/spec.ts";
import { estimateExperiment } from "../experiment/estimate.ts";
import type { Parts } from "../experiment/parts.ts";
import type { Resolved } from "../experiment/resolve-experiment.ts";

/** Refuses, before anything is spent, a plan that is expected to exceed its ceilings, and a cost ceiling over models without prices. */
export async function refuseBeyondBudget(resolved: Resolved, parts: Parts, spec: ExperimentSpec): Promise<void> {
  const { budget } = spec;
  if (budget.max_cost_usd === undefined && budget.max_calls === undefined && budget.max_tokens === undefined) return;
  const unpriced = [...parts.models.values()].find((one) => one.spec.prices === undefined);
  if (budget.max_cost_usd !== undefined && unpriced !== undefined)
    throw new UsageError(
      `budget.max_cost_usd cannot be kept for model ${unpriced.spec.name}, which has no prices; add prices to its file, or use budget.max_calls or budget.max_tokens`,
    );
  const total = { calls: 0, tokens: 0, costUsd: 0 };
  for (const one of await estimateExperiment(resolved, parts)) {
    total.calls += one.calls ?? 0;
    total.tokens += one.tokens ?? 0;
    total.costUsd += one.costUsd ?? 0;
  }
  const check = (name: string, expected: number, ceiling: number | undefined): void => {
    if (ceiling !== undefined && expected > ceiling)
      throw new UsageError(
        `what is missing is expected to take ${name === "max_cost_usd" ? `$${expected.toFixed(2)}` : Math.round(expected)}, above budget.${name} ${ceiling}; raise it or measure less with --limit or --tasks`,
      );
  };
  check("max_calls", total.calls, budget.max_calls);
  check("max_tokens", total.tokens, budget.max_tokens);
  check("max_cost_usd", total.costUsd, budget.max_cost_usd);
}
