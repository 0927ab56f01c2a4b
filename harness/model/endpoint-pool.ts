/**
 * Who may call which replica when. Concurrency per endpoint shrinks on 429 and grows back (AIMD), starts are paced, failing replicas are
 * stepped around, waiting callers are served in order.
 */
import type { Clock } from "./clock.ts";
import { createPace, type Pace } from "./pace.ts";

export interface PooledEndpoint {
  readonly concurrency: number;
  readonly rpm: number | undefined;
  readonly tpm: number | undefined;
}

/** Permission for one attempt at one endpoint; give it back with `release` exactly once. */
export interface Lease {
  readonly index: number;
  /** Position among all leases, to tell attempts that started before a slow-down from later ones. */
  readonly order: number;
  readonly tokens: number;
}

/** How an attempt went, as far as it says something about its endpoint. */
export type LeaseEnd =
  /** Answered; `tokens` used in fact, when known. */
  | { readonly kind: "ok"; readonly tokens?: number }
  /** Asked to slow down: concurrency is halved, and nothing is sent for `pauseMs`. */
  | { readonly kind: "slow-down"; readonly pauseMs?: number }
  /** Did not answer properly: other replicas are preferred for a while. */
  | { readonly kind: "broken" }
  /** Says nothing about the endpoint. */
  | { readonly kind: "neutral" };

export interface EndpointStatus {
  readonly inFlight: number;
  /** Calls allowed at once right now; between 1 and the configured concurrency. */
  readonly limit: number;
  readonly pausedMs: number;
  readonly everAnswered: boolean;
}

export interface EndpointPool {
  /**
   * Waits for a free place. `prefer` names the replica that probably has the conversation's prefix cached, `avoid` the one that has just failed.
   * Rejects with the signal's reason when aborted.
   */
  acquire(wish: { tokens: number; prefer?: number; avoid?: number; signal?: AbortSignal }): Promise<Lease>;
  release(lease: Lease, end: LeaseEnd): void;
  /** True when a replica other than `index` could take a call now. */
  hasAlternative(index: number): boolean;
  status(): readonly EndpointStatus[];
}

interface State {
  readonly max: number;
  readonly paces: readonly { readonly pace: Pace; readonly per: "call" | "token" }[];
  limit: number;
  inFlight: number;
  starts: number;
  pausedUntil: number;
  avoidUntil: number;
  failures: number;
  loweredAt: number;
  everAnswered: boolean;
}

interface Waiter {
  readonly tokens: number;
  readonly prefer: number | undefined;
  readonly avoid: number | undefined;
  readonly grant: (lease: Lease) => void;
  gone: boolean;
}

/** A cached prefix is worth this much more load on its replica, as a share of the replica's limit. */
const affinityLoad = 0.25;
const firstAvoidMs = 500;
const longestAvoidMs = 30_000;

/** A pool over at least one endpoint. */
export function createEndpointPool(endpoints: readonly PooledEndpoint[], clock: Clock): EndpointPool {
  const states: State[] = endpoints.map((e) => ({
    max: e.concurrency,
    paces: [
      ...(e.rpm === undefined ? [] : [{ pace: createPace(e.rpm), per: "call" as const }]),
      ...(e.tpm === undefined ? [] : [{ pace: createPace(e.tpm), per: "token" as const }]),
    ],
    limit: e.concurrency,
    inFlight: 0,
    starts: 0,
    pausedUntil: Number.NEGATIVE_INFINITY,
    avoidUntil: Number.NEGATIVE_INFINITY,
    failures: 0,
    loweredAt: 0,
    everAnswered: false,
  }));
  const queue: Waiter[] = [];
  let order = 0;
  let alarm: { readonly at: number; readonly cancel: AbortController } | undefined;

  const openAt = (s: State): number => s.paces.reduce((at, p) => Math.max(at, p.pace.readyAt()), s.pausedUntil);
  const hasRoom = (s: State): boolean => s.inFlight < Math.floor(s.limit);

  function choose(now: number, waiter: Waiter): number | undefined {
    const healthy = states.some((s) => s.avoidUntil <= now);
    let ready = [...states.keys()].filter((i) => {
      const s = states[i];
      return s !== undefined && (!healthy || s.avoidUntil <= now) && hasRoom(s) && openAt(s) <= now;
    });
    if (ready.length > 1) ready = ready.filter((i) => i !== waiter.avoid);
    const load = (i: number): number => (states[i]?.inFlight ?? 0) / (states[i]?.limit ?? 1);
    ready.sort((a, b) => load(a) - load(b) || (states[a]?.starts ?? 0) - (states[b]?.starts ?? 0));
    const least = ready[0];
    if (least === undefined) return undefined;
    const { prefer } = waiter;
    return prefer !== undefined && ready.includes(prefer) && load(prefer) <= load(least) + affinityLoad ? prefer : least;
  }

  function dispatch(): void {
    for (;;) {
      while (queue[0]?.gone) queue.shift();
      const waiter = queue[0];
      if (waiter === undefined) break;
      const now = clock.now();
      const index = choose(now, waiter);
      const state = index === undefined ? undefined : states[index];
      if (index === undefined || state === undefined) {
        setAlarm(now);
        return;
      }
      queue.shift();
      state.inFlight += 1;
      state.starts += 1;
      order += 1;
      for (const p of state.paces) p.pace.start(now, p.per === "call" ? 1 : waiter.tokens);
      waiter.grant({ index, order, tokens: waiter.tokens });
    }
    alarm?.cancel.abort();
    alarm = undefined;
  }

  /** A full endpoint wakes the queue by a release; a paused, paced or avoided one by time. */
  function setAlarm(now: number): void {
    const times = states.filter(hasRoom).map((s) => Math.max(openAt(s), s.avoidUntil));
    const at = Math.min(...times.filter((t) => t > now));
    if (alarm !== undefined && alarm.at <= at) return;
    alarm?.cancel.abort();
    alarm = undefined;
    if (!Number.isFinite(at)) return;
    const mine = { at, cancel: new AbortController() };
    alarm = mine;
    clock.sleep(at - now, mine.cancel.signal).then(
      () => {
        if (alarm === mine) alarm = undefined;
        dispatch();
      },
      () => undefined, // cancelled: another alarm or an empty queue took its place
    );
  }

  function settle(s: State, lease: Lease, end: LeaseEnd, now: number): void {
    switch (end.kind) {
      case "ok":
        s.everAnswered = true;
        s.failures = 0;
        s.avoidUntil = Number.NEGATIVE_INFINITY;
        // One more place per round of answers.
        s.limit = Math.min(s.max, s.limit + 1 / s.limit);
        for (const p of s.paces) if (p.per === "token" && end.tokens !== undefined) p.pace.correct(end.tokens - lease.tokens);
        return;
      case "slow-down":
        s.everAnswered = true;
        // A burst of 429 from attempts that started together is one message, not many.
        if (lease.order > s.loweredAt) {
          s.limit = Math.max(1, s.limit / 2);
          s.loweredAt = order;
        }
        if (end.pauseMs !== undefined) s.pausedUntil = Math.max(s.pausedUntil, now + end.pauseMs);
        return;
      case "broken":
        s.avoidUntil = now + Math.min(longestAvoidMs, firstAvoidMs * 2 ** Math.min(s.failures, 16));
        s.failures += 1;
        return;
      case "neutral":
        return;
    }
  }

  return {
    acquire: ({ tokens, prefer, avoid, signal }) =>
      new Promise((resolve, reject) => {
        if (signal?.aborted) {
          reject(signal.reason);
          return;
        }
        const onAbort = (): void => {
          waiter.gone = true;
          reject(signal?.reason);
          dispatch();
        };
        const waiter: Waiter = {
          tokens,
          prefer,
          avoid,
          gone: false,
          grant: (lease) => {
            signal?.removeEventListener("abort", onAbort);
            resolve(lease);
          },
        };
        signal?.addEventListener("abort", onAbort, { once: true });
        queue.push(waiter);
        dispatch();
      }),
    release: (lease, end) => {
      const s = states[lease.index];
      if (s === undefined) return;
      s.inFlight -= 1;
      settle(s, lease, end, clock.now());
      dispatch();
    },
    hasAlternative: (index) => {
      const now = clock.now();
      return states.some((s, i) => i !== index && s.avoidUntil <= now && hasRoom(s) && openAt(s) <= now);
    },
    status: () => {
      const now = clock.now();
      return states.map((s) => ({
        inFlight: s.inFlight,
        limit: Math.floor(s.limit),
        pausedMs: Math.max(0, s.pausedUntil - now),
        everAnswered: s.everAnswered,
      }));
    },
  };
}
