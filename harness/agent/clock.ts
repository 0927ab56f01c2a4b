/** Time as the loop needs it: monotonic, and never part of a record or a key. */
export interface Clock {
  /** Milliseconds since some fixed moment. */
  now(): number;
  /** Calls `ring` once after `ms`; returns what cancels it. */
  after(ms: number, ring: () => void): () => void;
}

/** setTimeout fires at once for anything longer (about 24.8 days). */
const longestTimer = 2 ** 31 - 1;

export const monotonicClock: Clock = {
  now: () => performance.now(),
  after: (ms, ring) => {
    const timer = setTimeout(ring, Math.min(ms, longestTimer));
    return () => clearTimeout(timer);
  },
};

/** What is left of an episode's time. It stands still while a call waits for its turn at an endpoint: how busy others keep that is nothing the agent could have been quicker at. */
export interface EpisodeTimer {
  remainingMs(): number;
  /** Whether a call is waiting for its turn. */
  onWait(waiting: boolean): void;
  cancel(): void;
}

/** Starts it; `over` is called once when the time is up. */
export function startTimer(clock: Clock, limitMs: number, over: () => void): EpisodeTimer {
  let endsAt = clock.now() + limitMs;
  let waitingSince: number | undefined;
  let cancelAlarm = clock.after(limitMs, over);
  const remainingMs = (): number => endsAt - (waitingSince ?? clock.now());
  return {
    remainingMs,
    onWait(waiting) {
      if (waiting === (waitingSince !== undefined)) return;
      const now = clock.now();
      if (waitingSince === undefined) {
        waitingSince = now;
        cancelAlarm();
      } else {
        endsAt += now - waitingSince;
        waitingSince = undefined;
        cancelAlarm = clock.after(Math.max(0, endsAt - now), over);
      }
    },
    cancel: () => cancelAlarm(),
  };
}
