import type { Redis } from "ioredis";

/** What calls have spent since it was last told; a cost of undefined: some of them have no known price. */
export interface Spent {
  readonly calls: number;
  readonly tokens: number;
  readonly costUsd: number | undefined;
}

const fields = ["calls", "tokens", "costUsd", "unpriced"] as const;

/** Adds one call to a run's counters in Redis. */
export async function countSpending(
  redis: Redis,
  key: string,
  call: { readonly tokens: number; readonly costUsd: number | undefined },
): Promise<void> {
  const add = redis.pipeline().hincrby(key, "calls", 1).hincrby(key, "tokens", call.tokens);
  await (call.costUsd === undefined ? add.hincrby(key, "unpriced", 1) : add.hincrbyfloat(key, "costUsd", call.costUsd)).exec();
}

/** Tells what was counted since the last reading. Counters that went down were lost with their Redis, and count from 0 again. */
export function readSpending(redis: Redis, key: string, tell: (spent: Spent) => void): { begin(): Promise<void>; read(): Promise<void> } {
  let last: Record<string, number> = {};
  const current = async (): Promise<Record<string, number>> => {
    const values = await redis.hmget(key, ...fields);
    return Object.fromEntries(fields.map((name, i) => [name, Number(values[i] ?? 0)]));
  };
  return {
    async begin() {
      last = await current();
    },
    async read() {
      const now = await current();
      const from = (now.calls ?? 0) < (last.calls ?? 0) ? {} : last;
      const grown = (name: (typeof fields)[number]): number => (now[name] ?? 0) - ((from as Record<string, number>)[name] ?? 0);
      last = now;
      if (grown("calls") === 0) return;
      tell({ calls: grown("calls"), tokens: grown("tokens"), costUsd: grown("unpriced") > 0 ? undefined : grown("costUsd") });
    },
  };
}
