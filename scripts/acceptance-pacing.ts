/**
 * Limits, budgets and stop orders over many processes, measured at the endpoint: `node --import tsx scripts/acceptance-pacing.ts [REQUESTS_PER_MINUTE] [MINUTES]`.
 *  1. Three workers of four slots on a real Redis keep a limit a minute in any 60 seconds, though Redis is killed in the middle and comes back empty 25 s later.
 *  2. A cost ceiling, for workers, child processes and one process: how many calls are answered beyond it, and that going on makes each remaining call exactly once and ends with
 *     the results of a run without a ceiling.
 * Exits with 1 when anything is missed. Needs redis-server and a sandbox.
 */
import { type ChildProcess, spawn } from "node:child_process";
import { mkdir, mkdtemp, readFile, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join, resolve } from "node:path";
import { startRedis } from "../harness/dispatch/redis.fixture.ts";
import { readLedger } from "../harness/store/ledger.ts";
import { loggedEndpoint, type SeenCall } from "./logged-endpoint.ts";
import { endGroup } from "./processes.ts";
import { compareContent, contentOf } from "./run-content.ts";

const perMinute = Number(process.argv[2] ?? 50);
const minutes = Number(process.argv[3] ?? 4);
const outageS = 25;
const workers = 3;
const slotsEach = 4;
const slots = workers * slotsEach;
/** USD per million tokens. */
const prices = { prompt: 10, completion: 30 };

const root = resolve(import.meta.dirname, "..");
const home = await mkdtemp(join(tmpdir(), "t2s-pacing-"));
const env = { ...process.env, T2S_DATA_HOME: join(home, "data"), NO_COLOR: "1" };
const children: ChildProcess[] = [];
let misses = 0;

function check(good: boolean, text: string): void {
  if (!good) misses += 1;
  console.log(`${good ? "ok    " : "MISSED"} ${text}`);
}

interface Started {
  readonly child: ChildProcess;
  readonly said: () => string;
  readonly ended: Promise<number | null>;
}

function t2s(...args: readonly string[]): Started {
  const child = spawn(process.execPath, [join(root, "harness/t2s.mjs"), ...args], {
    cwd: root,
    env,
    stdio: ["ignore", "pipe", "pipe"],
    detached: true,
  });
  children.push(child);
  let said = "";
  for (const stream of [child.stdout, child.stderr])
    stream.setEncoding("utf8").on("data", (text: string) => {
      said += text;
    });
  return { child, said: () => said, ended: new Promise((done) => child.once("close", done)) };
}

const sleep = (ms: number): Promise<void> => new Promise((done) => setTimeout(done, ms));
async function until(done: () => boolean): Promise<void> {
  while (!done()) await sleep(50);
}

/** A folder whose sim-large is the logged endpoint. */
async function modelsAt(url: string, name: string, limits: string): Promise<string> {
  const folder = join(home, name);
  await mkdir(folder);
  const text = (await readFile(join(root, "configs/models/sim-large.yaml"), "utf8")).replace(
    /^prices:.*$/m,
    `prices: { prompt: ${prices.prompt}, completion: ${prices.completion} }`,
  );
  await writeFile(join(folder, "sim-large.yaml"), `${text}endpoints: [{ base_url: "${url}", concurrency: 64${limits} }]\n`);
  return folder;
}

async function configOf(name: string, seeds: readonly number[]): Promise<string> {
  const file = join(home, `${name}.yaml`);
  await writeFile(
    file,
    `name: ${name}
benchmarks: [{ id: spreadsheetbench, split: sample/test, limit: 24 }]
arms: [{ name: none }]
solvers: [sim-large]
limits: { max_turns: 20, command_timeout_s: 60 }
seeds: { rollout: [${seeds.join(", ")}] }
`,
  );
  return file;
}

async function startWorkers(redis: string, models: string): Promise<Started[]> {
  const started = Array.from({ length: workers }, () =>
    t2s("worker", redis, "--processes", "1", "--slots", String(slotsEach), "--model-dir", models),
  );
  await until(() => started.every(({ said }) => said().includes("units at once")));
  return started;
}

/** The most arrivals in any 60 seconds. */
function mostInAMinute(arrivals: readonly number[]): number {
  let most = 0;
  for (let from = 0, to = 0; to < arrivals.length; to += 1) {
    while ((arrivals[to] ?? 0) - (arrivals[from] ?? 0) >= 60_000) from += 1;
    most = Math.max(most, to - from + 1);
  }
  return most;
}

async function pacing(): Promise<void> {
  console.log(`${perMinute} requests a minute, ${workers} workers of ${slotsEach} slots, ${minutes} minutes, Redis away for ${outageS} s`);
  await using endpoint = await loggedEndpoint(200);
  await using redis = await startRedis();
  const models = await modelsAt(endpoint.url, "paced", `, rpm: ${perMinute}`);
  const crew = await startWorkers(redis.url, models);
  const config = await configOf(
    "paced",
    Array.from({ length: 40 }, (_, i) => i),
  );
  const run = t2s("run", config, "--executor", redis.url, "--model-dir", models, "--results", join(home, "paced-results"));
  await until(() => endpoint.calls.length > 0);
  const begun = performance.now();
  await sleep((minutes * 60_000) / 2);
  const [from, down] = [performance.now(), redis.restartEmpty(outageS * 1000)];
  await down;
  const to = performance.now();
  await sleep(Math.max(0, begun + minutes * 60_000 - performance.now()));
  const end = performance.now();
  const arrivals = endpoint.calls.map(({ arrivedAt }) => arrivedAt);
  const [before, during, after] = [
    arrivals.filter((at) => at <= from),
    arrivals.filter((at) => at > from && at < to),
    arrivals.filter((at) => at >= to && at <= end),
  ];
  const most = mostInAMinute(arrivals);
  check(most <= perMinute, `most calls in any 60 s: ${most}, limit ${perMinute}`);
  const rate = (before.length * 60_000) / (from - begun);
  check(rate > 0.9 * perMinute, `rate before Redis went away: ${rate.toFixed(1)} a minute`);
  check(during.length <= workers, `calls while Redis was away: ${during.length} (let through before, at most one a worker)`);
  const again = after[0] === undefined ? "none" : `${((after[0] - to) / 1000).toFixed(1)} s after it was back`;
  const rateAfter = (Math.max(0, after.length - 1) * 60_000) / (end - (after[0] ?? end));
  check(rateAfter > 0.9 * perMinute, `first call ${again}, from then on ${rateAfter.toFixed(1)} a minute`);
  run.child.kill("SIGINT");
  await sleep(300);
  run.child.kill("SIGINT");
  await run.ended;
  await sleep(1500);
  const late = endpoint.calls.length;
  await sleep(3000);
  check(endpoint.calls.length === late, `calls more than 1.5 s after the run was cut off with Ctrl-C: ${endpoint.calls.length - late}`);
  for (const { child } of crew) await endGroup(child);
}

const costOf = ({ promptTokens, completionTokens }: SeenCall): number =>
  (promptTokens * prices.prompt + completionTokens * prices.completion) / 1e6;
const answered = (calls: readonly SeenCall[]): SeenCall[] =>
  calls.filter(({ answeredAt }) => Number.isFinite(answeredAt)).sort((a, b) => a.answeredAt - b.answeredAt);
const timesOf = (calls: readonly SeenCall[]): Map<string, number> => {
  const times = new Map<string, number>();
  for (const { request } of calls) times.set(request, (times.get(request) ?? 0) + 1);
  return times;
};

async function erroredRows(results: string): Promise<number> {
  let count = 0;
  for await (const row of readLedger(join(results, "ceiling", "ledger.jsonl")))
    if (row.type === "episode" && row.state === "errored") count += 1;
  return count;
}

async function ceilings(): Promise<void> {
  await using endpoint = await loggedEndpoint(150);
  const models = await modelsAt(endpoint.url, "priced", "");
  const config = await configOf("ceiling", [41, 42, 43]);
  const common = ["run", config, "--model-dir", models];
  const free = join(home, "free");
  await t2s(...common, "--results", free, "--concurrency", String(slots)).ended;
  const whole = await contentOf(free);
  const wanted = timesOf(endpoint.calls);
  const total = endpoint.calls.reduce((sum, call) => sum + costOf(call), 0);
  const ceiling = Number((total / 3).toFixed(2));
  console.log(`without a ceiling: ${endpoint.calls.length} calls, ${total.toFixed(2)} USD; ceiling ${ceiling} USD, ${slots} slots`);
  await using redis = await startRedis();
  const ways: Readonly<Record<string, readonly string[]>> = {
    workers: ["--executor", redis.url],
    "child processes": ["--child-processes", "3", "--concurrency", String(slots)],
    "one process": ["--concurrency", String(slots)],
  };
  for (const [name, more] of Object.entries(ways)) {
    endpoint.forget();
    const results = join(home, name.replace(" ", "-"));
    const crew = name === "workers" ? await startWorkers(redis.url, models) : [];
    const first = t2s(...common, "--results", results, ...more, "--set", `budget.max_cost_usd=${ceiling}`);
    const code = await first.ended;
    const stopped = first.said().includes(`the budget of ${ceiling} USD is used up`);
    check(code === 1 && stopped, `${name}: stopped by the ceiling (exit code ${code})`);
    let spent = 0;
    const calls = answered(endpoint.calls);
    const within = calls.findIndex((call) => {
      spent += costOf(call);
      return spent >= ceiling;
    });
    const beyond = calls.length - within - 1;
    check(within >= 0 && beyond <= slots, `${name}: ${within + 1} calls to the ceiling, ${beyond} beyond it, ${slots} slots`);
    check((await erroredRows(results)) === 0, `${name}: no episode counted as failed for it`);
    const last = await t2s(...common, "--results", results, ...more).ended;
    const made = timesOf(endpoint.calls);
    const twice = [...made].filter(([request, times]) => times > (wanted.get(request) ?? 0)).length;
    const never = [...wanted].filter(([request, times]) => times > (made.get(request) ?? 0)).length;
    check(
      last === 0 && twice === 0 && never === 0,
      `${name}: went on to the end with ${endpoint.calls.length - calls.length} calls; made more than once or not at all: ${twice + never}`,
    );
    misses += compareContent(`${name}: results against those without a ceiling`, whole, await contentOf(results));
    for (const { child } of crew) await endGroup(child);
  }
}

try {
  await ceilings();
  await pacing();
} finally {
  for (const child of children) await endGroup(child);
  await rm(home, { recursive: true, force: true });
}
console.log(misses === 0 ? "\nall limits held" : `\n${misses} missed`);
process.exit(misses === 0 ? 0 : 1);
