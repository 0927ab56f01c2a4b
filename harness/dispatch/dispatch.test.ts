import { mkdtemp, readdir, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { Redis } from "ioredis";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { z } from "zod";
import { ModelError, UsageError } from "../core/errors.ts";
import type { Gate } from "../core/gate.ts";
import { openBudget } from "../engine/budget.ts";
import { createEngine, type Engine } from "../engine/engine.ts";
import { anyKind, type Executor, localExecutor } from "../engine/executor.ts";
import { createStopOrder, type StopOrder, Stopped } from "../engine/stop.ts";
import { FailedAttempt, unitKey } from "../engine/unit.ts";
import { openStore, type Store } from "../store/store.ts";
import { folderMailbox } from "./mailbox.ts";
import { queueStatus } from "./queue-status.ts";
import { noRedis, startRedis, type TestRedis } from "./redis.fixture.ts";
import { redisExecutor } from "./redis-executor.ts";
import { type RedisWorker, redisWorker } from "./redis-worker.ts";
import type { Manifest, RunRecord } from "./run-record.ts";
import type { Spent } from "./spending.ts";

const manifest: Manifest = { revisions: { "unit square": 1 }, tools: { python3: "3.13.5" } };
const spec = (n: number) => ({ kind: "square", rev: 1, n });
const specSchema = z.object({ kind: z.literal("square"), rev: z.literal(1), n: z.number() });
const soon = (ms: number): Promise<void> => new Promise((resolve) => setTimeout(resolve, ms));

describe.skipIf(noRedis !== undefined)(
  `units over Redis${noRedis === undefined ? "" : ` (skipped: ${noRedis})`}`,
  { timeout: 60_000 },
  () => {
    let home: string;
    let redis: TestRedis;
    let next = 0;

    beforeAll(async () => {
      home = await mkdtemp(join(tmpdir(), "t2s-dispatch-"));
      redis = await startRedis();
    });
    afterAll(async () => {
      await redis?.[Symbol.asyncDispose]();
      await rm(home, { recursive: true, force: true });
    });

    /** A store, a queue of its own and everything around them. `work` is what a unit does. */
    function openDispatch(
      work: (n: number, signal: AbortSignal, call: () => Promise<void>) => Promise<number>,
      ceilings: RunRecord["ceilings"] = {},
    ) {
      const name = `q${next++}`;
      const results = join(home, name);
      const store = openStore(results);
      const ran: number[] = [];
      const said: string[] = [];
      const spent: Spent[] = [];
      let coordinators = 0;
      const run: RunRecord = {
        v: 1,
        id: `run-${name}`,
        experiment: name,
        coordinator: "first",
        ceilings,
        models: [],
        sandbox: "none",
        manifest,
        store: { folder: results },
      };
      const kind = (gate: Gate, onSpend: (call: { tokens: number; costUsd: number }) => void) =>
        anyKind({
          kind: "square",
          rev: 1,
          spec: specSchema,
          result: z.number(),
          async run({ n }, signal) {
            ran.push(n);
            const call = async (): Promise<void> => {
              const admission = await gate.admit(undefined, 0, signal);
              await soon(20);
              onSpend({ tokens: 10, costUsd: 0.5 });
              admission.end({});
            };
            await call();
            return { result: await work(n, signal, call), blobs: [] };
          },
        });
      const addWorker = async (options: { slots?: number; own?: Manifest; lockMs?: number } = {}): Promise<RedisWorker> => {
        const worker = await redisWorker({
          url: redis.url,
          queue: name,
          slots: options.slots ?? 4,
          lockMs: options.lockMs ?? 2000,
          manifest: async () => options.own ?? manifest,
          open: async (_run, gate, onSpend) => ({
            executor: localExecutor(new Map([["square", kind(gate, onSpend)]])),
            mailbox: folderMailbox(store.root),
          }),
          say: (text) => said.push(text),
        });
        worker.ended.catch(() => undefined);
        return worker;
      };
      const coordinate = async (stop: StopOrder = createStopOrder()): Promise<{ engine: Engine; executor: Executor; stop: StopOrder }> => {
        const budget = openBudget(ceilings, stop);
        const executor = await redisExecutor({
          url: redis.url,
          queue: name,
          run: { ...run, coordinator: `c${coordinators++}` },
          mailbox: folderMailbox(store.root),
          stop,
          remindedMs: 300,
          isStored: async (key) => (await store.units.get(key)) !== undefined,
          onSpend(one) {
            spent.push(one);
            budget.add(one);
          },
          say: (text) => said.push(text),
        });
        return { executor, stop, engine: createEngine({ store, executor, stop, sleep: async () => undefined }) };
      };
      return { name, store, ran, said, spent, run, addWorker, coordinate };
    }

    const results = async (store: Store): Promise<number> => {
      let count = 0;
      for await (const _ of store.units.keys()) count += 1;
      return count;
    };
    const endings = async (store: Store): Promise<string[]> =>
      (await readdir(join(store.root, "mailbox"), { recursive: true })).filter((name) => name.endsWith(".json"));

    it("run on several workers, each once; spending is counted, endings are cleared, and Redis is left with nothing of the run", async () => {
      const { addWorker, coordinate, ran, spent, store, name } = openDispatch(async (n) => n * n);
      const [a, b] = [await addWorker(), await addWorker()];
      const { engine, executor } = await coordinate();
      expect(await queueStatus(redis.url, name)).toMatchObject({
        waiting: 0,
        active: 0,
        runs: [{ experiment: name, calls: 0 }],
        workers: [
          { slots: 4, done: 0 },
          { slots: 4, done: 0 },
        ],
      });
      const settled = await Promise.all(Array.from({ length: 60 }, (_, n) => engine.run(spec(n))));
      expect(settled.map((one) => (one.state === "done" ? one.record.result : one))).toEqual(Array.from({ length: 60 }, (_, n) => n * n));
      await executor[Symbol.asyncDispose]();
      expect([...ran].sort((x, y) => x - y)).toEqual(Array.from({ length: 60 }, (_, n) => n));
      expect(spent.reduce((sum, { calls }) => sum + calls, 0)).toBe(60);
      expect(spent.reduce((sum, { costUsd }) => sum + (costUsd ?? 0), 0)).toBeCloseTo(30);
      expect(await endings(store)).toEqual([]);
      for (const worker of [a, b]) worker.drain();
      await Promise.all([a.ended, b.ended]);
      const client = new Redis(redis.url);
      const left = (await client.keys("*")).filter((key) => key.includes(name) && !/:(meta|events|stalled-check|id|marker)$/.test(key));
      client.disconnect();
      expect(left).toEqual([]);
    });

    it("make no further call on any worker once a ceiling is reached, are not held against, and go on with what is left", async () => {
      const callsOf = async (n: number, _: AbortSignal, call: () => Promise<void>): Promise<number> => {
        for (let i = 1; i < 10; i += 1) await call();
        return n;
      };
      const { addWorker, coordinate, spent, store } = openDispatch(callsOf, { maxCalls: 25 });
      const workers = [await addWorker({ slots: 2 }), await addWorker({ slots: 2 }), await addWorker({ slots: 2 })];
      const made = (): number => spent.reduce((sum, { calls }) => sum + calls, 0);
      const first = await coordinate();
      const ends = await Promise.allSettled(Array.from({ length: 12 }, (_, n) => first.engine.run(spec(n))));
      expect(first.stop.reason).toBe("the budget of 25 model calls is used up");
      for (const end of ends) expect(end).toMatchObject({ status: "rejected", reason: expect.any(Stopped) });
      await first.executor[Symbol.asyncDispose]();
      expect(made()).toBeGreaterThanOrEqual(25);
      expect(made()).toBeLessThanOrEqual(25 + 6 - 1);
      expect(await store.errors.of(unitKey(spec(0)))).toEqual([]);
      // A Redis that lost what was spent gets it back: the ceiling of the next run holds over the loss.
      const before = made();
      const second = await coordinate();
      const others = Promise.allSettled(Array.from({ length: 12 }, (_, n) => second.engine.run(spec(n))));
      while (made() - before < 6) await soon(20);
      const client = new Redis(redis.url);
      await client.flushall();
      client.disconnect();
      await others;
      await second.executor[Symbol.asyncDispose]();
      expect(made() - before).toBeGreaterThanOrEqual(25);
      expect(made() - before).toBeLessThanOrEqual(25 + 6 - 1);
      for (const worker of workers) worker.drain();
      await Promise.all(workers.map(({ ended }) => ended));
    });

    it("fail with the error's own class, so that the retry policy judges them as if they had run here", async () => {
      let attempts = 0;
      const { addWorker, coordinate } = openDispatch(async (n) => {
        attempts += 1;
        if (n === 1) throw new FailedAttempt(new ModelError("busy", "rate-limit", { attempts: 3 }), { costUsd: 0.25 });
        throw new UsageError("no such model");
      });
      const worker = await addWorker();
      const { engine, executor, stop } = await coordinate();
      expect(await engine.run(spec(1))).toMatchObject({
        state: "errored",
        error: { class: "model-rate-limit", costUsd: 0.25, attempt: 3 },
      });
      expect(attempts).toBe(3);
      await expect(engine.run(spec(2))).rejects.toThrow("no such model");
      expect(stop.reason).toBe("no such model");
      await executor[Symbol.asyncDispose]();
      worker.drain();
      await worker.ended;
    });

    it("come out the same when Redis is restarted empty, and nothing that ended is run again", async () => {
      const { addWorker, coordinate, ran, said } = openDispatch(async (n) => {
        await soon(150);
        return n;
      });
      const worker = await addWorker({ slots: 3 });
      const { engine, executor } = await coordinate();
      const all = Promise.all(Array.from({ length: 24 }, (_, n) => engine.run(spec(n))));
      await soon(500);
      const before = ran.length;
      await redis.restartEmpty(300);
      const settled = await all;
      expect(settled.every((one) => one.state === "done")).toBe(true);
      expect(before).toBeGreaterThan(0);
      // Those under way when it went may be run twice, no others.
      expect(ran.length).toBeLessThanOrEqual(24 + 3);
      expect(said.join("\n")).toMatch(/no longer in Redis and are queued again/);
      await executor[Symbol.asyncDispose]();
      worker.drain();
      await worker.ended;
    });

    it("that ended while their coordinator was dead are taken from the mailbox by the next one", async () => {
      const { addWorker, coordinate, ran, store } = openDispatch(async (n) => {
        await soon(200);
        return n + 1;
      });
      const first = await coordinate();
      const lost = Promise.all([1, 2, 3, 4].map((n) => first.executor.execute(spec(n), first.stop.signal)));
      lost.catch(() => undefined);
      const worker = await addWorker({ slots: 4 });
      while (ran.length < 4) await soon(20);
      // The first one never stores what it gets: it was killed.
      await lost;
      expect(await endings(store)).toHaveLength(4);
      const second = await coordinate();
      const settled = await Promise.all([1, 2, 3, 4].map((n) => second.engine.run(spec(n))));
      expect(settled.map((one) => (one.state === "done" ? one.record.result : one))).toEqual([2, 3, 4, 5]);
      expect(ran).toHaveLength(4);
      await second.executor[Symbol.asyncDispose]();
      await first.executor[Symbol.asyncDispose]();
      expect(await endings(store)).toEqual([]);
      expect(await results(store)).toBe(4);
      worker.drain();
      await worker.ended;
    });

    it("are taken back on a drain where no worker has begun them, and cut off everywhere by an abort", async () => {
      const { addWorker, coordinate, ran } = openDispatch(
        (n, signal) =>
          new Promise<number>((resolve, reject) => {
            const timer = setTimeout(() => resolve(n), n < 7 ? 400 : 20_000);
            const cutOff = (): void => {
              clearTimeout(timer);
              reject(new Stopped("cut off"));
            };
            if (signal.aborted) cutOff();
            else signal.addEventListener("abort", cutOff);
          }),
      );
      const worker = await addWorker({ slots: 2 });
      const drained = await coordinate();
      const some = Promise.allSettled(Array.from({ length: 6 }, (_, n) => drained.engine.run(spec(n))));
      while (ran.length < 2) await soon(20);
      drained.stop.drain("enough");
      const ends = await some;
      expect(ends.filter(({ status }) => status === "fulfilled")).toHaveLength(2);
      for (const end of ends) if (end.status === "rejected") expect(end.reason).toBeInstanceOf(Stopped);
      await drained.executor[Symbol.asyncDispose]();
      const cut = await coordinate();
      const others = Promise.allSettled([7, 8].map((n) => cut.engine.run(spec(n))));
      while (ran.length < 4) await soon(20);
      cut.stop.abort("at once");
      for (const end of await others) expect(end).toMatchObject({ status: "rejected", reason: expect.any(Stopped) });
      await cut.executor[Symbol.asyncDispose]();
      worker.drain();
      await worker.ended;
      expect(ran).toHaveLength(4);
    });

    it.each([
      [{ revisions: { "unit square": 2 }, tools: manifest.tools }, "unit square has revision 2 here and 1 in the run"],
      [{ revisions: manifest.revisions, tools: { python3: "3.11.2" } }, "the sandbox has python3 3.11.2 here and 3.13.5 in the run"],
      [
        { revisions: { ...manifest.revisions, "form patch": 3 }, tools: manifest.tools },
        "form patch has revision 3 here and none in the run",
      ],
    ])("are not given to a worker of another version (%#), which is told both values", async (own, text) => {
      const { addWorker, coordinate, ran } = openDispatch(async (n) => n);
      const { engine, executor } = await coordinate();
      const result = engine.run(spec(5));
      const other = await addWorker({ own });
      await expect(other.ended).rejects.toThrow(text);
      expect(ran).toEqual([]);
      const worker = await addWorker();
      expect(await result).toMatchObject({ state: "done" });
      await executor[Symbol.asyncDispose]();
      worker.drain();
      await worker.ended;
    });

    it("need a Redis that answers, and an address of one", async () => {
      const { run, store } = openDispatch(async (n) => n);
      const options = {
        queue: "none",
        run,
        mailbox: folderMailbox(store.root),
        stop: createStopOrder(),
        isStored: async () => false,
        onSpend: () => undefined,
        say: () => undefined,
      };
      await expect(redisExecutor({ ...options, url: "redis://user:secret@127.0.0.1:1" })).rejects.toThrow(
        /no Redis answers at redis:\/\/127\.0\.0\.1:1 /,
      );
      await expect(redisExecutor({ ...options, url: "http://127.0.0.1" })).rejects.toThrow(/is no address of a Redis/);
    });
  },
);
