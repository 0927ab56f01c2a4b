import { windowMs } from "../core/gate.ts";

/** Spaces starts evenly so that a rate per minute is never exceeded: after a start of `cost`, the next may follow cost/rate later. */
export interface Pace {
  /** When the next start may happen; not after `now` means at once. */
  readyAt(): number;
  start(now: number, cost: number): void;
  /** Corrects an estimate once the real cost is known; the difference may be negative. */
  correct(difference: number): void;
}

/** A pace of `perMinute` units (requests or tokens). No burst is saved up: an idle minute does not allow two minutes' worth at once. */
export function createPace(perMinute: number): Pace {
  const msPerUnit = 60_000 / perMinute;
  let freeAt = Number.NEGATIVE_INFINITY;
  return {
    readyAt: () => freeAt,
    start: (now, cost) => {
      freeAt = Math.max(now, freeAt) + cost * msPerUnit;
    },
    correct: (difference) => {
      freeAt += difference * msPerUnit;
    },
  };
}

/** A little less than a limit a minute, so that no 60 seconds at the endpoint see more of them, however long single ones are on the way. */
export function withMargin(perMinute: number | undefined): number | undefined {
  return perMinute === undefined ? undefined : (perMinute * 60_000) / windowMs;
}
