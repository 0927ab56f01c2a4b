import { ModelError } from "../core/errors.ts";
import type { Gate } from "../core/gate.ts";
import type { StopOrder } from "./stop.ts";

export interface Ceilings {
  readonly maxCostUsd?: number;
  readonly maxCalls?: number;
  readonly maxTokens?: number;
}

export interface Spend {
  readonly calls: number;
  readonly tokens: number;
  /** undefined as soon as one call had no known price: an unknown cost is never 0. */
  readonly costUsd: number | undefined;
}

/** Why no further call may be made; undefined while the ceilings leave room. An unknown cost counts as nothing: runs over models without prices are refused a cost ceiling. */
export function usedUp(
  ceilings: Ceilings,
  { calls, tokens, knownUsd }: { calls: number; tokens: number; knownUsd: number },
): string | undefined {
  if (ceilings.maxCalls !== undefined && calls >= ceilings.maxCalls) return `the budget of ${ceilings.maxCalls} model calls is used up`;
  if (ceilings.maxTokens !== undefined && tokens >= ceilings.maxTokens) return `the budget of ${ceilings.maxTokens} tokens is used up`;
  if (ceilings.maxCostUsd !== undefined && knownUsd >= ceilings.maxCostUsd) return `the budget of ${ceilings.maxCostUsd} USD is used up`;
  return undefined;
}

/**
 * Counts what a run spends, call by call. When a ceiling is reached nothing new is started, and units under way are cut short before their next call (`withinBudget`), so that the
 * overrun is at most one call for each of them.
 */
export interface Budget {
  readonly ceilings: Ceilings;
  /** One call, or `calls` of them together. */
  add(call: { readonly calls?: number; readonly tokens: number; readonly costUsd: number | undefined; readonly knownUsd?: number }): void;
  readonly spent: Spend;
  /** Why no further call may be made; undefined while the ceilings leave room. */
  refusal(): string | undefined;
}

export function openBudget(ceilings: Ceilings, stop: StopOrder): Budget {
  let calls = 0;
  let tokens = 0;
  let knownUsd = 0;
  let unpriced = false;
  const refusal = (): string | undefined => usedUp(ceilings, { calls, tokens, knownUsd });
  return {
    ceilings,
    add(call) {
      calls += call.calls ?? 1;
      tokens += call.tokens;
      if (call.costUsd === undefined) unpriced = true;
      knownUsd += call.costUsd ?? call.knownUsd ?? 0;
      const why = refusal();
      if (why !== undefined) stop.drain(why);
    },
    get spent() {
      return { calls, tokens, costUsd: unpriced ? undefined : knownUsd };
    },
    refusal,
  };
}

/** A gate that also asks, last of all, whether the budget leaves room; `refusal` may take its time. */
export function withinBudget(
  gate: Gate | undefined,
  refusal: (signal: AbortSignal | undefined) => string | undefined | Promise<string | undefined>,
): Gate {
  return {
    async admit(endpoint, tokens, signal) {
      const admission = await gate?.admit(endpoint, tokens, signal);
      try {
        const why = await refusal(signal);
        if (why !== undefined) throw new ModelError(why, "budget");
      } catch (error) {
        admission?.end({});
        throw error;
      }
      return admission ?? { at: Date.now(), end: () => undefined };
    },
  };
}
