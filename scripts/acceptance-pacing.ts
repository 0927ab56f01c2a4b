/**
 * Limits, budgets and stop orders over many processes, measured at the endpoint: `node --import tsx scripts/acceptance-pacing.ts [REQUESTS_PER_MINUTE] [MINUTES]`.
 *  1. Three workers of four slots on a real Redis keep a limit a minute in any 60 seconds, though Redis is killed in the middle and comes back empty 25 s later.
 *  2. A cost ceiling, for workers, child processes and one process: how many calls are answered beyond it, and that going on makes each remaining call exactly once and ends with
 *     the results of a run without a ceiling.
 *  3. Ctrl-C at the coordinator, once and twice: nothing is called afterwards, and going on pays again for nothing but what was cut off under way.
 * Exits with 1 when anything is missed. Needs redis-server and a sandbox.
 */
import { mkdir, mkdtemp, readFile, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join, resolve } from "node:path";
import { startRedis } from "../harness/dispatch/redis.fixture.ts";
import { readLedger } from "../harness/store/ledger.ts";
import { type LoggedEndpoint, loggedEndpoint, mostInAMinute, type SeenCall } from "./logged-endpoint.ts";
import { endGroup } from "./processes.ts";
import { compareContent, contentOf } from "./run-content.ts";
import { sleep, startsT2s, until } from "./start-t2s.ts";

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
const started = startsT2s({ T2S_DATA_HOME: join(home, "data"), NO_COLOR: "1" });
let misses = 0;

function check(good: boolean, text: string): void {
  if (!good) misses += 1;
  console.log(`${good ? "ok    " : "MISSED"} ${text}`);
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

async function pacing(): Promise<void> {
  console.log(`${perMinute} requests a minute, ${workers} workers of ${slotsEach} slots, ${minutes} minutes, Redis away for ${outageS} s`);
  await using endpoint = await loggedEndpoint(200);
  await using redis = await startRedis();
  const models = await modelsAt(endpoint.url, "paced", `, rpm: ${perMinute}`);
  const crew = await started.workers(workers, redis.url, slotsEach, models);
  const config = await configOf(
    "paced",
    Array.from({ length: 40 }, (_, i) => i),
  );
  const run = started.t2s("run", config, "--executor", redis.url, "--model-dir", models, "--results", join(home, "paced-results"));
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
  check(rate > 0.8 * perMinute, `rate before Redis went away: ${rate.toFixed(1)} a minute`);
  check(during.length <= workers, `calls while Redis was away: ${during.length} (let through before, at most one a worker)`);
  const again = after[0] === undefined ? "none" : `${((after[0] - to) / 1000).toFixed(1)} s after it was back`;
  const rateAfter = (Math.max(0, after.length - 1) * 60_000) / (end - (after[0] ?? end));
  check(rateAfter > 0.8 * perMinute, `first call ${again}, from then on ${rateAfter.toFixed(1)} a minute`);
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

/** What a run without any stop makes and ends with. */
interface Undisturbed {
  readonly endpoint: LoggedEndpoint;
  /** The command, without where results go and who runs the units. */
  readonly command: readonly string[];
  readonly models: string;
  readonly wanted: ReadonlyMap<string, number>;
  readonly content: ReadonlyMap<string, string>;
  readonly usd: number;
}

async function undisturbed(endpoint: LoggedEndpoint): Promise<Undisturbed> {
  const models = await modelsAt(endpoint.url, "priced", "");
  const command = ["run", await configOf("ceiling", [41, 42, 43]), "--model-dir", models];
  const results = join(home, "undisturbed");
  await started.t2s(...command, "--results", results, "--concurrency", String(slots)).ended;
  const usd = endpoint.calls.reduce((sum, call) => sum + costOf(call), 0);
  console.log(`undisturbed: ${endpoint.calls.length} calls, ${usd.toFixed(2)} USD`);
  return { endpoint, command, models, wanted: timesOf(endpoint.calls), content: await contentOf(results), usd };
}

/** Goes on with what was stopped; as many calls as were under way when it was cut off may be made again. */
async function goOn(name: string, whole: Undisturbed, where: readonly string[], results: string, underWay: number): Promise<void> {
  const { endpoint, command, wanted, content } = whole;
  const before = endpoint.calls.length;
  const code = await started.t2s(...command, "--results", results, ...where).ended;
  const made = timesOf(endpoint.calls);
  const more = (one: ReadonlyMap<string, number>, other: ReadonlyMap<string, number>): number =>
    [...one].reduce((sum, [request, times]) => sum + Math.max(0, times - (other.get(request) ?? 0)), 0);
  const [twice, never] = [more(made, wanted), more(wanted, made)];
  check(
    code === 0 && never === 0 && twice <= underWay,
    `${name}: went on with ${endpoint.calls.length - before} calls; never made: ${never}; made again: ${twice}, of those under way at most ${underWay}`,
  );
  check((await erroredRows(results)) === 0, `${name}: no episode counted as failed for it`);
  misses += compareContent(`${name}: results against the undisturbed ones`, content, await contentOf(results));
}

async function ceilings(whole: Undisturbed, redis: string): Promise<void> {
  const { endpoint, command, models } = whole;
  const ceiling = Number((whole.usd / 3).toFixed(2));
  console.log(`a ceiling of ${ceiling} USD, ${slots} slots`);
  const ways: Readonly<Record<string, readonly string[]>> = {
    workers: ["--executor", redis],
    "child processes": ["--child-processes", "3", "--concurrency", String(slots)],
    "one process": ["--concurrency", String(slots)],
  };
  for (const [name, where] of Object.entries(ways)) {
    endpoint.forget();
    const results = join(home, name.replace(" ", "-"));
    const crew = name === "workers" ? await started.workers(workers, redis, slotsEach, models) : [];
    const first = started.t2s(...command, "--results", results, ...where, "--set", `budget.max_cost_usd=${ceiling}`);
    const code = await first.ended;
    check(
      code === 1 && first.said().includes(`the budget of ${ceiling} USD is used up`),
      `${name}: stopped by the ceiling (exit code ${code})`,
    );
    let spent = 0;
    const calls = answered(endpoint.calls);
    const within = calls.findIndex((call) => {
      spent += costOf(call);
      return spent >= ceiling;
    });
    const beyond = calls.length - within - 1;
    check(within >= 0 && beyond <= slots, `${name}: ${within + 1} calls to the ceiling, ${beyond} beyond it, ${slots} slots`);
    await goOn(name, whole, where, results, 0);
    for (const { child } of crew) await endGroup(child);
  }
}

/** Ctrl-C at the coordinator, once and twice, in the middle of a run over workers. */
async function stopOrders(whole: Undisturbed, redis: string): Promise<void> {
  const { endpoint, command, models } = whole;
  const crew = await started.workers(workers, redis, slotsEach, models);
  for (const [name, signals] of [
    ["Ctrl-C", 1],
    ["Ctrl-C twice", 2],
  ] as const) {
    endpoint.forget();
    const results = join(home, `stopped-${signals}`);
    const where = ["--executor", redis];
    const run = started.t2s(...command, "--results", results, ...where);
    await until(() => endpoint.calls.length >= 100);
    for (let i = 0; i < signals; i += 1) {
      run.child.kill("SIGINT");
      await sleep(200);
    }
    const code = await run.ended;
    await sleep(1000);
    const { length } = endpoint.calls;
    await sleep(2000);
    check(
      code === 130 && endpoint.calls.length === length,
      `${name}: exit code ${code}, ${endpoint.calls.length - length} calls afterwards`,
    );
    await goOn(name, whole, where, results, signals === 1 ? 0 : slots);
  }
  for (const { child } of crew) await endGroup(child);
}

try {
  {
    await using endpoint = await loggedEndpoint(150);
    await using redis = await startRedis();
    const whole = await undisturbed(endpoint);
    await ceilings(whole, redis.url);
    await stopOrders(whole, redis.url);
  }
  await pacing();
} finally {
  await started[Symbol.asyncDispose]();
  await rm(home, { recursive: true, force: true });
}
console.log(misses === 0 ? "\nall limits held" : `\n${misses} missed`);
process.exit(misses === 0 ? 0 : 1);
