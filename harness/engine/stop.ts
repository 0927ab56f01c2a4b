import { setMaxListeners } from "node:events";

/** Thrown for a unit that was not started because the run is being stopped. Not an error of the unit. */
export class Stopped extends Error {
  override readonly name = "Stopped";
}

/** One run's stop order. `drain` starts nothing new and lets units under way finish; `abort` cuts them off too. */
export interface StopOrder {
  readonly reason: string | undefined;
  readonly signal: AbortSignal;
  drain(reason: string): void;
  abort(reason: string): void;
  /** Throws Stopped once draining has begun. */
  check(): void;
  /** Resolves with the reason when a stop is ordered. */
  readonly ordered: Promise<string>;
}

/** A fresh order for one run. The first reason given is the one that counts. */
export function createStopOrder(): StopOrder {
  const controller = new AbortController();
  setMaxListeners(0, controller.signal); // every unit under way listens
  let reason: string | undefined;
  let tell: (reason: string) => void = () => undefined;
  const ordered = new Promise<string>((resolve) => {
    tell = resolve;
  });
  const drain = (why: string): void => {
    reason ??= why;
    tell(reason);
  };
  return {
    get reason() {
      return reason;
    },
    signal: controller.signal,
    ordered,
    drain,
    abort(why) {
      drain(why);
      controller.abort(new Stopped(why));
    },
    check() {
      if (reason !== undefined) throw new Stopped(reason);
    },
  };
}
