/**
 * Does a run over several machines give what one machine gives? `node --import tsx scripts/acceptance-workers.ts [config] [workers]` (default: table1-sim, 3 workers), as root on Linux; 0 workers: shards only.
 * Coordinator, Redis and workers live in network namespaces with addresses of their own on one bridge; in the workers' mount namespaces the results folder of the run is not to be
 * seen, so that everything passes through the served store. Then the same config runs locally in another folder, and ledgers, units, skills and tables are compared.
 * A third folder gets the stores of four shards, merged after every round until no shard waits for another, and is compared as well. Exit code 1 when anything differs.
 */
import { type ChildProcess, execFileSync, spawn } from "node:child_process";
import { randomUUID } from "node:crypto";
import { mkdir, mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { openNetwork, without } from "./network.ts";
import { compareContent, contentOf } from "./run-content.ts";

const config = process.argv[2] ?? "table1-sim";
const workerCount = Number(process.argv[3] ?? 3);
const mostRounds = 20;
const home = await mkdtemp(join(tmpdir(), "t2s-workers-"));
const names = ["run", "redis", ...Array.from({ length: workerCount }, (_, i) => `w${i + 1}`)];
const env = { ...process.env, T2S_STORE_TOKEN: randomUUID(), NO_COLOR: "1" };

const t2s = (args: readonly string[]): string[] => [process.execPath, "harness/t2s.mjs", ...args];

/** A run in this network namespace; what it wrote to standard error, which is shown as well. */
async function runLocally(results: string, more: readonly string[] = []): Promise<string> {
  const child = spawn(process.execPath, ["harness/t2s.mjs", "run", config, "--results", results, ...more], {
    env,
    stdio: ["ignore", "ignore", "pipe"],
  });
  let said = "";
  child.stderr.setEncoding("utf8").on("data", (text: string) => {
    said += text;
    process.stderr.write(text);
  });
  const code = await new Promise<number | null>((resolve) => child.once("close", resolve));
  if (code !== 0) throw new Error(`t2s run ${config} ${more.join(" ")} ended with ${code}`);
  return said;
}

const merge = (from: readonly string[], into: string): unknown =>
  execFileSync(process.execPath, ["harness/t2s.mjs", "store", "merge", ...from, "--results", into], { env });

/** The config over workers: how much differs from `whole`. */
async function compareWorkers(whole: Awaited<ReturnType<typeof contentOf>>): Promise<number> {
  using network = openNetwork(names);
  const redisUrl = `redis://${network.addressOf("redis")}:6379`;
  const start = (name: string, args: readonly string[]): ChildProcess => network.start(name, args, env);
  start("redis", ["redis-server", "--bind", "0.0.0.0", "--protected-mode", "no", "--save", "", "--appendonly", "no"]);
  const dispatched = join(home, "dispatched");
  await mkdir(dispatched);
  const workers = names.filter((name) => /^w\d/.test(name));
  const begun = performance.now();
  await new Promise((resolve) => setTimeout(resolve, 1000));
  for (const name of workers) {
    start(name, without(dispatched, t2s(["worker", redisUrl, "--cache", join(home, `cache-${name}`), "--processes", "1"])));
  }
  const run = start(
    "run",
    t2s(["run", config, "--results", dispatched, "--executor", redisUrl, "--serve-store", `http://${network.addressOf("run")}:8478`]),
  );
  const code = await new Promise<number | null>((resolve) => run.once("close", resolve));
  if (code !== 0) throw new Error(`the coordinator ended with ${code}`);
  console.log(`${workers.length} workers: ${((performance.now() - begun) / 1000).toFixed(0)} s`);
  return compareContent(`${workers.length} workers in namespaces of their own, no common folder`, whole, await contentOf(dispatched));
}

let failures = 0;
try {
  const local = join(home, "local");
  await runLocally(local);
  const whole = await contentOf(local);

  if (workerCount > 0) failures += await compareWorkers(whole);

  const shards = [1, 2, 3, 4];
  const joined = join(home, "joined");
  let rounds = 0;
  for (let waits = true; waits; rounds += 1) {
    if (rounds === mostRounds) throw new Error(`shards still wait for each other after ${rounds} rounds`);
    if (rounds > 0) for (const i of shards) merge([joined], join(home, `shard-${i}`));
    const said = await Promise.all(shards.map((i) => runLocally(join(home, `shard-${i}`), ["--shard", `${i}/4`])));
    waits = said.some((text) => /^shard .*(?:fall to other shards|cannot be learned before)/m.test(text));
    merge(
      shards.map((i) => join(home, `shard-${i}`)),
      joined,
    );
  }
  const said = await runLocally(joined);
  if (!/^0 episodes made/m.test(said)) {
    console.log("differs: shards left episodes to the run that joins them");
    failures += 1;
  }
  failures += compareContent(`four shards in ${rounds} rounds, merged`, whole, await contentOf(joined));
} finally {
  await rm(home, { recursive: true, force: true });
}
process.exitCode = failures === 0 ? 0 : 1;
