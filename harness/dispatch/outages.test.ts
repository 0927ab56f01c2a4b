import { mkdtemp, rm } from "node:fs/promises";
import { connect as connectTo, createServer, type Socket } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { z } from "zod";
import { createEngine } from "../engine/engine.ts";
import { anyKind, localExecutor } from "../engine/executor.ts";
import { createStopOrder, Stopped } from "../engine/stop.ts";
import { openStore } from "../store/store.ts";
import { folderMailbox } from "./mailbox.ts";
import { noRedis, startRedis, type TestRedis } from "./redis.fixture.ts";
import { redisExecutor } from "./redis-executor.ts";
import { redisWorker } from "./redis-worker.ts";
import type { Manifest, RunRecord } from "./run-record.ts";

const manifest: Manifest = { revisions: { "unit wait": 1 }, tools: null };
const specSchema = z.object({ kind: z.literal("wait"), rev: z.literal(1), n: z.number() });

const specOf = (n: number) => ({ kind: "wait", rev: 1, n });

/** A way to a server that can be cut: nothing comes through, and no connection is closed, as when a cable is pulled. */
async function startRelay(port: number): Promise<AsyncDisposable & { readonly url: string; cut(): void; mend(): void }> {
  const sockets = new Set<Socket>();
  let cut = false;
  const server = createServer((near) => {
    const far = connectTo(port, "127.0.0.1");
    for (const [from, to] of [
      [near, far],
      [far, near],
    ] as const) {
      sockets.add(from);
      from.pipe(to);
      from.on("error", () => undefined).on("close", () => to.destroy());
      if (cut) from.pause();
    }
  });
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  const address = server.address();
  return {
    url: `redis://127.0.0.1:${typeof address === "object" && address !== null ? address.port : 0}`,
    cut() {
      cut = true;
      for (const one of sockets) one.pause();
    },
    mend() {
      cut = false;
      for (const one of sockets) one.resume();
    },
    async [Symbol.asyncDispose]() {
      for (const one of sockets) one.destroy();
      await new Promise((resolve) => server.close(resolve));
    },
  };
}

const until = async (done: () => boolean): Promise<void> => {
  while (!done()) await new Promise((resolve) => setTimeout(resolve, 20));
};

describe.skipIf(noRedis !== undefined)(
  `a worker that is cut off${noRedis === undefined ? "" : ` (skipped: ${noRedis})`}`,
  { timeout: 30_000 },
  () => {
    let home: string;
    let redis: TestRedis;

    beforeAll(async () => {
      home = await mkdtemp(join(tmpdir(), "t2s-outages-"));
      redis = await startRedis();
    });
    afterAll(async () => {
      await redis?.[Symbol.asyncDispose]();
      await rm(home, { recursive: true, force: true });
    });

    it("loses its units to another one, lets go of them when it is back, and works on", async () => {
      await using relay = await startRelay(Number(new URL(redis.url).port));
      const store = openStore(home);
      const mailbox = folderMailbox(store.root);
      const said = { coordinator: "", first: "", second: "" };
      const hear =
        (name: keyof typeof said) =>
        (text: string): void => {
          said[name] += `${text}\n`;
        };
      const run: RunRecord = {
        v: 1,
        id: "run",
        experiment: "cut",
        coordinator: "c",
        ceilings: {},
        models: [],
        sandbox: "none",
        manifest,
        store: { folder: home },
      };
      const ran: string[] = [];
      const addWorker = (name: "first" | "second", url: string) =>
        redisWorker({
          url,
          queue: "cut",
          slots: 2,
          lockMs: 1000,
          manifest: async () => manifest,
          say: hear(name),
          open: async () => ({
            mailbox,
            executor: localExecutor(
              new Map([
                [
                  "wait",
                  anyKind({
                    kind: "wait",
                    rev: 1,
                    spec: specSchema,
                    result: z.number(),
                    async run({ n }, signal) {
                      ran.push(`${name} ${n}`);
                      // The first two of the first worker take until they are cut off.
                      if (name === "first" && n < 2)
                        await new Promise((_, reject) => signal.addEventListener("abort", () => reject(new Stopped("cut off"))));
                      return { result: n, blobs: [] };
                    },
                  }),
                ],
              ]),
            ),
          }),
        });
      const first = await addWorker("first", relay.url);
      const stop = createStopOrder();
      const executor = await redisExecutor({
        url: redis.url,
        queue: "cut",
        run,
        mailbox,
        stop,
        isStored: async (key) => (await store.units.get(key)) !== undefined,
        onSpend: () => undefined,
        say: hear("coordinator"),
      });
      const engine = createEngine({ store, executor, stop });
      const results = (numbers: readonly number[]) => Promise.all(numbers.map(async (n) => (await engine.run(specOf(n))).state));
      const early = results([0, 1]);
      await until(() => ran.length === 2);
      relay.cut();
      const second = await addWorker("second", redis.url);
      expect(await early).toEqual(["done", "done"]);
      expect(said.coordinator).toMatch(/the worker on unit [0-9a-f]{12} is gone; another one takes it/);
      second.drain();
      await second.ended;
      relay.mend();
      await until(() => said.first.split("it is dropped here").length === 3);
      expect(await results([2, 3])).toEqual(["done", "done"]);
      expect(ran.sort()).toEqual(["first 0", "first 1", "first 2", "first 3", "second 0", "second 1"]);
      await executor[Symbol.asyncDispose]();
      first.drain();
      await first.ended;
    });
  },
);
