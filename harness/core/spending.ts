import type { CallMeta, Usage } from "./record.ts";

/** Sum of two usages, field by field. */
export function addUsage(a: Usage, b: Usage): Usage {
  return {
    calls: a.calls + b.calls,
    promptTokens: a.promptTokens + b.promptTokens,
    completionTokens: a.completionTokens + b.completionTokens,
    reasoningTokens: a.reasoningTokens + b.reasoningTokens,
    cachedTokens: a.cachedTokens + b.cachedTokens,
  };
}

/** What calls cost together; undefined when one of them has no known price: unknown is never 0. */
export function totalCost(calls: readonly CallMeta[]): number | undefined {
  let sum = 0;
  for (const { costUsd } of calls) {
    if (costUsd === undefined) return undefined;
    sum += costUsd;
  }
  return sum;
}

/** What a unit record keeps of its calls beside the calls themselves: cost, and every fingerprint and endpoint that answered, sorted. */
export function factsOf(calls: readonly CallMeta[]): {
  readonly costUsd?: number;
  readonly fingerprints: readonly string[];
  readonly endpoints: readonly string[];
} {
  return {
    costUsd: totalCost(calls),
    fingerprints: [...new Set(calls.flatMap((call) => call.fingerprint ?? []))].sort(),
    endpoints: [...new Set(calls.map((call) => call.endpoint))].sort(),
  };
}
