/** Time as the model client sees it; tests hand in one that does not wait. */
export interface Clock {
  /** Monotonic milliseconds from an arbitrary start. */
  now(): number;
  /** Wall-clock milliseconds since the epoch; only for HTTP dates. */
  date(): number;
  /** Resolves after `ms`; rejects with the signal's reason when aborted, at once when it already is. */
  sleep(ms: number, signal?: AbortSignal): Promise<void>;
}

// setTimeout turns anything longer into one millisecond.
const longestTimerMs = 2 ** 31 - 1;

export const systemClock: Clock = {
  now: () => performance.now(),
  date: () => Date.now(),
  sleep: (ms, signal) =>
    new Promise((resolve, reject) => {
      if (signal?.aborted) {
        reject(signal.reason);
        return;
      }
      const onAbort = (): void => {
        clearTimeout(timer);
        reject(signal?.reason);
      };
      const timer = setTimeout(
        () => {
          signal?.removeEventListener("abort", onAbort);
          resolve();
        },
        Math.min(ms, longestTimerMs),
      );
      signal?.addEventListener("abort", onAbort, { once: true });
    }),
};
