/**
 * Does a run over workers come through disturbances? `node --import tsx scripts/acceptance-worker-storms.ts [rounds] [--cut-seconds n] [--seed n]` (20 rounds, a minute, seed 1), as root on Linux
 * with redis-server. Coordinator, Redis and three workers are in network namespaces of their own, without a common folder; the simulated endpoint answers after half a second.
 * Rounds take turns: kill -9 of a worker, Redis restarted empty, a worker cut off from the network, kill -9 of the coordinator, a worker of another version. When an experiment ends
 * before the rounds do, the next one begins in an empty folder. Held to: every experiment equals an undisturbed local one (units, ledger, skills, tables); the endpoint is asked no more often
 * than then, but for what was in flight at the disturbances; every event is to be seen in a log. Exit code 1 otherwise.
 */
import type { ChildProcess } from "node:child_process";
import { spawn } from "node:child_process";
import { randomUUID } from "node:crypto";
import { cp, mkdir, mkdtemp, readFile, rm, symlink, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join, resolve } from "node:path";
import { parseArgs } from "node:util";
import { Redis } from "ioredis";
import { startSimulation } from "../harness/cli/start-simulation.ts";
import { loadModels } from "../harness/experiment/config/load-experiment.ts";
import { openNetwork, without } from "./network.ts";
import { compareContent, contentOf } from "./run-content.ts";

const { values, positionals } = parseArgs({
  options: { "cut-seconds": { type: "string", default: "60" }, seed: { type: "string", default: "1" } },
  allowPositionals: true,
});
const rounds = Number(positionals[0] ?? 20);
const cutMs = 1000 * Number(values["cut-seconds"]);
const root = resolve(import.meta.dirname, "..");
const home = await mkdtemp(join(tmpdir(), "t2s-worker-storms-"));
const workers = ["w1", "w2", "w3"];
const slots = 4;
const lockSeconds = 15;
const env = { ...process.env, T2S_STORE_TOKEN: randomUUID(), NO_COLOR: "1" };
const models = join(home, "models");
const begun = performance.now();

// Linear congruential, so that a seed names the storm.
let state = Number(values.seed);
const draw = (n: number): number => {
  state = (state * 1103515245 + 12345) % 2147483648;
  return Math.floor((state / 2147483648) * n);
};
const sleep = (ms: number): Promise<void> => new Promise((done) => setTimeout(done, ms));
const ended = (child: ChildProcess): Promise<number | null> =>
  child.exitCode !== null || child.signalCode !== null ? Promise.resolve(child.exitCode) : new Promise((done) => child.once("close", done));
const isOver = (child: ChildProcess): boolean => child.exitCode !== null || child.signalCode !== null;

let failures = 0;
function check(good: boolean, text: string): void {
  if (!good) failures += 1;
  console.log(`${good ? "ok  " : "FAIL"} ${((performance.now() - begun) / 1000).toFixed(0).padStart(4)} s  ${text}`);
}

const configPath = join(home, "storm.yaml");
/** One call a unit, so that what is in flight can be counted: problems in one reply, and a skill from single-call analysts. */
await writeFile(
  configPath,
  `name: storm
benchmarks: [{ id: math, split: sample/test, attempts: 6 }]
arms:
  - { name: no-skill }
  - { name: evolved, guidance: { kind: evolved, signals: error } }
contrasts: [[evolved, no-skill]]
baseline: no-skill
solvers: [sim-large, sim-small]
evolution: { author: sim-large, start: { skill: skills/math-parametric }, limit: 24, analysts: { error: single-call } }
agent: { kind: react, tools: none }
seeds: { rollout: [41, 42], evolution: [41] }
`,
);

/** What every process has written, by name; what a restarted one writes is added. */
const logs = new Map<string, string>();
const logOf = (name: string): string => logs.get(name) ?? "";
const hear = (name: string) => (text: string) => void logs.set(name, logOf(name) + text);
const command = (...args: readonly string[]): string[] => [process.execPath, join(root, "harness/t2s.mjs"), ...args];

await mkdir(models);
using network = openNetwork(["run", "redis", ...workers, "other"]);
const redisUrl = `redis://${network.addressOf("redis")}:6379`;
const { server: endpoint } = await startSimulation(join(root, "configs/personas"), {
  personas: [...(await loadModels(["sim-large", "sim-small"])).values()],
  host: network.own,
  latency: { kind: "fixed", ms: 500 },
});
if (endpoint === undefined) throw new Error("no endpoint");
/** Model calls that arrived so far. */
const calls = (): number => Object.values(endpoint.stats().perModel).reduce((sum, n) => sum + n, 0);
for (const name of ["sim-large", "sim-small"])
  await writeFile(
    join(models, `${name}.yaml`),
    `${await readFile(join(root, `configs/models/${name}.yaml`), "utf8")}\nendpoints: [{ base_url: "${endpoint.url}", concurrency: 64 }]\n`,
  );

async function startRedis(): Promise<ChildProcess> {
  const child = network.start(
    "redis",
    ["redis-server", "--bind", "0.0.0.0", "--protected-mode", "no", "--save", "", "--appendonly", "no"],
    env,
  );
  await sleep(500);
  return child;
}

let redis = await startRedis();
const client = new Redis(redisUrl, { maxRetriesPerRequest: null, retryStrategy: () => 200 });
client.on("error", () => undefined);
/** What the experiment under way is, and how much was allowed to be paid for again. */
let cycle = { number: 0, results: "", allowed: 0, from: 0, coordinator: redis };

const startWorker = (name: string): ChildProcess =>
  network.start(
    name,
    without(
      join(home, "hidden"),
      command("worker", redisUrl, "--processes", "1", "--slots", String(slots), "--lock-seconds", String(lockSeconds)).concat([
        "--model-dir",
        models,
        "--cache",
        join(home, `cache-${name}`),
      ]),
    ),
    env,
    hear(name),
  );
const hands = new Map<string, ChildProcess>();

const startCoordinator = (results: string): ChildProcess =>
  network.start(
    "run",
    command("run", configPath, "--results", results, "--model-dir", models, "--executor", redisUrl).concat([
      "--serve-store",
      `http://${network.addressOf("run")}:8478`,
    ]),
    env,
    hear("run"),
  );

async function beginCycle(): Promise<void> {
  const results = join(home, "hidden", `cycle-${cycle.number + 1}`);
  await mkdir(results, { recursive: true });
  cycle = { number: cycle.number + 1, results, allowed: 0, from: calls(), coordinator: startCoordinator(results) };
}

async function endCycle(whole: ReadonlyMap<string, string>, paid: number): Promise<void> {
  const code = await ended(cycle.coordinator);
  check(code === 0, `experiment ${cycle.number}: the coordinator ended with ${code}`);
  failures += compareContent(`experiment ${cycle.number}, against one machine`, whole, await contentOf(cycle.results));
  const spent = calls() - cycle.from;
  check(
    spent <= paid + cycle.allowed,
    `experiment ${cycle.number}: ${spent} calls arrived, ${paid} undisturbed; ${spent - paid} more, at most ${cycle.allowed} were in flight at disturbances`,
  );
}

/** True when enough is under way everywhere for a disturbance to hit something; false when the experiment ends first. */
async function busy(): Promise<boolean> {
  for (;;) {
    if (isOver(cycle.coordinator)) return false;
    const [active, waiting] = [await client.llen("bull:t2s:active"), await client.llen("bull:t2s:wait")];
    if (active > (workers.length - 1) * slots && waiting > 8 * slots) return true;
    await sleep(100);
  }
}

/** Whether a process writes something of that form beyond what it had written. */
async function says(name: string, from: number, pattern: RegExp, withinMs: number): Promise<string | undefined> {
  const until = performance.now() + withinMs;
  for (;;) {
    const found = pattern.exec(logOf(name).slice(from))?.[0];
    if (found !== undefined || performance.now() > until) return found;
    await sleep(100);
  }
}

/** How long it may take until others see that a worker is gone. */
const noticedMs = 1000 * (2 * lockSeconds + 5);
const gone = /the worker on unit [0-9a-f]+ is gone; another one takes it/;

const events: readonly { readonly name: string; readonly inFlight: number; run(victim: string): Promise<string | undefined> }[] = [
  {
    name: "kill -9 of a worker",
    inFlight: slots,
    async run(victim) {
      const from = logOf("run").length;
      hands.get(victim)?.kill("SIGKILL");
      const seen = await says("run", from, gone, noticedMs);
      hands.set(victim, startWorker(victim));
      return seen;
    },
  },
  {
    name: "Redis restarted empty",
    inFlight: slots * workers.length,
    async run() {
      const from = logOf("run").length;
      redis.kill("SIGKILL");
      await ended(redis);
      await sleep(draw(4000));
      redis = await startRedis();
      return await says("run", from, /\d+ queued units were no longer in Redis and are queued again/, 20_000);
    },
  },
  {
    name: `a worker cut off for ${cutMs / 1000} s`,
    // What was under way when the cable was pulled, and what it asks again when it is back.
    inFlight: 2 * slots,
    async run(victim) {
      const [from, own] = [logOf("run").length, logOf(victim).length];
      network.setLink(victim, "down");
      await sleep(cutMs);
      network.setLink(victim, "up");
      const seen = [
        await says("run", from, gone, noticedMs),
        await says(victim, own, /Redis does not answer/, 1000),
        await says(victim, own, /Redis answers again/, 90_000),
      ];
      return seen.every((one) => one !== undefined) ? seen.join("; ") : undefined;
    },
  },
  {
    name: "kill -9 of the coordinator",
    inFlight: 0,
    async run() {
      cycle.coordinator.kill("SIGKILL");
      await ended(cycle.coordinator);
      await sleep(draw(4000));
      const from = logOf("run").length;
      cycle.coordinator = startCoordinator(cycle.results);
      return await says("run", from, /\d+ episodes planned, \d+ already done|learning: \d+ episodes/, 60_000);
    },
  },
  {
    name: "a worker of another version",
    inFlight: 0,
    async run() {
      const child = network.start(
        "other",
        [
          process.execPath,
          join(home, "other/harness/t2s.mjs"),
          "worker",
          redisUrl,
          "--processes",
          "1",
          "--cache",
          join(home, "cache-other"),
        ],
        env,
        hear("other"),
      );
      const from = logOf("other").length;
      const seen = await says("other", from, /refused: unit score has revision \d+ here and \d+ in the run/, 60_000);
      const code = await ended(child);
      return code === 2 ? seen : undefined;
    },
  },
];

/** A copy of this program in which one kind of unit has another revision. */
async function copyOtherVersion(): Promise<void> {
  for (const name of ["harness", "benchmarks", "configs", "skills", "package.json", "tsconfig.json"])
    await cp(join(root, name), join(home, "other", name), { recursive: true });
  await symlink(join(root, "node_modules"), join(home, "other/node_modules"));
  const path = join(home, "other/harness/evaluate/score.ts");
  const text = await readFile(path, "utf8");
  const changed = text.replace(/scoreRev = (\d+)/, (_, rev) => `scoreRev = ${Number(rev) + 1}`);
  if (changed === text) throw new Error("no revision found to change");
  await writeFile(path, changed);
}

try {
  await copyOtherVersion();
  await mkdir(join(home, "hidden"));
  const local = join(home, "local");
  const code = await ended(
    spawn(process.execPath, command("run", configPath, "--results", local, "--model-dir", models, "--concurrency", "48").slice(1), {
      env,
      cwd: root,
      stdio: ["ignore", "ignore", "ignore"],
    }),
  );
  if (code !== 0) throw new Error(`the undisturbed run ended with ${code}`);
  const [whole, paid] = [await contentOf(local), calls()];
  console.log(`undisturbed: ${whole.size} rows, units and files, ${paid} calls`);
  for (const name of workers) hands.set(name, startWorker(name));
  await beginCycle();
  for (let round = 1; round <= rounds; round += 1) {
    while (!(await busy())) {
      await endCycle(whole, paid);
      await beginCycle();
    }
    await sleep(draw(1500));
    const event = events[(round - 1) % events.length];
    if (event === undefined) break;
    const victim = workers[draw(workers.length)] ?? "w1";
    cycle.allowed += event.inFlight;
    const seen = await event.run(victim);
    check(
      seen !== undefined,
      `round ${round}, ${event.name}${/worker (cut|$)|of a worker/.test(event.name) ? ` (${victim})` : ""}: ${seen ?? "not to be seen in a log"}`,
    );
  }
  await endCycle(whole, paid);
} finally {
  if (failures > 0) for (const [name, text] of logs) console.log(`--- ${name}\n${text.slice(-4000)}`);
  client.disconnect();
  await endpoint.close();
  network[Symbol.dispose]();
  await rm(home, { recursive: true, force: true });
}
process.exitCode = failures === 0 ? 0 : 1;
