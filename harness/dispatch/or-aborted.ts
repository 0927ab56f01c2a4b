import { setTimeout } from "node:timers/promises";

/** What `work` gives, or at once the signal's reason when it is aborted; what comes afterwards is handed to `late`. */
export function orAborted<T>(work: Promise<T>, signal: AbortSignal | undefined, late: (value: T) => void = () => undefined): Promise<T> {
  if (signal === undefined) return work;
  return new Promise((resolve, reject) => {
    const abort = (): void => {
      reject(signal.reason);
      work.then(late, () => undefined);
    };
    if (signal.aborted) {
      abort();
      return;
    }
    signal.addEventListener("abort", abort, { once: true });
    work.then(resolve, reject).finally(() => signal.removeEventListener("abort", abort));
  });
}

/** Waits; rejects at once when aborted. */
export const sleep = (ms: number, signal?: AbortSignal): Promise<void> => setTimeout(ms, undefined, { signal });
