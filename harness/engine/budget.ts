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

/** Counts what a run spends, call by call, and orders a drain when a ceiling is reached. Nothing is started after that; episodes under way finish, so the overrun is at most what they still need (their turn limit bounds it). */
export interface Budget {
  /** One call, or `calls` of them together. */
  add(call: { readonly calls?: number; readonly tokens: number; readonly costUsd: number | undefined }): void;
  readonly spent: Spend;
}

export function openBudget(ceilings: Ceilings, stop: StopOrder): Budget {
  let calls = 0;
  let tokens = 0;
  let known = 0;
  let unpriced = 0;
  return {
    add(call) {
      calls += call.calls ?? 1;
      tokens += call.tokens;
      if (call.costUsd === undefined) unpriced += call.calls ?? 1;
      else known += call.costUsd;
      if (ceilings.maxCalls !== undefined && calls >= ceilings.maxCalls)
        stop.drain(`the budget of ${ceilings.maxCalls} model calls is used up`);
      if (ceilings.maxTokens !== undefined && tokens >= ceilings.maxTokens)
        stop.drain(`the budget of ${ceilings.maxTokens} tokens is used up`);
      if (ceilings.maxCostUsd !== undefined && known >= ceilings.maxCostUsd)
        stop.drain(`the budget of ${ceilings.maxCostUsd} USD is used up`);
    },
    get spent() {
      return { calls, tokens, costUsd: unpriced > 0 ? undefined : known };
    },
  };
}
