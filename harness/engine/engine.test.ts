import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { z } from "zod";
import { ModelError, StoreError } from "../core/errors.ts";
import { openStore, type Store } from "../store/store.ts";
import { openBudget } from "./budget.ts";
import { createEngine, type EngineOptions } from "./engine.ts";
import { anyKind, localExecutor, shuffledExecutor, type UnitKinds } from "./executor.ts";
import { createStopOrder, Stopped } from "./stop.ts";
import { type UnitSpec, unitKey } from "./unit.ts";
import { forEachInWindow } from "./window.ts";

let root: string;
let store: Store;
beforeEach(async () => {
  root = await mkdtemp(join(tmpdir(), "t2s-engine-"));
  store = openStore(root);
});
afterEach(() => rm(root, { recursive: true, force: true }));

interface Square extends UnitSpec {
  readonly n: number;
}
const squareSpec: z.ZodType<Square> = z.strictObject({ kind: z.string(), rev: z.number(), n: z.number() });
const square = (n: number): Square => ({ kind: "square", rev: 1, n });

/** A kind that really computes; `onRun` may throw as infrastructure does. */
function kinds(onRun: (n: number) => void | Promise<void> = () => undefined): { kinds: UnitKinds; runs: number[] } {
  const runs: number[] = [];
  const kind = anyKind<Square, { square: number }>({
    kind: "square",
    rev: 1,
    spec: squareSpec,
    result: z.object({ square: z.number() }),
    async run({ n }) {
      runs.push(n);
      await onRun(n);
      return { result: { square: n * n }, blobs: [], costUsd: 0.5 };
    },
  });
  return { kinds: new Map([["square", kind]]), runs };
}

function engineOn(k: UnitKinds, options: Partial<EngineOptions> = {}) {
  const stop = options.stop ?? createStopOrder();
  return { stop, engine: createEngine({ store, executor: localExecutor(k), stop, sleep: async () => undefined, ...options }) };
}

describe("engine", () => {
  it("runs a unit once, whoever asks and however often", async () => {
    const { kinds: k, runs } = kinds();
    const { engine } = engineOn(k);
    const settled = await Promise.all([engine.run(square(3)), engine.run(square(3)), engine.run(square(4))]);
    expect(settled.map((s) => s.state === "done" && s.record.result)).toEqual([{ square: 9 }, { square: 9 }, { square: 16 }]);
    const again = engineOn(k);
    expect(await again.engine.run(square(3))).toMatchObject({ state: "done", fresh: false });
    expect([...runs].sort()).toEqual([3, 4]);
  });

  it("lets two engines on one store share a unit under way", async () => {
    let free: () => void = () => undefined;
    const gate = new Promise<void>((resolve) => {
      free = resolve;
    });
    const { kinds: k, runs } = kinds(() => gate);
    const first = engineOn(k).engine.run(square(7));
    while (runs.length === 0) await new Promise((resolve) => setTimeout(resolve, 5));
    const polled: number[] = [];
    const second = engineOn(k, {
      sleep: async (ms) => {
        polled.push(ms);
        free();
        await new Promise((resolve) => setTimeout(resolve, 20));
      },
    }).engine.run(square(7));
    expect((await first).state).toBe("done");
    expect(await second).toMatchObject({ state: "done", fresh: false });
    expect(polled.length).toBeGreaterThan(0);
    expect(runs).toEqual([7]);
  });

  it("retries what may pass, gives up for good, and re-opens on request", async () => {
    let failing = true;
    const { kinds: k, runs } = kinds(() => {
      if (failing) throw new ModelError("503 from the server", "server");
    });
    expect(await engineOn(k).engine.run(square(2))).toMatchObject({ state: "errored", error: { class: "model-server", attempt: 3 } });
    expect(runs).toHaveLength(3);
    failing = false;
    expect(await engineOn(k).engine.run(square(2))).toMatchObject({ state: "errored" });
    expect(runs).toHaveLength(3);
    expect(await engineOn(k, { retryErrors: true }).engine.run(square(2))).toMatchObject({ state: "done" });
    expect((await store.units.get(unitKey(square(2))))?.volatile.attempts).toBe(4);
  });

  it("never stores an error as a result", async () => {
    const { kinds: k } = kinds(() => {
      throw new TypeError("a bug");
    });
    expect(await engineOn(k).engine.run(square(2))).toMatchObject({ state: "errored", error: { class: "crash", message: "a bug" } });
    expect(await store.units.get(unitKey(square(2)))).toBeUndefined();
  });

  it("stops the whole run when no other unit can do better, and says why", async () => {
    for (const error of [new ModelError("401 wrong key", "auth"), new StoreError("no space left")]) {
      const { kinds: k, runs } = kinds(() => {
        throw error;
      });
      const { engine, stop } = engineOn(k);
      const n = Math.random();
      await expect(engine.run(square(n))).rejects.toBe(error);
      expect(stop.reason).toBe(error.message);
      await expect(engine.run(square(n + 1))).rejects.toBeInstanceOf(Stopped);
      expect(runs).toHaveLength(1);
      expect(await store.errors.of(unitKey(square(n)))).toEqual([]);
    }
  });

  it("stops after many units in a row have failed", async () => {
    const { kinds: k } = kinds(() => {
      throw new ModelError("400 bad request", "bad-request");
    });
    const { engine, stop } = engineOn(k);
    for (let n = 0; n < 25; n += 1) await engine.run(square(n));
    expect(stop.reason).toMatch(/25 units in a row failed, the last with: 400 bad request/);
  });

  it("has the same keys and results whatever the order units finish in", async () => {
    const results = [];
    for (const seed of [1, 2, 3]) {
      let state = seed;
      const random = (): number => {
        state = (state * 1103515245 + 12345) % 2147483648;
        return state / 2147483648;
      };
      const dir = await mkdtemp(join(tmpdir(), "t2s-order-"));
      const mine = openStore(dir);
      const { kinds: k } = kinds();
      const engine = createEngine({ store: mine, executor: shuffledExecutor(k, random), stop: createStopOrder() });
      const found = new Map<number, string>();
      await forEachInWindow(
        Array.from({ length: 40 }, (_, n) => n),
        8,
        async (n) => {
          const settled = await engine.run(square(n));
          if (settled.state === "done") found.set(n, `${settled.record.key} ${JSON.stringify(settled.record.result)}`);
        },
      );
      results.push(JSON.stringify([...found].sort((a, b) => a[0] - b[0])));
      await rm(dir, { recursive: true });
    }
    expect(new Set(results).size).toBe(1);
  });
});

describe("window", () => {
  it("never has more under way than its width, and reads no further than it must", async () => {
    let reading = 0;
    let underWay = 0;
    let most = 0;
    function* source(): Iterable<number> {
      for (let n = 0; n < 100; n += 1) {
        reading = n;
        yield n;
      }
    }
    await forEachInWindow(source(), 5, async (n) => {
      underWay += 1;
      most = Math.max(most, underWay);
      expect(reading - n).toBeLessThan(5);
      await new Promise((resolve) => setImmediate(resolve));
      underWay -= 1;
    });
    expect(most).toBe(5);
  });

  it("takes the same for every item, however many stay under way", async () => {
    let release: () => void = () => undefined;
    const forever = new Promise<void>((resolve) => {
      release = resolve;
    });
    const many = 200_000;
    const before = process.memoryUsage().heapUsed;
    let after = 0;
    await forEachInWindow(
      Array.from({ length: many }, (_, n) => n),
      2001,
      async (n) => {
        if (n < 2000) await forever;
        if (n < many - 1) return;
        after = process.memoryUsage().heapUsed;
        release();
      },
    );
    expect(after - before).toBeLessThan(200e6);
  });

  it("waits for what is under way before it passes on an error, its own or the source's", async () => {
    let finished = 0;
    const work = forEachInWindow([1, 2, 3], 3, async (n) => {
      if (n === 3) throw new Error("first");
      await new Promise((resolve) => setTimeout(resolve, 10));
      finished += 1;
    });
    await expect(work).rejects.toThrow("first");
    expect(finished).toBe(2);
    function* broken(): Iterable<number> {
      yield 1;
      throw new Error("no more");
    }
    await expect(
      forEachInWindow(broken(), 3, async () => {
        await new Promise((resolve) => setTimeout(resolve, 10));
        finished += 1;
      }),
    ).rejects.toThrow("no more");
    expect(finished).toBe(3);
  });
});

it("drains when a ceiling is reached, and never calls an unknown cost zero", () => {
  const stop = createStopOrder();
  const budget = openBudget({ maxCostUsd: 1, maxCalls: 10 }, stop);
  budget.add({ tokens: 10, costUsd: 0.6 });
  expect(budget.spent).toEqual({ calls: 1, tokens: 10, costUsd: 0.6 });
  expect(stop.reason).toBeUndefined();
  budget.add({ tokens: 10, costUsd: 0.6 });
  expect(stop.reason).toMatch(/budget of 1 USD/);
  budget.add({ tokens: 10, costUsd: undefined });
  expect(budget.spent.costUsd).toBeUndefined();
});
