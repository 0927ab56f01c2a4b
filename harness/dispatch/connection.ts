import { Redis } from "ioredis";
import { UsageError } from "../core/errors.ts";

/** How often workers say that they live, and what they have spent. */
export const beatEveryMs = 5000;

/** Names of one queue's keys in Redis. */
export const keysOf = (queue: string) => ({
  run: (id: string): string => `t2s:${queue}:run:${id}`,
  /** Calls, tokens and cost of a run since its coordinator began, a total for each worker. */
  spend: (id: string, coordinator: string): string => `t2s:${queue}:spend:${id}:${coordinator}`,
  worker: (id: string): string => `t2s:${queue}:worker:${id}`,
  /** Messages to workers: {run, abort}. */
  orders: `t2s:${queue}:orders`,
});

/** A URL for people: without user name and password. Throws UsageError when it is no Redis URL. */
export function redisName(url: string): string {
  const parsed = URL.canParse(url) ? new URL(url) : undefined;
  if (parsed === undefined || !/^rediss?:$/.test(parsed.protocol) || parsed.hostname === "")
    throw new UsageError(
      `"${url.replace(/\/\/[^@/]*@/, "//***@")}" is no address of a Redis; write redis://HOST:PORT, or rediss:// for TLS`,
    );
  return `${parsed.protocol}//${parsed.host}${parsed.pathname.replace(/^\/$/, "")}`;
}

/** A connection that hangs, as one to a machine that was cut off does, is taken up anew. Longer than any blocking read of BullMQ (10 s). */
const silentForMs = 20_000;

/** Connects to Redis once, so that a wrong address is told at once; afterwards the connection is taken up again whenever it breaks. Throws UsageError naming the address. */
export async function connect(url: string): Promise<Redis> {
  const name = redisName(url);
  const first = new Redis(url, { maxRetriesPerRequest: null, lazyConnect: true, connectTimeout: 10_000, retryStrategy: () => null });
  first.on("error", () => undefined);
  try {
    await first.connect();
    await first.ping();
  } catch (cause) {
    throw new UsageError(
      `no Redis answers at ${name} (${cause instanceof Error ? cause.message : cause}); start one, or give its address`,
      { cause },
    );
  } finally {
    first.disconnect();
  }
  return quiet(
    new Redis(url, { maxRetriesPerRequest: null, retryStrategy: (times) => Math.min(times * 200, 2000), socketTimeout: silentForMs }),
  );
}

/** A further connection to the same Redis. */
export const duplicate = (redis: Redis): Redis => quiet(redis.duplicate());

/** It reconnects by itself; who watches jobs tells of longer outages. */
function quiet(redis: Redis): Redis {
  return redis.on("error", () => undefined);
}
