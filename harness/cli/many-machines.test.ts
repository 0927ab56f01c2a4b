import { cp, mkdtemp, readdir, readFile, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { gunzipSync, gzipSync } from "node:zlib";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { copySample } from "../../benchmarks/spreadsheetbench/sample/shared-sample.fixture.ts";
import { freePort, noRedis, startRedis } from "../dispatch/redis.fixture.ts";
import { readSkill } from "../skill/read-skill.ts";
import { comparableRow, readLedger } from "../store/ledger.ts";
import { openStore } from "../store/store.ts";
import { type Finished, projectRoot, type RunOptions, runCommandLine, t2s, t2sHere } from "./run-t2s.fixture.ts";

const config = `
name: parts
benchmarks: [{ id: spreadsheetbench, split: sample/test, limit: 2 }]
baseline: none
arms:
  - { name: none }
  - { name: evolved, guidance: { kind: evolved } }
  - { name: sequential, guidance: { kind: sequential, batch: 2 } }
  - { name: bank, guidance: { kind: bank, embedder: endpoint } }
contrasts: [[evolved, none]]
solvers: [sim-large]
evolution: { author: sim-large, start: { skill: skills/xlsx-parametric }, limit: 3, analysts: { error: single-call }, merge: { batch_size: 2 }, prevalence: { min_support: 1 } }
limits: { max_turns: 20, command_timeout_s: 60 }
seeds: { rollout: [41], evolution: [41] }
`;

let home: string;
/** The shard to which most fell. */
let busiest = "";
const at = (...names: string[]): string => join(home, ...names);
const env = (): Record<string, string> => ({ T2S_DATA_HOME: home, T2S_STORE_TOKEN: "sixteen characters" });
let nextCache = 0;
const command = (results: string, more: readonly string[] = []): string[] => ["run", at("parts.yaml"), "--results", at(results), ...more];
const here = (args: readonly string[]): Promise<Finished> => t2sHere(args, env());

async function ledgerOf(folder: string): Promise<string[]> {
  const rows: string[] = [];
  for await (const row of readLedger(join(folder, "ledger.jsonl"))) rows.push(comparableRow(row));
  return rows.sort();
}

async function madeBy(results: string): Promise<Set<string>> {
  const keys = new Set<string>();
  for await (const key of openStore(at(results)).units.keys()) keys.add(key);
  return keys;
}

const shards = [1, 2, 3];

/** As Slurm runs one task of an array whose numbers begin at 5. */
function runAsArray(shard: number): Promise<Finished> {
  const array = { SLURM_ARRAY_TASK_ID: String(shard + 4), SLURM_ARRAY_TASK_MIN: "5", SLURM_ARRAY_TASK_COUNT: "3" };
  return runCommandLine(["bash", join(projectRoot, "scripts/slurm-array.sh"), at("parts.yaml"), home], { env: { ...env(), ...array } });
}

beforeAll(async () => {
  home = await mkdtemp(join(tmpdir(), "t2s-shards-"));
  await copySample(at("spreadsheetbench/sample"));
  await writeFile(at("parts.yaml"), config);
  const whole = await here(command("whole"));
  expect(whole.code, whole.err).toBe(0);
  // Each a process and a folder of its own, at the same time, as an array of jobs runs them.
  const ended = await Promise.all(shards.map(runAsArray));
  for (const { code, err } of ended) expect(code, err).toBe(0);
  const sizes = await Promise.all(shards.map(async (i) => ({ name: `shard-${i}`, units: (await madeBy(`shard-${i}`)).size })));
  busiest = sizes.reduce((most, one) => (one.units > most.units ? one : most)).name;
}, 180_000);
afterAll(() => rm(home, { recursive: true, force: true }));

async function expectSameAsWhole(results: string): Promise<void> {
  expect([...(await madeBy(results))].sort()).toEqual([...(await madeBy("whole"))].sort());
  expect(await ledgerOf(at(results, "parts"))).toEqual(await ledgerOf(at("whole/parts")));
  for (const arm of ["evolved", "sequential"]) {
    const skill = async (of: string) => (await readSkill(at(of, `parts/evolutions/${arm}/s41/skill`))).hash;
    expect(await skill(results)).toBe(await skill("whole"));
  }
  const table = (of: string): Promise<string> => readFile(at(of, "parts/report/tables.csv"), "utf8");
  expect(await table(results)).toBe(await table("whole"));
}

describe("shards", { timeout: 180_000 }, () => {
  it("share the work: nobody does what another does, and each says what is left", async () => {
    const made = await Promise.all(shards.map((i) => madeBy(`shard-${i}`)));
    const rollouts = new Map<string, number>();
    for (const [i, keys] of made.entries())
      for (const key of keys) {
        const unit = await openStore(at(`shard-${i + 1}`)).units.get(key);
        if (unit?.spec.kind === "rollout" || unit?.spec.kind === "call") rollouts.set(key, (rollouts.get(key) ?? 0) + 1);
      }
    expect(rollouts.size).toBeGreaterThan(5);
    expect([...rollouts.values()].every((n) => n === 1)).toBe(true);
    expect(made.filter((keys) => keys.size > 0).length).toBeGreaterThan(1);
    const again = await here(command(busiest, ["--shard", `${busiest.slice(-1)}/3`]));
    expect(again.err).toMatch(/fall to other shards|cannot be learned before the stores/);
    expect(again.err).toContain("0 episodes made");
  });

  it("joined, run again as shards on the shared folder and then whole, give the ledger, skills and tables of one machine", async () => {
    const merged = await here(["store", "merge", ...shards.map((i) => at(`shard-${i}`)), "--results", at("joined")]);
    expect(merged.code, merged.out + merged.err).toBe(0);
    expect(merged.out).not.toContain("conflict");
    const before = await madeBy("joined");
    for (const i of shards) {
      const { code, err } = await here(command("joined", ["--shard", `${i}/3`]));
      expect(code, err).toBe(0);
    }
    const grown = await madeBy("joined");
    expect(grown.size).toBeGreaterThan(before.size);
    const last = await here(command("joined", ["--json"]));
    expect(last.code, last.err).toBe(0);
    await expectSameAsWhole("joined");
  });

  it("report two results under one key, and damaged files, and keep what is there", async () => {
    await cp(at(busiest), at("twin"), { recursive: true });
    const store = openStore(at("twin"));
    const files: string[] = [];
    for await (const key of store.units.keys()) files.push(store.units.pathOf(key));
    const [changed = "", damaged = ""] = files.sort();
    const unit = JSON.parse(gunzipSync(await readFile(changed)).toString("utf8"));
    await writeFile(changed, gzipSync(JSON.stringify({ ...unit, result: { other: true } })));
    await writeFile(damaged, "not gzip");
    const original = await openStore(at(busiest)).units.get(unit.key);
    await cp(at(busiest), at("receiver"), { recursive: true });
    const merged = await here(["store", "merge", at("twin", ".store"), "--results", at("receiver")]);
    expect(merged.code).toBe(1);
    expect(merged.out).toContain(`conflict: unit ${unit.key} (${unit.spec.kind}) has another result here; the one here is kept`);
    expect(merged.out).toContain(`not taken: ${damaged}: `);
    expect(await openStore(at("receiver")).units.get(unit.key)).toEqual(original);
    const claims = await readdir(at("receiver/.store/locks")).catch(() => []);
    expect(claims.filter((name) => name.startsWith("run-"))).toEqual([]);
  });

  it.each([
    [["--shard", "4/3"], "expected i/n with i from 1 to n, for example 2/8"],
    [["--shard", "0/3"], "expected i/n with i from 1 to n"],
    [["--shard", "two"], "expected i/n with i from 1 to n"],
  ])("refuse %j", async (args, text) => {
    const { code, err } = await here(command("never", args));
    expect(code).toBe(2);
    expect(err).toContain(text);
  });

  it("refuse to merge what is no store, and a store into itself", async () => {
    const none = await here(["store", "merge", at("nowhere"), "--results", at("joined2")]);
    expect(none).toMatchObject({ code: 2 });
    expect(none.err).toContain("does not exist; give results folders");
    const self = await here(["store", "merge", at("whole"), "--results", at("whole")]);
    expect(self.code).toBe(2);
    expect(self.err).toContain("is the folder to merge into");
  });
});

describe.skipIf(noRedis !== undefined)(`workers${noRedis === undefined ? "" : ` (skipped: ${noRedis})`}`, { timeout: 180_000 }, () => {
  it("give the ledger, skills and tables of one machine, though one is killed, another interrupted and the coordinator killed on the way", async () => {
    await using redis = await startRedis();
    const killed = worker(redis.url, async ({ pid }, seen) => {
      await until(() => seen().includes("works on parts"));
      await sleep(1500);
      process.kill(-(pid ?? 0), "SIGKILL");
    });
    let finished = false;
    const interrupted = worker(redis.url, async (child, seen) => {
      await until(() => seen().includes("works on parts") || finished);
      await until(() => finished);
      child.kill("SIGINT");
    });
    // Workers see neither the results folder nor each other's copies.
    const port = await freePort();
    const served = ["--executor", redis.url, "--serve-store", `http://localhost:${port}`, "--listen", `0.0.0.0:${port}`];
    const lost = await t2s(command("dispatched", served), {
      env: env(),
      during: async ({ pid }, seen) => {
        await until(() => seen().includes("learned evolved"));
        process.kill(-(pid ?? 0), "SIGKILL");
      },
    });
    expect(lost.code).toBe(null);
    const run = await here(command("dispatched", served));
    const status = await here(["status", "--executor", redis.url]);
    const metrics = await here(["status", "--executor", redis.url, "--prometheus"]);
    finished = true;
    expect(run.code, run.err).toBe(0);
    expect(status.out).toMatch(
      /^queue t2s: 0 units waiting, 0 under way, \d workers, \d+ units in the last minute\nworker .* of 4 slots busy, \d+ units done, 0 errors/,
    );
    expect(metrics.out).toMatch(
      /# TYPE t2s_worker_units_total counter\nt2s_worker_units_total\{queue="t2s",worker="[^"]+",host="[^"]+"\} \d+\n/,
    );
    await killed;
    const ended = await interrupted;
    expect(ended.code, ended.err).toBe(0);
    expect(ended.err).toContain("takes nothing more and finishes what is under way");
    await expectSameAsWhole("dispatched");
  });

  it.each([
    [["--queue", "other"], "--queue and --serve-store need --executor"],
    [["--serve-store", "http://127.0.0.1:0"], "--queue and --serve-store need --executor"],
    [["--executor", "redis://127.0.0.1:1", "--child-processes", "2"], "--child-processes does nothing with --executor"],
    [["--executor", "redis://127.0.0.1:1", "--listen", "127.0.0.1:0"], "--listen needs --serve-store URL"],
    [
      ["--executor", "redis://127.0.0.1:1", "--serve-store", "http://a:1", "--listen", "here"],
      "--listen here is no place to listen at; write HOST:PORT",
    ],
    [["--executor", "redis://127.0.0.1:1", "--serve-store", "https://a:1"], "https:// only with --listen, behind a proxy that speaks TLS"],
  ])("refuse %j, which would do nothing", async (args, text) => {
    const { code, err } = await here(command("never", args));
    expect(code).toBe(2);
    expect(err).toContain(text);
  });

  it("and their coordinator say in one sentence that no Redis answers", async () => {
    const run = await here(command("never", ["--executor", "redis://127.0.0.1:1"]));
    expect(run.code).toBe(2);
    expect(run.err).toContain("no Redis answers at redis://127.0.0.1:1 ");
    const secretless = await t2sHere(command("never", ["--executor", "redis://127.0.0.1:1", "--serve-store", "http://127.0.0.1:0"]), {
      ...env(),
      T2S_STORE_TOKEN: undefined,
    });
    expect(secretless.code).toBe(2);
    expect(secretless.err).toContain("needs a secret: set T2S_STORE_TOKEN");
    const other = await here(["worker", "amqp://127.0.0.1"]);
    expect(other.code).toBe(2);
    expect(other.err).toContain('"amqp://127.0.0.1" is no address of a Redis; write redis://HOST:PORT');
  });
});

const sleep = (ms: number): Promise<void> => new Promise((resolve) => setTimeout(resolve, ms));

async function until(done: () => boolean): Promise<void> {
  while (!done()) await sleep(50);
}

const worker = (url: string, during: RunOptions["during"]) =>
  t2s(["worker", url, "--processes", "1", "--slots", "4", "--lock-seconds", "5", "--cache", at(`cache${nextCache++}`)], {
    env: env(),
    during,
  });
