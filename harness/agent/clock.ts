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
