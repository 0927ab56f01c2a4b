import type { Clock } from "./clock.ts";

/** A clock for tests: time stands still until `advance`, which wakes sleepers in order of their time. */
export interface ManualClock extends Clock {
  /** Moves time on by `ms`, letting every sleeper due on the way run, and what they start. */
  advance(ms: number): Promise<void>;
  /** Every `sleep` asked for, in order. */
  readonly sleeps: readonly number[];
}

/** `instant`: a sleep moves time itself and returns at once, for code that runs alone. */
export function manualClock(options: { readonly instant?: boolean; readonly date?: number } = {}): ManualClock {
  let time = 0;
  const sleeps: number[] = [];
  const sleepers: { readonly at: number; readonly wake: () => void; gone: boolean }[] = [];
  const settle = async (): Promise<void> => {
    for (let i = 0; i < 20; i += 1) await Promise.resolve();
  };
  return {
    sleeps,
    now: () => time,
    date: () => (options.date ?? 1_700_000_000_000) + time,
    sleep: (ms, signal) =>
      new Promise((resolve, reject) => {
        if (signal?.aborted) {
          reject(signal.reason);
          return;
        }
        sleeps.push(ms);
        if (options.instant) {
          time += ms;
          resolve();
          return;
        }
        const sleeper = { at: time + ms, wake: () => resolve(), gone: false };
        sleepers.push(sleeper);
        signal?.addEventListener("abort", () => {
          sleeper.gone = true;
          reject(signal.reason);
        });
      }),
    advance: async (ms) => {
      const end = time + ms;
      await settle();
      for (;;) {
        const due = sleepers.filter((s) => !s.gone && s.at <= end).sort((a, b) => a.at - b.at)[0];
        if (due === undefined) break;
        time = Math.max(time, due.at);
        due.gone = true;
        due.wake();
        await settle();
      }
      time = end;
    },
  };
}
