import { Redis } from "ioredis";
import { afterAll, afterEach, beforeAll, describe, expect, it } from "vitest";
import type { Admission, EndpointLimits, Gate } from "../core/gate.ts";
import { sha256 } from "../core/json.ts";
import { noRedis, startRedis, type TestRedis } from "./redis.fixture.ts";
import { redisGate } from "./redis-gate.ts";
import { evenWindow } from "./redis-pace.ts";

/** How long an endpoint is closed that Redis does not know. */
const closedMs = 130;
const soon = (ms: number): Promise<void> => new Promise((resolve) => setTimeout(resolve, ms));

describe("starts at even distances", () => {
  it.each([0.5, 1, 50, 60, 61, 90, 240, 241, 500, 3000, 60_000])(
    "never give more than %d in 60 s, however late in their window they come",
    (rpm) => {
      const { points, ms } = evenWindow(rpm);
      // At worst the first window's starts come at its very end, and single starts are up to a second late.
      const most = points === 1 ? Math.floor(60_999 / ms) + 1 : points * (Math.floor(60_999 / ms) + 2);
      expect(most).toBeLessThanOrEqual(Math.max(1, rpm));
      expect((points / ms) * 60_000).toBeGreaterThan(rpm * 0.96);
    },
  );
});

describe.skipIf(noRedis !== undefined)(
  `limits over Redis${noRedis === undefined ? "" : ` (skipped: ${noRedis})`}`,
  { timeout: 60_000 },
  () => {
    let redis: TestRedis;
    let next = 0;
    const opened: AsyncDisposable[] = [];
    beforeAll(async () => {
      redis = await startRedis();
    });
    afterEach(async () => {
      for (const one of opened.splice(0)) await one[Symbol.asyncDispose]();
    });
    afterAll(() => redis?.[Symbol.asyncDispose]());

    /** As a worker of its own has it. */
    const openGate = async (leaseMs = 1000): Promise<{ gate: Gate; die(): void }> => {
      const connection = new Redis(redis.url, { maxRetriesPerRequest: null, retryStrategy: () => 50 });
      connection.on("error", () => undefined);
      const gate = await redisGate({ redis: connection, say: () => undefined, leaseMs });
      opened.push(gate);
      return { gate, die: () => void gate[Symbol.asyncDispose]() };
    };
    const threeGates = async (): Promise<Gate[]> => (await Promise.all([openGate(), openGate(), openGate()])).map(({ gate }) => gate);
    const endpoint = (limits: Partial<EndpointLimits>): EndpointLimits => ({
      key: sha256(`model\nhttp://user:secret@endpoint-${next++}`),
      concurrency: 100,
      ...limits,
    });

    it("let starts through one after the other, whichever process they come from, and know no address", async () => {
      const gates = await threeGates();
      const paced = endpoint({ rpm: 240 });
      const begun = performance.now();
      const all = await Promise.all(gates.flatMap((gate) => [1, 2, 3].map(() => gate.admit(paced, 0))));
      expect(performance.now() - begun).toBeGreaterThan(8 * evenWindow(240).ms);
      for (const one of all) one.end({});
      const client = new Redis(redis.url);
      const kept = (await client.keys("*")).join("\n");
      client.disconnect();
      expect(kept).toContain(paced.key);
      expect(kept).not.toMatch(/endpoint-|secret|http/);
    });

    it("pace by tokens, what was used beyond the estimate paid by the next call", async () => {
      const { gate } = await openGate();
      const paced = endpoint({ tpm: 610_000 }); // 1,000 tokens in 100 ms
      const begun = performance.now();
      (await gate.admit(paced, 2_000)).end({ tokens: 5_000 });
      (await gate.admit(paced, 1_000)).end({});
      (await gate.admit(paced, 1_000)).end({});
      expect(performance.now() - begun).toBeGreaterThan(200 + 400);
    });

    it("let no more calls be under way than there are places", async () => {
      const gates = await threeGates();
      const narrow = endpoint({ concurrency: 2 });
      let underWay = 0;
      let most = 0;
      await Promise.all(
        Array.from({ length: 15 }, async (_, i) => {
          const admission = await gates[i % 3]?.admit(narrow, 0);
          underWay += 1;
          most = Math.max(most, underWay);
          await soon(20);
          underWay -= 1;
          admission?.end({});
        }),
      );
      expect(most).toBe(2);
    });

    it("keep a place as long as its holder lives, and give it to others when it died", async () => {
      const leaseMs = 1500;
      const [holder, other] = [await openGate(leaseMs), await openGate(leaseMs)];
      const single = endpoint({ concurrency: 1 });
      await holder.gate.admit(single, 0);
      let admitted = false;
      const waiting = other.gate.admit(single, 0).then(() => {
        admitted = true;
      });
      await soon(1.3 * leaseMs);
      expect(admitted).toBe(false);
      holder.die();
      await waiting;
    });

    it("pause everybody when one was asked to wait, and a shorter pause ends no longer one", async () => {
      const [one, other] = await threeGates();
      const busy = endpoint({ rpm: 6000 });
      const [a, b] = [await one?.admit(busy, 0), await other?.admit(busy, 0)];
      const begun = performance.now();
      a?.end({ pauseMs: 400 });
      b?.end({ pauseMs: 50 });
      await soon(20);
      (await other?.admit(busy, 0))?.end({});
      expect(performance.now() - begun).toBeGreaterThan(400);
    });

    it("let nobody through while Redis is gone, nor, when it comes back empty, before all who hold places have said so", async () => {
      const [one, other] = await threeGates();
      const narrow = endpoint({ concurrency: 2, rpm: 60_000 });
      const held = [await one?.admit(narrow, 0), await other?.admit(narrow, 0)];
      const down = redis.restartEmpty(400);
      const begun = performance.now();
      let third: Admission | undefined;
      const waiting = other?.admit(narrow, 0).then((admission) => {
        third = admission;
      });
      await down;
      await soon(5 * closedMs);
      expect(third).toBeUndefined();
      held[0]?.end({});
      await waiting;
      expect(performance.now() - begun).toBeGreaterThan(400 + closedMs);
      third?.end({});
      held[1]?.end({});
    });

    it("let nobody start at once where Redis lost its memory without being gone", async () => {
      const [one, other] = await threeGates();
      const slow = endpoint({ rpm: 100 });
      (await one?.admit(slow, 0))?.end({});
      const client = new Redis(redis.url);
      await client.flushall();
      client.disconnect();
      const begun = performance.now();
      (await other?.admit(slow, 0))?.end({});
      expect(performance.now() - begun).toBeGreaterThan(evenWindow(100).ms);
    });

    it("let go of who no longer waits, and of what comes for it afterwards", async () => {
      const { gate } = await openGate();
      const single = endpoint({ concurrency: 1 });
      const first = await gate.admit(single, 0);
      const controller = new AbortController();
      const [left, queued] = [gate.admit(single, 0, controller.signal), gate.admit(single, 0, controller.signal)];
      const third = gate.admit(single, 0);
      controller.abort(new Error("no longer wanted"));
      await expect(left).rejects.toThrow("no longer wanted");
      await expect(queued).rejects.toThrow("no longer wanted");
      first.end({});
      (await third).end({});
    });
  },
);
