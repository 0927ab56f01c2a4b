import { Queue, QueueEvents } from "bullmq";
import pLimit from "p-limit";
import type { Hash, Json } from "../core/json.ts";
import type { Executor } from "../engine/executor.ts";
import { type StopOrder, Stopped } from "../engine/stop.ts";
import { type UnitOutput, type UnitSpec, unitKey } from "../engine/unit.ts";
import { decodeError } from "../engine/wire-error.ts";
import { beatEveryMs, connect, duplicate, keysOf } from "./connection.ts";
import type { Mailbox } from "./mailbox.ts";
import { type JobData, queuedAtMost, type RunRecord } from "./run-record.ts";
import { readSpending, type Spent } from "./spending.ts";

export interface RedisExecutorOptions {
  /** redis://… or rediss://… */
  readonly url: string;
  readonly queue: string;
  readonly run: RunRecord;
  readonly mailbox: Mailbox;
  readonly stop: StopOrder;
  /** Kinds that are taken before all that waits: what goes on from something begun, so that it is finished before more is begun. Default: none. */
  readonly goesFirst?: (kind: string) => boolean;
  /** Whether a unit's result is in the store, so that its ending may go. */
  readonly isStored: (key: Hash) => Promise<boolean>;
  readonly onSpend: (spent: Spent) => void;
  /** How long workers have, where Redis lost what was spent, to say it again; no call is made in the meantime. Default 6 s. */
  readonly remindedMs?: number;
  /** Tells the user what happened to the queue, in one sentence. */
  readonly say: (text: string) => void;
}

interface Waiting {
  readonly spec: UnitSpec;
  /** Redis has taken the job. */
  queued: boolean;
  readonly resolve: (output: UnitOutput<Json>) => void;
  readonly reject: (error: unknown) => void;
}

const watchEveryMs = 2000;
const lookedUpAtOnce = 500;
/** How long a unit that is cut off may take to end by itself. */
const abortGraceMs = 10_000;

/**
 * Hands units to whoever works on a queue in Redis. Redis holds nothing that would be missed: jobs are keys and references, endings come by the mailbox, and a job that vanished is
 * queued again. Throws UsageError when no Redis answers.
 */
export async function redisExecutor(options: RedisExecutorOptions): Promise<Executor> {
  const { queue: name, run, mailbox, stop, say } = options;
  const redis = await connect(options.url);
  const keys = keysOf(name);
  const queue = new Queue<JobData>(name, {
    connection: redis,
    defaultJobOptions: { attempts: 1, removeOnComplete: true, removeOnFail: true },
  });
  const events = new QueueEvents(name, { connection: duplicate(redis) });
  // Connections are taken up again; the watch tells of outages.
  queue.on("error", () => undefined);
  events.on("error", () => undefined);
  const waiting = new Map<Hash, Waiting>();
  const delivered = new Set<Hash>();
  const window = pLimit(queuedAtMost);
  const spending = readSpending(redis, keys.spend(run.id, run.coordinator), options.remindedMs ?? 1.2 * beatEveryMs, options.onSpend);
  let closed = false;

  const enqueue = async (key: Hash, spec: UnitSpec): Promise<void> => {
    await queue.add("unit", { v: 1, run: run.id, spec: { ...spec } }, { jobId: key, lifo: options.goesFirst?.(spec.kind) === true });
    const one = waiting.get(key);
    if (one !== undefined) one.queued = true;
  };
  const publish = (): Promise<unknown> => redis.set(keys.run(run.id), JSON.stringify(run));

  /** Gives a unit its ending, when one has come. */
  const settle = async (key: Hash): Promise<boolean> => {
    const one = waiting.get(key);
    if (one === undefined) return true;
    const ending = await mailbox.read(key);
    if (ending === undefined) return false;
    if (!waiting.delete(key)) return true;
    if ("output" in ending) {
      delivered.add(key);
      one.resolve(ending.output);
    } else {
      await mailbox.discard(key); // an error is told once: the retry policy decides what follows
      one.reject(decodeError(ending.error));
    }
    return true;
  };
  const fail = (error: unknown): void => {
    for (const { reject } of waiting.values()) reject(error);
    waiting.clear();
  };
  const giveUp = (key: Hash): void => {
    const one = waiting.get(key);
    waiting.delete(key);
    one?.reject(new Stopped(stop.reason ?? "aborted"));
  };
  let look: () => void = () => undefined;
  const ended = (key: Hash): void => {
    settle(key)
      .then((known) => {
        if (!known) look();
      })
      .catch(fail);
  };
  events.on("completed", ({ jobId }) => ended(jobId));
  events.on("failed", ({ jobId }) => ended(jobId)); // whatever made it fail: without an ending it is queued again
  events.on("stalled", ({ jobId }) => {
    if (waiting.has(jobId)) say(`the worker on unit ${jobId.slice(0, 12)} is gone; another one takes it`);
  });

  /** Jobs that are in Redis no more: ended while nobody listened, lost, or cut short, for which what was spent may be the reason. */
  const watch = async (): Promise<void> => {
    await publish();
    await spending.read();
    let lost = 0;
    const all = [...waiting].filter(([, { queued }]) => queued);
    for (let at = 0; at < all.length; at += lookedUpAtOnce) {
      const some = all.slice(at, at + lookedUpAtOnce);
      const found = await redis.pipeline(some.map(([key]) => ["exists", queue.toKey(key)])).exec();
      for (const [i, [key, { spec }]] of some.entries()) {
        if (found?.[i]?.[1] !== 0 || (await settle(key))) continue;
        if (stop.reason !== undefined) giveUp(key);
        else {
          await enqueue(key, spec);
          lost += 1;
        }
      }
    }
    if (lost > 0) say(`${lost} queued units were no longer in Redis and are queued again; nothing that ended is lost`);
    for (const key of delivered)
      if (await options.isStored(key)) {
        delivered.delete(key);
        await mailbox.discard(key);
      }
  };
  const watching = (async () => {
    let outage = false;
    while (!closed) {
      await new Promise<void>((resolve) => {
        look = resolve;
        setTimeout(resolve, watchEveryMs).unref();
      });
      if (closed) break;
      if (redis.status !== "ready") {
        if (!outage) say("the connection to Redis is broken; units under way go on, new ones wait until it is back");
        outage = true;
        continue;
      }
      if (outage) say("Redis answers again");
      outage = false;
      await watch();
    }
  })();
  watching.catch(fail);

  /** What no worker has begun is taken back; what one works on is awaited. */
  const takeBack = async (): Promise<void> => {
    const keys = [...waiting.keys()];
    for (let at = 0; at < keys.length; at += lookedUpAtOnce)
      await Promise.all(
        keys.slice(at, at + lookedUpAtOnce).map(async (key) => {
          if ((await queue.remove(key).catch(() => 0)) === 1) giveUp(key);
        }),
      );
  };
  stop.ordered.then(() => (closed ? undefined : takeBack())).catch(fail);
  /** Workers are told, and get a little time to put down what was paid for. */
  const cutOff = (): void => {
    if (closed) return;
    redis.publish(keys.orders, JSON.stringify({ run: run.id, abort: true })).catch(() => undefined);
    setTimeout(() => {
      for (const key of [...waiting.keys()]) giveUp(key);
    }, abortGraceMs).unref();
  };
  stop.signal.addEventListener("abort", cutOff, { once: true });

  await publish();
  await spending.begin();
  await events.waitUntilReady();
  return {
    execute: (spec, signal) =>
      window(async () => {
        signal.throwIfAborted();
        stop.check();
        const key = unitKey(spec);
        return await new Promise<UnitOutput<Json>>((resolve, reject) => {
          waiting.set(key, { spec, queued: false, resolve, reject });
          // A coordinator that was killed may have left the ending, or the job.
          settle(key)
            .then(async (known) => {
              if (known || !waiting.has(key)) return;
              await enqueue(key, spec);
              if (stop.reason !== undefined && (await queue.remove(key)) === 1) giveUp(key);
            })
            .catch((error: unknown) => {
              if (waiting.delete(key)) reject(error);
            });
        });
      }),
    async [Symbol.asyncDispose]() {
      if (redis.status === "ready") {
        await watch().catch(() => undefined);
        // Nobody waits for what is still under way: its job was lost, and it was given up. It would ask for a run that is gone.
        await redis.publish(keys.orders, JSON.stringify({ run: run.id, abort: true })).catch(() => undefined);
        await redis.del(keys.run(run.id), keys.spend(run.id, run.coordinator)).catch(() => undefined);
      }
      closed = true;
      stop.signal.removeEventListener("abort", cutOff);
      await Promise.all([events.close().catch(() => undefined), queue.close().catch(() => undefined)]);
      redis.disconnect();
    },
  };
}
