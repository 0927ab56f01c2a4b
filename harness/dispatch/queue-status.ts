import { Queue } from "bullmq";
import type { Redis } from "ioredis";
import { z } from "zod";
import { connect, keysOf } from "./connection.ts";
import { runRecordSchema } from "./run-record.ts";
import { spentIn } from "./spending.ts";

/** What a worker says of itself every few seconds. */
const workerBeatSchema = z.object({
  id: z.string(),
  host: z.string(),
  pid: z.number(),
  slots: z.number(),
  /** ISO time. */
  begun: z.string(),
  active: z.number(),
  done: z.number(),
  errors: z.number(),
  /** Units ended in the last minute. */
  lastMinute: z.number(),
});
export type WorkerBeat = z.infer<typeof workerBeatSchema>;

/** A queue at this moment. */
export interface QueueStatus {
  readonly queue: string;
  /** Jobs nobody has begun, and those a worker has. */
  readonly waiting: number;
  readonly active: number;
  /** Runs whose coordinator has not ended by itself; spending as far as Redis knows it. */
  readonly runs: readonly {
    readonly experiment: string;
    readonly calls: number;
    readonly tokens: number;
    readonly costUsd: number | undefined;
  }[];
  readonly workers: readonly WorkerBeat[];
}

/** Asks Redis. Throws UsageError when none answers. */
export async function queueStatus(url: string, name: string): Promise<QueueStatus> {
  const redis = await connect(url);
  const queue = new Queue(name, { connection: redis });
  queue.on("error", () => undefined);
  try {
    const keys = keysOf(name);
    const counts = await queue.getJobCounts("waiting", "delayed", "active");
    const workers = (await valuesAt(redis, keys.worker("*"))).map((text) => workerBeatSchema.parse(JSON.parse(text)));
    const records = (await valuesAt(redis, keys.run("*"))).map((text) => runRecordSchema.parse(JSON.parse(text)));
    const runs = [];
    for (const { id, experiment, coordinator } of records) {
      const { calls, tokens, costUsd } = await spentIn(redis, keys.spend(id, coordinator));
      runs.push({ experiment, calls, tokens, costUsd });
    }
    return {
      queue: name,
      waiting: (counts.waiting ?? 0) + (counts.delayed ?? 0),
      active: counts.active ?? 0,
      runs: runs.sort((a, b) => a.experiment.localeCompare(b.experiment)),
      workers: workers.sort((a, b) => a.id.localeCompare(b.id)),
    };
  } finally {
    await queue.close().catch(() => undefined);
    redis.disconnect();
  }
}

async function valuesAt(redis: Redis, pattern: string): Promise<string[]> {
  const found: string[] = [];
  for await (const names of redis.scanStream({ match: pattern, count: 200 }))
    if (names.length > 0) found.push(...(await redis.mget(names)).filter((text) => text !== null));
  return found;
}
