/** One call, several attempts: waits for a place, tries, backs off, steps over to another replica. */
import { ModelError } from "../core/errors.ts";
import { type Admission, type EndpointLimits, freshMs, type Gate } from "../core/gate.ts";
import type { CallFailure } from "./classify-failure.ts";
import type { Clock } from "./clock.ts";
import type { EndpointPool, Lease, LeaseEnd } from "./endpoint-pool.ts";

/** Outcome of one attempt. `tokens` corrects the pacing estimate. */
export type Attempt<T> =
  | { readonly ok: true; readonly value: T; readonly tokens?: number }
  | { readonly ok: false; readonly failure: CallFailure };

export interface Backoff {
  /** Wait before the second attempt, doubled from there on. */
  readonly baseMs: number;
  readonly capMs: number;
  /** No Retry-After is honoured beyond this. */
  readonly retryAfterCapMs: number;
}
export const defaultBackoff: Backoff = { baseMs: 500, capMs: 30_000, retryAfterCapMs: 120_000 };

export interface RetryPlan {
  readonly pool: EndpointPool;
  readonly gate?: Gate;
  /** Of the endpoints of the pool, in its order. */
  readonly limits?: readonly (EndpointLimits | undefined)[];
  readonly clock: Clock;
  readonly maxAttempts: number;
  readonly backoff: Backoff;
  /** Uniform in [0, 1); spreads waits, never touches results. */
  readonly random: () => number;
  readonly redact: (text: string) => string;
  readonly tokens: number;
  readonly prefer?: number;
  readonly signal?: AbortSignal;
  /** Told when the call begins to wait for its turn, and when it no longer does. */
  readonly onWait?: (waiting: boolean) => void;
  readonly onRetry?: (failure: CallFailure, attempt: number, waitMs: number, endpoint: number) => void;
}

/** Attempts at an endpoint where nothing has ever answered. */
const fewAttempts = 3;

/** The first success. Throws a ModelError with the last failure's class and words once attempts are used up, at once where another cannot help. */
export async function callWithRetries<T>(
  attempt: (endpoint: number, signal: AbortSignal | undefined) => Promise<Attempt<T>>,
  plan: RetryPlan,
): Promise<{ readonly value: T; readonly attempts: number; readonly endpoint: number }> {
  const { pool, clock, signal } = plan;
  let avoid: number | undefined;
  for (let attempts = 1; ; attempts += 1) {
    const { lease, admission } = await orAborted(takeTurn(plan, avoid), signal, attempts - 1);
    let end: LeaseEnd = { kind: "neutral" };
    let outcome: Attempt<T>;
    try {
      outcome = await attempt(lease.index, signal);
      end = leaseEnd(outcome, plan.backoff);
    } finally {
      admission?.end({
        tokens: end.kind === "ok" ? end.tokens : undefined,
        pauseMs: end.kind === "slow-down" ? end.pauseMs : undefined,
      });
      pool.release(lease, end);
    }
    if (outcome.ok) return { value: outcome.value, attempts, endpoint: lease.index };
    const { failure } = outcome;
    if (signal?.aborted || failure.errorClass === "aborted") throw abortedError(signal, attempts);
    const answered = pool.status().some((s) => s.everAnswered);
    const most =
      failure.retry === "no" ? 1 : failure.retry === "few" && !answered ? Math.min(fewAttempts, plan.maxAttempts) : plan.maxAttempts;
    if (attempts >= most) throw finalError(failure, attempts, !answered, plan.redact);
    avoid = lease.index;
    const waitMs = pool.hasAlternative(lease.index) ? 0 : waitBefore(attempts, failure, plan);
    plan.onRetry?.({ ...failure, message: plan.redact(failure.message) }, attempts, waitMs, lease.index);
    if (waitMs > 0) await orAborted(clock.sleep(waitMs, signal), signal, attempts);
  }
}

/** A place at an endpoint here, and leave from everybody else. */
async function takeTurn(plan: RetryPlan, avoid: number | undefined): Promise<{ lease: Lease; admission: Admission | undefined }> {
  const { pool, tokens, prefer, signal, onWait } = plan;
  onWait?.(true);
  try {
    const lease = await pool.acquire({ tokens, prefer, avoid, signal });
    try {
      return { lease, admission: await admit(lease, plan) };
    } catch (error) {
      pool.release(lease, { kind: "neutral" });
      throw error;
    }
  } finally {
    onWait?.(false);
  }
}

/** Leave from whoever shares the endpoint's limits, asked for again when it went stale on its way here. */
async function admit(lease: Lease, { gate, limits, tokens, clock, signal }: RetryPlan): Promise<Admission | undefined> {
  for (;;) {
    const admission = await gate?.admit(limits?.[lease.index], tokens, signal);
    if (admission === undefined || clock.date() - admission.at <= freshMs) return admission;
    admission.end({});
  }
}

function leaseEnd<T>(outcome: Attempt<T>, backoff: Backoff): LeaseEnd {
  if (outcome.ok) return { kind: "ok", tokens: outcome.tokens };
  const { load, retryAfterMs } = outcome.failure;
  if (load !== "slow-down") return { kind: load };
  return { kind: "slow-down", pauseMs: retryAfterMs === undefined ? undefined : Math.min(retryAfterMs, backoff.retryAfterCapMs) };
}

/** Exponential with half of it random, never less than what the server asked for (capped), and a little more so that callers spread. */
function waitBefore(attempts: number, failure: CallFailure, plan: RetryPlan): number {
  const { baseMs, capMs, retryAfterCapMs } = plan.backoff;
  const full = Math.min(capMs, baseMs * 2 ** (attempts - 1));
  const jittered = full * (0.5 + 0.5 * plan.random());
  if (failure.retryAfterMs === undefined) return jittered;
  const asked = Math.min(failure.retryAfterMs, retryAfterCapMs);
  return asked + Math.min(jittered, 0.1 * asked + baseMs * 0.1);
}

async function orAborted<T>(work: Promise<T>, signal: AbortSignal | undefined, attempts: number): Promise<T> {
  try {
    return await work;
  } catch (error) {
    if (signal?.aborted) throw abortedError(signal, attempts);
    throw error;
  }
}

/** The error of a call that its caller gave up; the signal's reason is the cause. */
export function abortedError(signal: AbortSignal | undefined, attempts: number): ModelError {
  return new ModelError("The model call was cancelled.", "aborted", { attempts, cause: signal?.reason });
}

function finalError(failure: CallFailure, attempts: number, neverAnswered: boolean, redact: (text: string) => string): ModelError {
  const suffix = attempts > 1 ? ` (${attempts} attempts)` : "";
  return new ModelError(redact(failure.message) + suffix, failure.errorClass, {
    attempts,
    neverAnswered,
    ...(failure.status === undefined ? {} : { status: failure.status }),
    ...(failure.retryAfterMs === undefined ? {} : { retryAfterMs: failure.retryAfterMs }),
  });
}
