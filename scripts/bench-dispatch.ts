/**
 * What handing units to workers costs: `node --import tsx scripts/bench-dispatch.ts [episodes per worker] [throughput | memory]` (default: 200, both), with redis-server installed.
 *  1. Throughput of 1, 2 and 3 workers (`t2s worker`, real processes) against a simulated endpoint that answers after 200 ms, beside what the latency alone allows: every slot of every
 *     worker has one call under way all the time. One episode is a call and a score, so two units.
 *  2. Overhead of a unit: CPU of coordinator, Redis and workers, beside the CPU of the same episodes in one process; and how long a worker's slot is taken beyond the endpoint's answer.
 *  3. Peak memory of a coordinator with 655,360 episodes pending, of the same one that resumes a ledger with half of them, and Redis' memory with its window of queued units full.
 * Exit code 1 when a bound is broken: n workers below 85 % of n times one, or one below 85 % of the same slots in one process, a coordinator above 512 MB, Redis above 100 MB, more than 10,000 units queued.
 */
import { type ChildProcess, spawn } from "node:child_process";
import { rmSync } from "node:fs";
import { mkdir, mkdtemp, readFile, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join, resolve } from "node:path";
import { Redis } from "ioredis";
import { readContext } from "../harness/cli/context.ts";
import { withOpenRun } from "../harness/cli/open-run.ts";
import { startSimulation } from "../harness/cli/start-simulation.ts";
import { startRedis } from "../harness/dispatch/redis.fixture.ts";
import { loadExperiment, loadModels } from "../harness/experiment/config/load-experiment.ts";
import { planSlots, rowHead } from "../harness/experiment/slots.ts";
import { appendLedger } from "../harness/store/ledger.ts";
import { busyMs, cpuMs, endGroup, familyOf, killGroups, onInterrupt, peakMb } from "./processes.ts";

const root = resolve(import.meta.dirname, "..");
const perWorker = Number(process.argv[2] ?? 200);
const only = process.argv[3];
const latencyMs = 200;
const slots = 4;
const bounds = { share: 0.85, coordinatorMb: 512, redisMb: 100, queued: 10_000 };
const home = await mkdtemp(join(tmpdir(), "t2s-bench-dispatch-"));
const began: ChildProcess[] = [];
let broken = 0;
onInterrupt(() => {
  killGroups(began);
  process.kill(redis.pid, "SIGKILL");
  rmSync(home, { recursive: true, force: true });
});

const sleep = (ms: number): Promise<void> => new Promise((done) => setTimeout(done, ms));
const ended = (child: ChildProcess): Promise<number | null> =>
  child.exitCode !== null ? Promise.resolve(child.exitCode) : new Promise((done) => child.once("close", done));

function hold(what: string, good: boolean): void {
  if (!good) broken += 1;
  console.log(`${good ? "ok  " : "FAIL"} ${what}`);
}

function t2s(...args: readonly string[]): ChildProcess {
  const child = spawn(process.execPath, [join(root, "harness/t2s.mjs"), ...args], {
    cwd: root,
    detached: true, // so that its own workers can be ended with it
    stdio: ["ignore", "ignore", process.env.T2S_BENCH_SHOW === undefined ? "ignore" : "inherit"],
  });
  began.push(child);
  return child;
}

/** An experiment with one call an episode and one scorer, no sandbox, no shell. */
async function writeConfig(name: string, more: string): Promise<string> {
  const path = join(home, `${name}.yaml`);
  await writeFile(
    path,
    `name: ${name}\nbenchmarks: [{ id: math, split: sample/test, scorers: [strict] }]\narms: [{ name: a }]\nsolvers: [sim-large]\nagent: { kind: react, tools: none }\n${more}\n`,
  );
  return path;
}

const models = join(home, "models");
await mkdir(models);
await using redis = await startRedis();
const client = new Redis(redis.url);
const served = await startSimulation(join(root, "configs/personas"), {
  personas: [...(await loadModels(["sim-large"])).values()],
  latency: { kind: "fixed", ms: latencyMs },
});
const endpoint = served.server;
if (endpoint === undefined) throw new Error("no endpoint");

/** Share of `total` requests that has arrived. */
async function until(share: number, total: number, from: number, run: ChildProcess): Promise<number> {
  while (endpoint !== undefined && endpoint.stats().requests - from < share * total) {
    if (run.exitCode !== null) throw new Error(`the run ended with ${run.exitCode} before it was done; set T2S_BENCH_SHOW=1 to see why`);
    await sleep(5);
  }
  return performance.now();
}

interface Measured {
  readonly perSecond: number;
  readonly cpu: { readonly coordinator: number; readonly redis: number; readonly workers: number };
  /** Cores that other programs, and the endpoint, kept busy meanwhile. */
  readonly others: number;
}

/** Runs `episodes` with so many workers, and measures between the 15th and the 90th of a hundred. */
async function measure(workers: number, episodes: number): Promise<Measured> {
  const config = await writeConfig(`w${workers}`, `attempts: ${Math.ceil(episodes / 64)}\nseeds: { rollout: [${workers}] }`);
  const total = Math.ceil(episodes / 64) * 64;
  const hands = Array.from({ length: workers }, (_, i) =>
    t2s("worker", redis.url, "--processes", "1", "--slots", String(slots), "--model-dir", models, "--cache", join(home, `cache${i}`)),
  );
  const from = endpoint?.stats().requests ?? 0;
  const run =
    workers === 0
      ? t2s("run", config, "--results", join(home, "local"), "--model-dir", models, "--concurrency", String(slots))
      : t2s("run", config, "--results", join(home, "results"), "--model-dir", models, "--executor", redis.url);
  const cpuOf = async () => ({
    coordinator: await cpuMs([run.pid ?? 0]),
    redis: await cpuMs([redis.pid]),
    workers: await cpuMs((await Promise.all(hands.map((one) => familyOf(one.pid ?? 0)))).flat()),
  });
  const first = await until(0.15, total, from, run);
  const [before, busyBefore] = [await cpuOf(), await busyMs()];
  const last = await until(0.9, total, from, run);
  const [after, busyAfter] = [await cpuOf(), await busyMs()];
  const code = await ended(run);
  if (code !== 0) throw new Error(`the run ended with ${code}; set T2S_BENCH_SHOW=1 to see why`);
  await Promise.all(hands.map(endGroup));
  const done = 0.75 * total;
  const share = (name: keyof Measured["cpu"]): number => (after[name] - before[name]) / done / 2;
  const own = after.coordinator + after.redis + after.workers - before.coordinator - before.redis - before.workers;
  return {
    perSecond: (1000 * done) / (last - first),
    cpu: { coordinator: share("coordinator"), redis: share("redis"), workers: share("workers") },
    others: (busyAfter - busyBefore - own) / (last - first),
  };
}

async function throughput(): Promise<void> {
  const alone = await measure(0, perWorker);
  console.log(
    `${slots} slots a worker, ${latencyMs} ms latency; CPU in ms a unit, two units an episode; the first line is one process without Redis`,
  );
  console.log("workers  episodes/s  of bound  growth  slot ms beyond latency  CPU coordinator  Redis  workers  cores of others");
  const line = (workers: number, one: Measured, growth: number): void => {
    const width = Math.max(workers, 1) * slots;
    const bound = (width * 1000) / latencyMs;
    const beyond = (width * 1000) / one.perSecond - latencyMs;
    console.log(
      [String(workers), one.perSecond.toFixed(1), (one.perSecond / bound).toFixed(3), growth.toFixed(2), beyond.toFixed(1)]
        .concat([one.cpu.coordinator, one.cpu.redis, one.cpu.workers, one.others].map((ms) => ms.toFixed(2)))
        .map((text, i) => text.padStart([7, 10, 8, 6, 22, 15, 5, 7, 15][i] ?? 0))
        .join("  "),
    );
  };
  line(0, alone, 1);
  const all: Measured[] = [];
  for (const workers of [1, 2, 3]) {
    const one = await measure(workers, perWorker * workers);
    all.push(one);
    line(workers, one, one.perSecond / (all[0]?.perSecond ?? 1));
  }
  const [single = alone] = all;
  const wanted = `at least ${bounds.share}`;
  hold(
    `1 worker: ${(single.perSecond / alone.perSecond).toFixed(2)} of one process, ${wanted}`,
    single.perSecond >= bounds.share * alone.perSecond,
  );
  for (const [i, one] of all.slice(1).entries()) {
    const share = one.perSecond / single.perSecond / (i + 2);
    hold(`${i + 2} workers: ${share.toFixed(2)} of ${i + 2} times one, ${wanted}`, share >= bounds.share);
  }
}

/** Starts a coordinator without workers and waits until Redis' window does not grow any more. */
async function pending(what: string, config: string, results: string, more: readonly string[] = []): Promise<void> {
  await client.flushall();
  const run = t2s("run", config, "--results", results, "--model-dir", models, "--executor", redis.url, ...more);
  let queued = 0;
  for (let still = 0; still < 5; ) {
    await sleep(1000);
    if (run.exitCode !== null) throw new Error(`the run ended with ${run.exitCode}; set T2S_BENCH_SHOW=1 to see why`);
    const now = await client.llen("bull:t2s:wait");
    still = now === queued && now > 0 ? still + 1 : 0;
    queued = now;
  }
  const mb = await peakMb(run.pid ?? 0);
  const redisMb = Number(/used_memory_peak:(\d+)/.exec(await client.info("memory"))?.[1]) / 1e6;
  const begun = performance.now();
  run.kill("SIGINT");
  await ended(run);
  const drain = (performance.now() - begun) / 1000;
  console.log(`${what}: ${queued} units queued, ${drain.toFixed(1)} s to take them back`);
  hold(`coordinator ${mb.toFixed(0)} MB at its peak, at most ${bounds.coordinatorMb}`, mb <= bounds.coordinatorMb);
  hold(`Redis ${redisMb.toFixed(1)} MB at its peak, at most ${bounds.redisMb}`, redisMb <= bounds.redisMb);
  hold(`${queued} units in Redis, at most ${bounds.queued}`, queued <= bounds.queued);
}

async function memory(): Promise<void> {
  const seeds = Array.from({ length: 10 }, (_, i) => i + 1);
  const config = await writeConfig("pending", `attempts: 1024\nseeds: { rollout: [${seeds.join(", ")}] }`);
  await pending("655,360 episodes pending", config, join(home, "pending"));
  await pending("the same, as wide as Redis' window and more", config, join(home, "wide"), ["--concurrency", "12000"]);
  const context = { ...readContext(), cwd: root, err: () => undefined };
  const results = join(home, "half");
  const { spec } = await loadExperiment(config, { set: [] });
  let slotsThere = 0;
  await withOpenRun(spec, undefined, { results, modelDir: models }, context, async ({ resolved }) => {
    await mkdir(join(results, "pending"), { recursive: true });
    await using ledger = await appendLedger(join(results, "pending/ledger.jsonl"));
    for (const slot of planSlots(resolved.spec, resolved.arms)) {
      slotsThere += 1;
      const state = slotsThere % 32 === 0 ? "errored" : "graded";
      if (slotsThere % 2 === 0) await ledger.append({ ...rowHead(slot), state, scoring: slot.task.scoring, outcomes: [] });
    }
  });
  await pending(`half of ${slotsThere} episodes in the ledger, some of them errored, the others pending`, config, results);
}

try {
  const text = await readFile(join(root, "configs/models/sim-large.yaml"), "utf8");
  await writeFile(join(models, "sim-large.yaml"), `${text}\nendpoints: [{ base_url: "${endpoint.url}", concurrency: 64 }]\n`);
  if (only !== "memory") await throughput();
  if (only !== "throughput") await memory();
} finally {
  await Promise.all(began.map(endGroup));
  client.disconnect();
  await endpoint.close();
  await rm(home, { recursive: true, force: true });
}
process.exitCode = broken === 0 ? 0 : 1;
