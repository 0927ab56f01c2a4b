import type { Hash } from "./json.ts";

/** An endpoint as far as its limits go. `key` is a hash over the model's served name and the address without credentials, so that it may be seen by others. */
export interface EndpointLimits {
  readonly key: Hash;
  /** Attempts under way at once. */
  readonly concurrency: number;
  /** Attempts that reach it within any 60 seconds. */
  readonly rpm?: number;
  /** Tokens a minute, on average. */
  readonly tpm?: number;
}

/** Leave to make one attempt at a call; whoever got it ends it exactly once. */
export interface Admission {
  /** Wall-clock milliseconds of this machine from which on it counts. It is good for `freshMs`. */
  readonly at: number;
  /** `tokens`: what was used in fact, when known; `pauseMs`: how long the endpoint asked everybody to wait. */
  end(how: { readonly tokens?: number; readonly pauseMs?: number }): void;
}

/** Who is asked before every attempt at a call, by everybody that shares the limits. */
export interface Gate {
  /**
   * Waits until an attempt of about so many tokens may be made. `endpoint` is undefined for one that belongs to this process alone. Rejects with the signal's reason when
   * aborted, and with a ModelError of class `budget` when no further call may be made.
   */
  admit(endpoint: EndpointLimits | undefined, tokens: number, signal?: AbortSignal): Promise<Admission>;
}

/** So long after `at` an attempt may still be begun; a later one has to ask again. */
export const freshMs = 700;
/** Limits a minute are kept over this time: with an attempt begun `freshMs` late and 300 ms on the way, no 60 seconds at the endpoint see more than the limit. */
export const windowMs = 61_000;
