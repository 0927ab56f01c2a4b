/**
 * Does a run over several machines give what one machine gives? `node --import tsx scripts/acceptance-workers.ts [config] [workers]` (default: table1-sim, 3 workers), as root on Linux.
 * Coordinator, Redis and workers live in network namespaces with addresses of their own on one bridge; in the workers' mount namespaces the results folder of the run is not to be
 * seen, so that everything passes through the served store. Then the same config runs locally in another folder, and ledgers, units, skills and tables are compared.
 * A third folder gets the stores of four shards, merged, and is compared as well. Exit code 1 when anything differs.
 */
import { type ChildProcess, execFileSync, spawn } from "node:child_process";
import { existsSync } from "node:fs";
import { mkdir, mkdtemp, readdir, readFile, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { sha256 } from "../harness/core/json.ts";
import { comparableRow, readLedger } from "../harness/store/ledger.ts";
import { openStore } from "../harness/store/store.ts";

const config = process.argv[2] ?? "table1-sim";
const workerCount = Number(process.argv[3] ?? 3);
const home = await mkdtemp(join(tmpdir(), "t2s-workers-"));
const tag = `t2s${process.pid}`;
const bridge = `${tag}br`;
const names = ["run", "redis", ...Array.from({ length: workerCount }, (_, i) => `w${i + 1}`)];
const addressOf = (name: string): string => `10.213.77.${names.indexOf(name) + 10}`;
const ip = (...args: string[]): void => void execFileSync("ip", args);
const env = { ...process.env, T2S_STORE_TOKEN: sha256(`${tag} ${Math.random()}`), NO_COLOR: "1" };
const redisUrl = `redis://${addressOf("redis")}:6379`;
const children: ChildProcess[] = [];

function openNetwork(): void {
  ip("link", "add", bridge, "type", "bridge");
  ip("link", "set", bridge, "up");
  for (const name of names) {
    const space = `${tag}-${name}`;
    const [outer, inner] = [`${tag}${name}`.slice(0, 14), "eth0"];
    ip("netns", "add", space);
    ip("link", "add", outer, "type", "veth", "peer", "name", inner, "netns", space);
    ip("link", "set", outer, "master", bridge);
    ip("link", "set", outer, "up");
    ip("-n", space, "addr", "add", `${addressOf(name)}/24`, "dev", inner);
    ip("-n", space, "link", "set", inner, "up");
    ip("-n", space, "link", "set", "lo", "up");
  }
}

function closeNetwork(): void {
  for (const child of children) child.kill("SIGKILL");
  for (const name of names) {
    try {
      ip("netns", "del", `${tag}-${name}`);
    } catch {
      // It was never made.
    }
  }
  try {
    ip("link", "del", bridge);
  } catch {
    // It was never made.
  }
}

/** Starts a program in a namespace; its words go to a file. */
function start(name: string, args: readonly string[]): { readonly child: ChildProcess; readonly ended: Promise<number | null> } {
  const child = spawn("ip", ["netns", "exec", `${tag}-${name}`, ...args], { env, stdio: ["ignore", "ignore", "inherit"] });
  children.push(child);
  return { child, ended: new Promise((resolve) => child.once("close", resolve)) };
}

const t2s = (args: readonly string[]): string[] => [process.execPath, "harness/t2s.mjs", ...args];

async function runLocally(results: string, more: readonly string[] = []): Promise<void> {
  const child = spawn(process.execPath, ["harness/t2s.mjs", "run", config, "--results", results, ...more], {
    env,
    stdio: ["ignore", "ignore", "inherit"],
  });
  const code = await new Promise<number | null>((resolve) => child.once("close", resolve));
  if (code !== 0) throw new Error(`t2s run ${config} ${more.join(" ")} ended with ${code}`);
}

/** What must be equal: ledger rows, unit keys with results, files of skills, tables. */
async function contentOf(results: string): Promise<ReadonlyMap<string, string>> {
  const content = new Map<string, string>();
  const store = openStore(results);
  for await (const key of store.units.keys()) content.set(`unit ${key}`, sha256(JSON.stringify((await store.units.get(key))?.result)));
  for (const experiment of (await readdir(results)).filter((name) => !name.startsWith("."))) {
    const dir = join(results, experiment);
    if (!existsSync(join(dir, "ledger.jsonl"))) continue;
    const rows: string[] = [];
    for await (const row of readLedger(join(dir, "ledger.jsonl"))) rows.push(comparableRow(row));
    for (const row of rows) content.set(`row ${sha256(row)}`, "");
    for (const file of await readdir(dir, { recursive: true })) {
      if (!/^evolutions\/.*\/skill\/|^report\/tables\.(csv|md)$/.test(file)) continue;
      const bytes = await readFile(join(dir, file)).catch(() => undefined);
      // Which commit made it may change while this runs.
      if (bytes !== undefined)
        content.set(`file ${experiment}/${file}`, sha256(bytes.toString("latin1").replace(/^\| made with .*$/m, "")));
    }
  }
  return content;
}

function compare(what: string, one: ReadonlyMap<string, string>, other: ReadonlyMap<string, string>): number {
  const differing = [...new Set([...one.keys(), ...other.keys()])].filter((name) => one.get(name) !== other.get(name));
  console.log(`${differing.length === 0 ? "ok  " : "FAIL"} ${what}: ${one.size} rows, units and files, ${differing.length} differ`);
  for (const name of differing.slice(0, 10)) console.log(`     ${name}`);
  return differing.length;
}

let failures = 0;
try {
  const local = join(home, "local");
  await runLocally(local);
  const whole = await contentOf(local);

  openNetwork();
  start("redis", ["redis-server", "--bind", "0.0.0.0", "--protected-mode", "no", "--save", "", "--appendonly", "no"]);
  const dispatched = join(home, "dispatched");
  await mkdir(dispatched);
  const workers = names.filter((name) => /^w\d/.test(name));
  const begun = performance.now();
  await new Promise((resolve) => setTimeout(resolve, 1000));
  for (const name of workers) {
    const command = t2s(["worker", redisUrl, "--cache", join(home, `cache-${name}`), "--processes", "1"]).join(" ");
    start(name, ["unshare", "-m", "sh", "-c", `mount -t tmpfs none ${dispatched} && exec ${command}`]);
  }
  const run = start(
    "run",
    t2s(["run", config, "--results", dispatched, "--executor", redisUrl, "--serve-store", `http://${addressOf("run")}:8478`]),
  );
  const code = await run.ended;
  if (code !== 0) throw new Error(`the coordinator ended with ${code}`);
  console.log(`${workers.length} workers: ${((performance.now() - begun) / 1000).toFixed(0)} s`);
  failures += compare(`${workers.length} workers in namespaces of their own, no common folder`, whole, await contentOf(dispatched));
  closeNetwork();

  const shards = [1, 2, 3, 4];
  const joined = join(home, "joined");
  for (const round of [1, 2]) {
    if (round === 2)
      for (const i of shards)
        execFileSync(process.execPath, ["harness/t2s.mjs", "store", "merge", joined, "--results", join(home, `shard-${i}`)], { env });
    await Promise.all(shards.map((i) => runLocally(join(home, `shard-${i}`), ["--shard", `${i}/4`])));
    execFileSync(
      process.execPath,
      ["harness/t2s.mjs", "store", "merge", ...shards.map((i) => join(home, `shard-${i}`)), "--results", joined],
      { env },
    );
  }
  await runLocally(joined);
  failures += compare("four shards in two rounds, merged", whole, await contentOf(joined));
} finally {
  closeNetwork();
  await rm(home, { recursive: true, force: true });
}
process.exitCode = failures === 0 ? 0 : 1;
