import { randomUUID } from "node:crypto";
import { hostname } from "node:os";
import { DelayedError, type Job, Worker } from "bullmq";
import { UsageError } from "../core/errors.ts";
import type { Gate } from "../core/gate.ts";
import { withinBudget } from "../engine/budget.ts";
import type { Executor } from "../engine/executor.ts";
import { isInterruption } from "../engine/interruptible-kind.ts";
import { unitKey } from "../engine/unit.ts";
import { encodeError } from "../engine/wire-error.ts";
import { beatEveryMs, connect, duplicate, keysOf } from "./connection.ts";
import type { Mailbox } from "./mailbox.ts";
import type { WorkerBeat } from "./queue-status.ts";
import { redisGate } from "./redis-gate.ts";
import { type JobData, jobSchema, type Manifest, mismatch, type RunRecord, runRecordSchema } from "./run-record.ts";
import { type Account, openAccount } from "./spending.ts";

/** What a worker opens for a run: somewhere to run its units, and where their endings go. */
export interface OpenedRun {
  readonly executor: Executor;
  readonly mailbox: Mailbox;
}

export interface RedisWorkerOptions {
  readonly url: string;
  readonly queue: string;
  /** Units under way at once. */
  readonly slots: number;
  /** Own revisions and tools for the sandbox a run uses. */
  readonly manifest: (run: RunRecord) => Promise<Manifest>;
  /** Opens a run once; `gate` is asked before every call, `onSpend` is told of it afterwards. */
  readonly open: (
    run: RunRecord,
    gate: Gate,
    onSpend: (call: { readonly tokens: number; readonly costUsd: number | undefined }) => void,
  ) => Promise<OpenedRun>;
  readonly say: (text: string) => void;
  /** How long a worker may be silent until its units are given to others; default 30 s. */
  readonly lockMs?: number;
}

export interface RedisWorker {
  /** Resolves when it has ended by an order; rejects when it must not work here (UsageError) or its store fails. */
  readonly ended: Promise<void>;
  /** Begins nothing more and ends when what is under way has ended. */
  drain(): void;
  /** Cuts off what is under way and gives it back to the queue. */
  abort(): void;
}

/** Works on a queue until told to stop: runs what comes, hands endings in, one attempt a job. Throws UsageError when no Redis answers. */
export async function redisWorker(options: RedisWorkerOptions): Promise<RedisWorker> {
  const { say, slots, queue: name } = options;
  const redis = await connect(options.url);
  const orders = duplicate(redis);
  const gate = await redisGate({ redis: duplicate(redis), say });
  const keys = keysOf(name);
  const id = `${hostname()}-${process.pid}-${randomUUID().slice(0, 8)}`;
  const begun = new Date().toISOString();
  const count = { active: 0, done: 0, errors: 0 };
  /** When units ended, of the last minute. */
  let recent: number[] = [];
  const opened = new Map<string, Promise<OpenedRun>>();
  const accounts: Account[] = [];
  const underWay = new Map<string, { readonly run: string; readonly controller: AbortController; missing: boolean }>();
  let resolve: () => void = () => undefined;
  let reject: (error: unknown) => void = () => undefined;
  const ended = new Promise<void>((yes, no) => {
    resolve = yes;
    reject = no;
  });
  let stopping = false;

  const openRun = async (run: RunRecord): Promise<OpenedRun> => {
    const why = mismatch(run.manifest, await options.manifest(run));
    if (why !== undefined)
      throw new UsageError(`refused: ${why} (experiment ${run.experiment}); work on it with the version the run was started with`);
    say(`works on ${run.experiment}`);
    const account = openAccount(redis, keys, run, { worker: id });
    accounts.push(account);
    return await options.open(run, withinBudget(gate, account.refusal), account.add);
  };

  /** Gives a job back to the queue. */
  const giveBack = async (job: Job<JobData>, token: string | undefined): Promise<never> => {
    await job.moveToDelayed(Date.now(), token);
    throw new DelayedError();
  };

  /** What was cut off by its coordinator is dropped; what this worker lets go of is another one's. */
  const cutOff = async (job: Job<JobData>, token: string | undefined): Promise<void> => {
    if (stopping) await giveBack(job, token);
  };

  const work = async (job: Job<JobData>, token: string | undefined): Promise<void> => {
    const { run: runId, spec } = jobSchema.parse(job.data);
    const key = unitKey(spec);
    if (stopping) return await giveBack(job, token);
    const text = await redis.get(keys.run(runId));
    // Nobody waits for it. A coordinator that comes back, or whose Redis lost the record, queues what it wants again.
    if (text === null) return;
    const run = runRecordSchema.parse(JSON.parse(text));
    const place = `${run.id} ${JSON.stringify([run.manifest, run.store])}`;
    const known = opened.get(place) ?? openRun(run);
    opened.set(place, known);
    let at: OpenedRun;
    try {
      at = await known;
    } catch (error) {
      void stop(error);
      return await giveBack(job, token);
    }
    // An attempt whose end Redis never heard of is not made again.
    const earlier = await at.mailbox.read(key);
    if (earlier !== undefined && "output" in earlier) return;
    const controller = new AbortController();
    underWay.set(key, { run: runId, controller, missing: false });
    count.active += 1;
    try {
      const output = await at.executor.execute(spec, controller.signal);
      if (controller.signal.aborted) return await cutOff(job, token);
      await at.mailbox.post(key, { output });
      count.done += 1;
    } catch (error) {
      if (error instanceof DelayedError) throw error;
      if (controller.signal.aborted) return await cutOff(job, token);
      // A ceiling says nothing of the unit: it goes without an ending, and its coordinator knows why.
      if (isInterruption(error)) return;
      count.errors += 1;
      await at.mailbox.post(key, { error: encodeError(error) });
    } finally {
      count.active -= 1;
      recent.push(Date.now());
      underWay.delete(key);
    }
  };

  /**
   * A unit that another worker was given, or has ended, while this one could not be heard is cut off here. One whose job vanished with its Redis goes on, and its ending counts: its
   * coordinator queues it again within seconds, so that it is not missing twice in a row.
   */
  const letGoIfTaken = async (key: string): Promise<void> => {
    const one = underWay.get(key);
    if (one === undefined || one.controller.signal.aborted) return;
    const job = worker.toKey(key);
    const [locks = 0, jobs = 0, runs = 0] = (
      (await redis.multi().exists(`${job}:lock`).exists(job).exists(keys.run(one.run)).exec()) ?? []
    ).map(([, found]) => Number(found));
    const missing = jobs === 0 && runs === 1;
    const over = locks === 1 || (missing && one.missing);
    one.missing = missing;
    if (!over) return;
    say(`unit ${key.slice(0, 12)} went to another worker while this one was not heard of; it is dropped here`);
    one.controller.abort();
  };

  const lockDuration = options.lockMs ?? 30_000;
  const worker = new Worker<JobData>(name, work, {
    connection: duplicate(redis),
    concurrency: slots,
    lockDuration,
    stalledInterval: lockDuration / 2,
    // A unit is never to blame for the machines it was on.
    maxStalledCount: 1_000_000,
    removeOnComplete: { count: 0 },
    removeOnFail: { count: 0 },
  });
  worker.on("error", () => undefined); // it reconnects
  worker.on("lockRenewalFailed", (ids) => {
    for (const key of ids) letGoIfTaken(key).catch(() => undefined); // asked again at the next renewal
  });
  worker.on("failed", (job, error) => {
    say(`unit ${job?.id?.slice(0, 12)} could not be handed in (${error.message}); it will be queued again`);
  });
  orders.on("message", (_channel, message) => {
    const order: { run?: string } = JSON.parse(message);
    for (const one of underWay.values()) if (one.run === order.run) one.controller.abort();
  });
  await orders.subscribe(keys.orders);

  const beat = async (): Promise<void> => {
    recent = recent.filter((moment) => moment > Date.now() - 60_000);
    const self: WorkerBeat = { id, host: hostname(), pid: process.pid, slots, begun, ...count, lastMinute: recent.length };
    await redis.set(keys.worker(id), JSON.stringify(self), "PX", 3 * beatEveryMs);
    for (const account of accounts) await account.remind();
  };
  await beat();
  let asked = false;
  let silent = false;
  const beating = setInterval(() => {
    if (asked && !silent) say("Redis does not answer; units under way go on, and are handed in when it does");
    silent ||= asked;
    if (asked) return;
    asked = true;
    beat()
      .catch(() => undefined)
      .finally(() => {
        if (silent) say("Redis answers again");
        asked = false;
        silent = false;
      });
  }, beatEveryMs);

  async function stop(error?: unknown): Promise<void> {
    if (stopping) return;
    stopping = true;
    try {
      await worker.close();
      await Promise.all([...opened.values()].map(async (one) => (await one.catch(() => undefined))?.executor[Symbol.asyncDispose]()));
      clearInterval(beating);
      await gate[Symbol.asyncDispose]();
      await redis.del(keys.worker(id)).catch(() => undefined);
      redis.disconnect();
      orders.disconnect();
      if (error === undefined) resolve();
      else reject(error);
    } catch (cause) {
      reject(error ?? cause);
    }
  }

  return {
    ended,
    drain: () => void stop(),
    abort() {
      void stop();
      for (const { controller } of underWay.values()) controller.abort();
    },
  };
}
