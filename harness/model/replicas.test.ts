import { describe, expect, it } from "vitest";
import { createModel } from "./create-model.ts";
import { quick, say, simulated } from "./test-calls.ts";
import { specFor } from "./test-endpoint.ts";

describe("replicas", () => {
  it("share the load, keep a conversation where it began, and stand in for one another", async () => {
    const [a, b] = [await simulated({ latency: { kind: "fixed", ms: 5 } }), await simulated({ latency: { kind: "fixed", ms: 5 } })];
    const model = createModel(specFor([a.url, b.url], {}, { concurrency: 8 }), { env: {} });
    await Promise.all(Array.from({ length: 64 }, (_, i) => model.complete(say(`n${i}`))));
    const split = a.stats().requests;
    expect(split).toBeGreaterThan(16);
    expect(split).toBeLessThan(48);
    const homes = new Set<string>();
    for (let turn = 0; turn < 6; turn += 1) {
      const reply = await model.complete({
        messages: [
          { role: "user", content: "task" },
          ...Array.from({ length: turn }, () => ({ role: "assistant" as const, content: "t" })),
        ],
        sampling: {},
      });
      homes.add(reply.call.endpoint);
    }
    expect(homes.size).toBe(1);
    await a.close();
    const after = await Promise.all(Array.from({ length: 16 }, (_, i) => model.complete(say(`after ${i}`))));
    expect(new Set(after.map((r) => r.call.endpoint))).toEqual(new Set([new URL(b.url).host]));
  });

  it("step over to the other one without waiting when one is rate-limited", async () => {
    const limited = await simulated({ faults: { seed: 1, rates: { "rate-limit": 1 }, retryAfterS: 600, retryAfterForm: "seconds" } });
    const free = await simulated();
    const options = quick();
    const model = createModel(specFor([limited.url, free.url]), options);
    for (let i = 0; i < 10; i += 1) expect((await model.complete(say(`n${i}`))).text).toBe(`you said: n${i}`);
    expect(options.clock.sleeps).toEqual([]);
    expect(limited.stats().requests).toBeLessThanOrEqual(1);
  });
});

describe("concurrency", () => {
  it("stays within the endpoint's limit", async () => {
    const server = await simulated({ latency: { kind: "fixed", ms: 5 } });
    const model = createModel(specFor([server.url], {}, { concurrency: 3 }), { env: {} });
    await Promise.all(Array.from({ length: 30 }, (_, i) => model.complete(say(`n${i}`))));
    expect(server.stats().maxInFlight).toBe(3);
  });

  it("comes down when a provider allows less, so that far fewer requests are turned away than sent", async () => {
    const server = await simulated({ maxInFlight: 4, latency: { kind: "fixed", ms: 4 } });
    const model = createModel(specFor([server.url], { max_attempts: 20 }, { concurrency: 64 }), {
      env: {},
      backoff: { baseMs: 5, capMs: 40 },
    });
    const replies = await Promise.all(Array.from({ length: 300 }, (_, i) => model.complete(say(`n${i}`))));
    expect(replies).toHaveLength(300);
    expect(model.endpoints()[0]?.limit).toBeLessThan(16);
    expect(server.stats().overloaded).toBeLessThan(240);
  });
});
