import { describe, expect, it } from "vitest";
import { createEndpointPool, type EndpointPool, type Lease } from "./endpoint-pool.ts";
import { type ManualClock, manualClock } from "./manual-clock.ts";

interface Setup {
  readonly pool: EndpointPool;
  readonly clock: ManualClock;
  /** Leases granted so far, in order. */
  readonly granted: Lease[];
  readonly ask: (wish?: Partial<Parameters<EndpointPool["acquire"]>[0]>) => void;
}
function setup(...endpoints: { concurrency?: number; rpm?: number; tpm?: number }[]): Setup {
  const clock = manualClock();
  const pool = createEndpointPool(
    endpoints.map((e) => ({ concurrency: e.concurrency ?? 1000, rpm: e.rpm, tpm: e.tpm })),
    clock,
  );
  const granted: Lease[] = [];
  return { pool, clock, granted, ask: (wish = {}) => void pool.acquire({ tokens: 0, ...wish }).then((l) => granted.push(l)) };
}

describe("concurrency", () => {
  it("serves waiting callers in order as places come free", async () => {
    const { pool, clock, granted, ask } = setup({ concurrency: 2 });
    for (let i = 0; i < 4; i += 1) ask({ tokens: i });
    await clock.advance(0);
    expect(granted.map((l) => l.tokens)).toEqual([0, 1]);
    for (const lease of [...granted]) pool.release(lease, { kind: "ok" });
    await clock.advance(0);
    expect(granted.map((l) => l.tokens)).toEqual([0, 1, 2, 3]);
  });

  it("halves once per burst of 429, comes back by one place per round of answers, and never above the configured number", async () => {
    const { pool, clock, granted, ask } = setup({ concurrency: 16 });
    const limit = (): number => pool.status()[0]?.limit ?? 0;
    const fill = async (n: number): Promise<Lease[]> => {
      granted.length = 0;
      for (let i = 0; i < n; i += 1) ask();
      await clock.advance(0);
      return [...granted];
    };
    for (const lease of await fill(16)) pool.release(lease, { kind: "slow-down" });
    expect(limit()).toBe(8);
    for (const lease of await fill(8)) pool.release(lease, { kind: "slow-down" });
    expect(limit()).toBe(4);
    const rounds: number[] = [];
    for (let round = 0; round < 20; round += 1) {
      for (const lease of await fill(limit())) pool.release(lease, { kind: "ok" });
      rounds.push(limit());
    }
    expect(rounds.slice(0, 4)).toEqual([4, 5, 6, 7]);
    expect(rounds.at(-1)).toBe(16);
    for (let i = 0; i < 8; i += 1) for (const lease of await fill(1)) pool.release(lease, { kind: "slow-down" });
    expect(limit()).toBe(1);
  });

  it("takes an aborted caller out of the queue without disturbing the others", async () => {
    const { pool, clock, granted, ask } = setup({ concurrency: 1 });
    ask({ tokens: 1 });
    const gone = new AbortController();
    const left = pool.acquire({ tokens: 2, signal: gone.signal }).catch((e: unknown) => e);
    ask({ tokens: 3 });
    gone.abort("no longer wanted");
    expect(await left).toBe("no longer wanted");
    await clock.advance(0);
    for (const lease of granted.slice()) pool.release(lease, { kind: "ok" });
    await clock.advance(0);
    expect(granted.map((l) => l.tokens)).toEqual([1, 3]);
    await expect(pool.acquire({ tokens: 4, signal: gone.signal })).rejects.toBe("no longer wanted");
  });
});

describe("time", () => {
  it("sends nothing while an endpoint is paused, then goes on by itself", async () => {
    const { pool, clock, granted, ask } = setup({});
    ask();
    await clock.advance(0);
    for (const lease of granted.slice()) pool.release(lease, { kind: "slow-down", pauseMs: 5_000 });
    ask();
    await clock.advance(4_999);
    expect(granted).toHaveLength(1);
    expect(pool.status()[0]?.pausedMs).toBe(1);
    await clock.advance(1);
    expect(granted).toHaveLength(2);
  });

  it("spaces starts evenly to the requests per minute", async () => {
    const { clock, granted, ask } = setup({ rpm: 120 });
    for (let i = 0; i < 200; i += 1) ask();
    await clock.advance(0);
    expect(granted).toHaveLength(1);
    await clock.advance(499);
    expect(granted).toHaveLength(1);
    await clock.advance(1);
    expect(granted).toHaveLength(2);
    await clock.advance(59_500);
    expect(granted).toHaveLength(121);
  });

  it("an idle hour saves up no burst", async () => {
    const { clock, granted, ask } = setup({ rpm: 60 });
    await clock.advance(3_600_000);
    for (let i = 0; i < 5; i += 1) ask();
    await clock.advance(2_000);
    expect(granted).toHaveLength(3);
  });

  it("paces by tokens, corrected by what calls really used", async () => {
    const { pool, clock, granted, ask } = setup({ tpm: 60_000 });
    ask({ tokens: 2_000 });
    ask({ tokens: 2_000 });
    await clock.advance(1_999);
    expect(granted).toHaveLength(1);
    await clock.advance(1);
    expect(granted).toHaveLength(2);
    // The second used 5,000 more than guessed: the third waits 2 s for the guess and 5 s for the rest.
    const second = granted[1];
    if (second !== undefined) pool.release(second, { kind: "ok", tokens: 7_000 });
    ask({ tokens: 1 });
    await clock.advance(6_999);
    expect(granted).toHaveLength(2);
    await clock.advance(1);
    expect(granted).toHaveLength(3);
  });
});

describe("choice among replicas", () => {
  it("takes the one with the smallest share of its limit in use", async () => {
    const { clock, granted, ask } = setup({ concurrency: 2 }, { concurrency: 6 });
    for (let i = 0; i < 8; i += 1) ask();
    await clock.advance(0);
    expect(granted.map((l) => l.index)).toEqual([0, 1, 1, 1, 0, 1, 1, 1]);
  });

  it("keeps a conversation at home unless home is clearly busier", async () => {
    const { clock, granted, ask } = setup({ concurrency: 8 }, { concurrency: 8 });
    for (let i = 0; i < 5; i += 1) ask({ prefer: 1 });
    await clock.advance(0);
    expect(granted.map((l) => l.index)).toEqual([1, 1, 1, 0, 1]);
  });

  it("steps around a failing replica for a growing time, but waits for no one when all fail", async () => {
    const { pool, clock, granted, ask } = setup({}, {});
    const fail = async (index: number): Promise<void> => {
      granted.length = 0;
      ask({ prefer: index });
      await clock.advance(0);
      expect(granted[0]?.index).toBe(index);
      for (const lease of granted) pool.release(lease, { kind: "broken" });
    };
    await fail(0);
    granted.length = 0;
    for (let i = 0; i < 4; i += 1) ask({ prefer: 0 });
    await clock.advance(0);
    expect(granted.map((l) => l.index)).toEqual([1, 1, 1, 1]);
    expect(pool.hasAlternative(1)).toBe(false);
    await clock.advance(500);
    expect(pool.hasAlternative(1)).toBe(true);
    await fail(0);
    await clock.advance(999);
    expect(pool.hasAlternative(1)).toBe(false);
    await clock.advance(1);
    expect(pool.hasAlternative(1)).toBe(true);
    await fail(0);
    for (const lease of granted.splice(0)) pool.release(lease, { kind: "neutral" });
    ask({ prefer: 1 });
    await clock.advance(0);
    for (const lease of granted.splice(0)) pool.release(lease, { kind: "broken" });
    ask({ avoid: 1 });
    await clock.advance(0);
    expect(granted.map((l) => l.index)).toEqual([0]);
  });

  it("waits for a healthy replica that is full rather than burn an attempt at a broken one", async () => {
    const { pool, clock, granted, ask } = setup({ concurrency: 1 }, { concurrency: 1 });
    ask({ prefer: 0 });
    await clock.advance(0);
    for (const lease of granted.splice(0)) pool.release(lease, { kind: "broken" });
    ask();
    ask();
    await clock.advance(0);
    expect(granted.map((l) => l.index)).toEqual([1]);
    await clock.advance(500);
    expect(granted.map((l) => l.index)).toEqual([1, 0]);
  });
});
