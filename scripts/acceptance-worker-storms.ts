/**
 * Does a run over workers come through disturbances? `node --import tsx scripts/acceptance-worker-storms.ts [rounds] [--cut-seconds n] [--seed n]` (20 rounds, a minute, seed 1), as root on Linux
 * with redis-server. Coordinator, Redis and three workers are in network namespaces of their own, without a common folder; the simulated endpoint answers after half a second.
 * Rounds take turns: kill -9 of a worker, Redis restarted empty, a worker cut off from the network, kill -9 of the coordinator, a worker of another version. When an experiment ends
 * before the rounds do, the next one begins in an empty folder. Held to: every experiment equals an undisturbed local one (units, ledger, skills, tables); the endpoint is asked no more often
 * than then, but for what was in flight at the disturbances; every event is to be seen in a log. Exit code 1 otherwise.
 */
import { type ChildProcess, spawn } from "node:child_process";
import { mkdir, mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { parseArgs } from "node:util";
import { compareContent, contentOf } from "./run-content.ts";
import { ended, isOver, openField, sleep, t2s } from "./storm-field.ts";

const { values, positionals } = parseArgs({
  options: { "cut-seconds": { type: "string", default: "60" }, seed: { type: "string", default: "1" } },
  allowPositionals: true,
});
const rounds = Number(positionals[0] ?? 20);
const cutMs = 1000 * Number(values["cut-seconds"]);
const home = await mkdtemp(join(tmpdir(), "t2s-worker-storms-"));
const workers = ["w1", "w2", "w3"];
const slots = 4;
const lockSeconds = 15;
const begun = performance.now();

// Linear congruential, so that a seed names the storm.
let state = Number(values.seed);
const draw = (n: number): number => {
  state = (state * 1103515245 + 12345) % 2147483648;
  return Math.floor((state / 2147483648) * n);
};

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

await using field = await openField(home, { workers, slots, lockSeconds });
const { client, calls, says, logOf } = field;
let redis = await field.startRedis();
await client.connect();
/** What the experiment under way is, and how much was allowed to be paid for again. */
let cycle = { number: 0, results: "", allowed: 0, from: 0, coordinator: redis };

const hands = new Map<string, ChildProcess>();

async function beginCycle(): Promise<void> {
  const results = join(field.hidden, `cycle-${cycle.number + 1}`);
  await mkdir(results, { recursive: true });
  cycle = { number: cycle.number + 1, results, allowed: 0, from: calls(), coordinator: field.startCoordinator(configPath, results) };
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
      hands.set(victim, field.startWorker(victim));
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
      redis = await field.startRedis();
      return await says("run", from, /\d+ queued units were no longer in Redis and are queued again/, 20_000);
    },
  },
  {
    name: `a worker cut off for ${cutMs / 1000} s`,
    // What was under way when the cable was pulled, and what it asks again when it is back.
    inFlight: 2 * slots,
    async run(victim) {
      const [from, own] = [logOf("run").length, logOf(victim).length];
      field.setLink(victim, "down");
      await sleep(cutMs);
      field.setLink(victim, "up");
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
      cycle.coordinator = field.startCoordinator(configPath, cycle.results);
      return await says("run", from, /\d+ episodes planned, \d+ already done|learning: \d+ episodes/, 60_000);
    },
  },
  {
    name: "a worker of another version",
    inFlight: 0,
    async run() {
      const child = field.startOther();
      const from = logOf("other").length;
      const seen = await says("other", from, /refused: unit score has revision \d+ here and \d+ in the run/, 60_000);
      const code = await ended(child);
      return code === 2 ? seen : undefined;
    },
  },
];

try {
  const local = join(home, "local");
  const code = await ended(
    spawn(process.execPath, t2s("run", configPath, "--results", local, "--model-dir", field.models, "--concurrency", "48").slice(1), {
      env: field.env,
      stdio: "ignore",
    }),
  );
  if (code !== 0) throw new Error(`the undisturbed run ended with ${code}`);
  const [whole, paid] = [await contentOf(local), calls()];
  console.log(`undisturbed: ${whole.size} rows, units and files, ${paid} calls`);
  for (const name of workers) hands.set(name, field.startWorker(name));
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
  if (failures > 0) for (const [name, text] of field.logs) console.log(`--- ${name}\n${text.slice(-4000)}`);
  await field[Symbol.asyncDispose]();
  await rm(home, { recursive: true, force: true });
}
process.exitCode = failures === 0 ? 0 : 1;
