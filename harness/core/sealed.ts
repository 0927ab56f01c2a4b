import type { Json } from "./json.ts";
import type { Files } from "./record.ts";

/**
 * Ground truth of a task. Only benchmarks, evaluate/, evolve/ and experiment/ may import this file (the linter enforces it):
 * a rollout must be unable to name what it may not see. `hash` covers files and fields and is part of score keys only.
 */
export interface Sealed {
  readonly hash: string;
  readonly files: Files;
  readonly fields: { readonly [key: string]: Json };
}
