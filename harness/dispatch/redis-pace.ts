import type { Redis } from "ioredis";
import { RateLimiterRedis, RateLimiterRes } from "rate-limiter-flexible";
import { type EndpointLimits, windowMs } from "../core/gate.ts";

/**
 * The library's own script with milliseconds in the place of seconds, and two additions: an endpoint that Redis never heard of is closed at first (it may have been emptied, and
 * nobody knows who has just been let through), and more points than a window has are a pause that is made longer, never shorter.
 * KEYS[1]; ARGV: points, milliseconds, points a window has, milliseconds it is closed at first.
 */
const script = `
local known = KEYS[1] .. ':known'
if redis.call('exists', known) == 0 then
  redis.call('set', KEYS[1], ARGV[3], 'PX', ARGV[4], 'NX')
  redis.call('set', KEYS[1] .. ':closed', 1, 'PX', ARGV[4])
end
redis.call('set', known, 1, 'PX', 86400000 + ARGV[2])
redis.call('set', KEYS[1], 0, 'PX', ARGV[2], 'NX')
local consumed = redis.call('incrby', KEYS[1], ARGV[1])
local ttl = redis.call('pttl', KEYS[1])
if tonumber(ARGV[1]) > tonumber(ARGV[3]) and ttl < tonumber(ARGV[2]) then
  redis.call('pexpire', KEYS[1], ARGV[2])
  ttl = tonumber(ARGV[2])
end
return {consumed, ttl}`;

/** Starts at an endpoint that share its limits a minute. */
export interface Pace {
  /** Whether there are limits to ask for with `start`; without any, `isOpen` is enough. */
  readonly limited: boolean;
  /** Whether Redis knows the endpoint, has for long enough, and nobody paused it. One that it does not know becomes known by this, and is closed at first. */
  isOpen(): Promise<boolean>;
  /** 0: it may start, and is counted; else milliseconds until it is worth asking again. Rejects when Redis answers with an error. */
  start(tokens: number): Promise<number>;
  /** Nobody starts for so long. */
  pause(ms: number): Promise<void>;
}

/** Above this many windows a minute, several starts share one: finer ones would be lost in the way to Redis and back. */
const windowsAMinute = 240;

/**
 * So many starts in so many milliseconds that no 61 seconds see more than `rpm`: starts at even distances, or, above 240 a minute, windows with several starts anywhere in them,
 * of which an interval can cut one more than it can hold.
 */
export function evenWindow(rpm: number | undefined): { readonly points: number; readonly ms: number } {
  if (rpm === undefined) return { points: 1, ms: 1 };
  const points = Math.max(1, Math.ceil(rpm / windowsAMinute));
  if (points === 1) return { points, ms: Math.ceil(windowMs / rpm) };
  return { points, ms: Math.ceil(windowMs / (Math.floor(rpm / points) - 1)) };
}

/** Kept by Redis's own clock (rate-limiter-flexible). `closedMs`: how long nobody starts where Redis knows nothing of the endpoint. */
export function redisPace(redis: Redis, { key, rpm, tpm }: EndpointLimits, closedMs: number): Pace {
  // Tokens make windows of different lengths, which only hold when each has one start.
  const window = tpm === undefined ? evenWindow(rpm) : { points: 1, ms: rpm === undefined ? 1 : Math.ceil(windowMs / rpm) };
  const limiter = new RateLimiterRedis({
    storeClient: redis,
    keyPrefix: "t2s:pace",
    points: window.points,
    duration: Math.max(closedMs, window.ms),
    customIncrTtlLuaScript: script,
  });
  const name = `t2s:pace:${key}`;
  const limited = rpm !== undefined || tpm !== undefined;
  return {
    limited,
    async isOpen() {
      const [known, closed, started] = await redis.mget(`${name}:known`, `${name}:closed`, name);
      if (known === null) await this.start(0);
      // With limits, starts are told how long a pause still is.
      return known !== null && closed === null && (limited || Number(started ?? 0) <= window.points);
    },
    async start(tokens) {
      const ms = Math.max(window.ms, tpm === undefined ? 0 : Math.ceil((tokens * windowMs) / tpm));
      try {
        await limiter.consume(key, 1, { customDuration: ms });
        return 0;
      } catch (rejected) {
        if (rejected instanceof RateLimiterRes) return Math.max(1, rejected.msBeforeNext);
        throw rejected;
      }
    },
    async pause(ms) {
      await limiter.penalty(key, window.points + 1, { customDuration: Math.ceil(ms) });
    },
  };
}
