import type { Leak } from "../../../harness/core/contract.ts";

/** What a text may not tell of one task. */
export interface TaskFacts {
  readonly answer: string;
  readonly problem: string;
  readonly id: string;
}

/** A leak and where in the text it begins. */
export type PlacedLeak = Leak & { readonly at: number };
