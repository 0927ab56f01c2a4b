import type { Redis } from "ioredis";
import pLimit from "p-limit";
import { messageOf, UsageError } from "../core/errors.ts";
import { type Admission, type EndpointLimits, freshMs, type Gate } from "../core/gate.ts";
import { orAborted, sleep } from "./or-aborted.ts";
import { openPlaces, type Place } from "./places.ts";
import { type Pace, redisPace } from "./redis-pace.ts";

export interface RedisGateOptions {
  /** A connection of its own, which is closed with the gate. */
  readonly redis: Redis;
  readonly say: (text: string) => void;
  /** How long after the death of a process its calls are still counted as under way; default 30 s. */
  readonly leaseMs?: number;
}

/** Leases are dated by the machine that takes them: one whose clock is further off would break them. */
const clockOffAtMostMs = 10_000;
/** A place that another process gives back is found by asking. */
const askAgainMs = 100;
const afterErrorMs = 500;
const tellAgainMs = 60_000;

/** Those of this process that wait for one endpoint. */
interface Line {
  readonly pace: Pace;
  /** One at a time asks Redis, in the order they came. */
  readonly one: ReturnType<typeof pLimit>;
  /** Tokens that earlier calls used beyond what they asked for, or negative, left over. The next one pays. */
  debt: number;
  /** Tells whoever waits that a place was given back here. */
  placeFree: () => void;
}

/**
 * Limits kept over all processes that ask the same Redis. Nobody is let through without its word: while it cannot be asked everybody waits, after an outage until those with
 * calls under way have said so again, and where it lost its memory as long. Throws UsageError when this machine's clock is far off.
 */
export async function redisGate({ redis, say, leaseMs = 30_000 }: RedisGateOptions): Promise<Gate & AsyncDisposable> {
  await refuseStrangeClock(redis);
  const places = openPlaces(redis, leaseMs);
  const closedMs = Math.ceil(places.renewEveryMs * 1.3);
  const lines = new Map<string, Line>();
  let disposed = false;
  let closedUntil = 0;
  redis.on("close", () => {
    closedUntil = Number.POSITIVE_INFINITY;
  });
  redis.on("ready", () => {
    closedUntil = Date.now() + closedMs;
  });
  let told = Number.NEGATIVE_INFINITY;

  /** What Redis answers; an error of it is no leave: the question is put again. */
  const ask = async <T>(question: () => Promise<T>, signal: AbortSignal | undefined, late?: (value: T) => void): Promise<T> => {
    for (;;) {
      signal?.throwIfAborted();
      try {
        return await orAborted(question(), signal, late);
      } catch (error) {
        if (signal?.aborted || disposed) throw error;
        if (Date.now() - told > tellAgainMs)
          say(`limits of endpoints cannot be asked of Redis (${messageOf(error)}); calls wait until they can`);
        told = Date.now();
        await sleep(afterErrorMs, signal);
      }
    }
  };

  const isOpen = async ({ pace }: Line, signal: AbortSignal | undefined): Promise<boolean> =>
    Date.now() >= closedUntil && (await ask(() => pace.isOpen(), signal)) && Date.now() >= closedUntil;

  /** A place, once Redis has known the endpoint for long enough that those who hold places there have told it. */
  const takePlace = async ({ key, concurrency }: EndpointLimits, line: Line, signal: AbortSignal | undefined): Promise<Place> => {
    for (;;) {
      if (await isOpen(line, signal)) {
        const place = await ask(
          () => places.take(`t2s:${key}`, concurrency),
          signal,
          (late) => late?.giveBack(),
        );
        if (place !== undefined) return place;
      }
      const freed = new Promise<void>((resolve) => {
        line.placeFree = resolve;
      });
      await Promise.race([freed, sleep(askAgainMs * (0.5 + Math.random()), signal)]);
    }
  };

  const pass = async (endpoint: EndpointLimits, line: Line, tokens: number, signal: AbortSignal | undefined): Promise<Admission> => {
    for (;;) {
      const place = await takePlace(endpoint, line, signal);
      try {
        for (let open = true; open; open = await isOpen(line, signal)) {
          const cost = tokens + line.debt;
          const at = Date.now();
          const waitMs = line.pace.limited ? await ask(() => line.pace.start(Math.max(0, cost)), signal) : 0;
          if (waitMs > 0) await sleep(waitMs, signal);
          // An answer that was long on its way says nothing of now.
          else if (Date.now() - at <= freshMs && at >= closedUntil) {
            line.debt = Math.min(0, cost);
            return { at, end: (how) => endCall(line, place, tokens, how) };
          }
        }
        place.giveBack();
      } catch (error) {
        place.giveBack();
        throw error;
      }
    }
  };

  const endCall = (line: Line, place: Place, asked: number, { tokens, pauseMs = 0 }: Parameters<Admission["end"]>[0]): void => {
    if (tokens !== undefined) line.debt += tokens - asked;
    if (pauseMs > 0) ask(() => line.pace.pause(pauseMs), undefined).catch(() => undefined);
    place.giveBack();
    line.placeFree();
  };

  const lineOf = (endpoint: EndpointLimits): Line => {
    const { key, concurrency, rpm, tpm } = endpoint;
    const name = [key, concurrency, rpm, tpm].join(" ");
    const line = lines.get(name) ?? { pace: redisPace(redis, endpoint, closedMs), one: pLimit(1), debt: 0, placeFree: () => undefined };
    lines.set(name, line);
    return line;
  };

  return {
    async admit(endpoint, tokens, signal) {
      signal?.throwIfAborted();
      if (endpoint === undefined) return { at: Date.now(), end: () => undefined };
      const line = lineOf(endpoint);
      return await orAborted(
        line.one(() => pass(endpoint, line, tokens, signal)),
        signal,
        (late) => late.end({}),
      );
    },
    async [Symbol.asyncDispose]() {
      disposed = true;
      await places[Symbol.asyncDispose]();
      redis.disconnect();
    },
  };
}

async function refuseStrangeClock(redis: Redis): Promise<void> {
  const before = Date.now();
  const [seconds = 0, micros = 0] = (await redis.time()).map(Number);
  const offMs = seconds * 1000 + micros / 1000 - (before + Date.now()) / 2;
  if (Math.abs(offMs) > clockOffAtMostMs)
    throw new UsageError(
      `this machine's clock is ${Math.round(Math.abs(offMs) / 1000)} s ${offMs < 0 ? "ahead of" : "behind"} that of the Redis; set both by NTP`,
    );
}
