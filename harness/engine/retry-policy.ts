import { ModelError, SandboxError, StoreError, UsageError } from "../core/errors.ts";
import { FailedAttempt } from "./unit.ts";

/** What to do with what a unit's attempt threw. */
export type Verdict =
  | { readonly next: "retry"; readonly class: string; readonly waitMs: number }
  /** The unit is given up and counted as errored; the run goes on. */
  | { readonly next: "give-up"; readonly class: string }
  /** Every other unit would meet the same: the run is drained and the error shown. Nothing is recorded against the unit. */
  | { readonly next: "stop-run"; readonly class: string };

export const maxUnitAttempts = 3;
const waits = [1_000, 5_000];

/** The error under any FailedAttempt wrapping. */
export function rootCause(error: unknown): unknown {
  return error instanceof FailedAttempt ? rootCause(error.cause) : error;
}

/**
 * Typed policy (architecture §4). The model client has already retried single calls; this decides about whole units.
 * Wrong key, unknown model, unreachable endpoint, full disk: no other unit can do better, so the run stops and can be resumed.
 */
export function judgeFailure(thrown: unknown, attempt: number): Verdict {
  const error = rootCause(thrown);
  const again = (name: string): Verdict =>
    attempt < maxUnitAttempts ? { next: "retry", class: name, waitMs: waits[attempt - 1] ?? 5_000 } : { next: "give-up", class: name };
  if (error instanceof UsageError) return { next: "stop-run", class: "usage" };
  if (error instanceof StoreError) return { next: "stop-run", class: "store" };
  if (error instanceof SandboxError) return again("sandbox");
  if (error instanceof ModelError) {
    const name = `model-${error.errorClass}`;
    // An endpoint that has never answered will not by waiting a little; one that has may just be restarting.
    if (error.errorClass === "connection" && (error.options.neverAnswered === true || attempt >= maxUnitAttempts))
      return { next: "stop-run", class: name };
    if (error.retryable) return again(name);
    if (error.errorClass === "bad-request" || error.errorClass === "overflow" || error.errorClass === "refused")
      return { next: "give-up", class: name };
    return { next: "stop-run", class: name };
  }
  return { next: "give-up", class: "crash" };
}
