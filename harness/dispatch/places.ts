import { randomUUID } from "node:crypto";
import type { Redis } from "ioredis";
import { Semaphore } from "redis-semaphore";

/** One of the calls that an endpoint takes at once, held until it is given back or its holder dies. */
export interface Place {
  giveBack(): void;
}

export interface Places extends AsyncDisposable {
  /** A place at `key`, of which there are `limit` over all processes; undefined when all are taken. */
  take(key: string, limit: number): Promise<Place | undefined>;
  /** How often holders renew what they hold, in milliseconds. */
  readonly renewEveryMs: number;
}

/** Places are leases (redis-semaphore): renewed while they are held, free again `leaseMs` after their holder went silent. */
export function openPlaces(redis: Redis, leaseMs: number): Places {
  const renewEveryMs = leaseMs / 10;
  const held = new Map<string, { readonly key: string; readonly limit: number }>();
  // The library would renew by itself, but not bear a Redis that answers with an error.
  const options = { lockTimeout: leaseMs, refreshInterval: 0, acquireAttemptsLimit: 1, retryInterval: 1 };

  /** A place that a Redis lost is taken again, so that its call goes on being counted. */
  const renew = async (identifier: string): Promise<void> => {
    const place = held.get(identifier);
    if (place === undefined) return;
    const { key, limit } = place;
    if (await new Semaphore(redis, key, limit, { ...options, identifier, acquiredExternally: true }).tryAcquire()) return;
    if (held.has(identifier)) await new Semaphore(redis, key, limit, { ...options, identifier }).tryAcquire();
  };
  let renewing = false;
  const renewAll = (): void => {
    if (renewing || redis.status !== "ready") return;
    renewing = true;
    Promise.all([...held.keys()].map((identifier) => renew(identifier).catch(() => undefined))).finally(() => {
      renewing = false;
    });
  };
  const timer = setInterval(renewAll, renewEveryMs).unref();
  redis.on("ready", renewAll);

  return {
    renewEveryMs,
    async take(key, limit) {
      const identifier = randomUUID();
      const semaphore = new Semaphore(redis, key, limit, { ...options, identifier });
      if (!(await semaphore.tryAcquire())) return undefined;
      held.set(identifier, { key, limit });
      return {
        giveBack() {
          // What cannot be given back now is free when its lease ends.
          if (held.delete(identifier)) semaphore.release().catch(() => undefined);
        },
      };
    },
    async [Symbol.asyncDispose]() {
      clearInterval(timer);
      held.clear();
    },
  };
}
