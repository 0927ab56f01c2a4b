/**
 * The long forms of what the suite tests in short: `node --import tsx scripts/acceptance-storms.ts [--episodes-per-arm N]`.
 *  1. an undisturbed quickstart; 2. the same killed with SIGKILL at twenty random moments; 3. the same against an endpoint where 30 % of the requests fail.
 * Ledgers must be equal (as store/ledger.ts defines it), evolved skills and what is left of their evolution byte for byte, and no call may be paid for twice beyond what was
 * in flight at a kill.
 */
import { type ChildProcess, spawn } from "node:child_process";
import { mkdir, mkdtemp, readdir, readFile, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join, resolve } from "node:path";
import { sha256 } from "../harness/core/json.ts";
import { comparableRow, readLedger } from "../harness/store/ledger.ts";

const root = resolve(import.meta.dirname, "..");
const home = await mkdtemp(join(tmpdir(), "t2s-storm-"));
const limit = process.argv[2] === "--episodes-per-arm" ? ["--limit", process.argv[3] ?? "24"] : [];
const concurrency = 8;
const kills = 20;
/** Kills come within so many milliseconds: with all twenty the whole run is crossed. */
const spread = limit.length > 0 ? 9000 : 24_000;
let failed = 0;

function t2s(args: readonly string[]): ChildProcess {
  return spawn(process.execPath, [join(root, "harness/t2s.mjs"), ...args], { cwd: root, stdio: ["ignore", "pipe", "inherit"] });
}
const ended = (child: ChildProcess): Promise<number | null> => new Promise((done) => child.once("close", done));
const sleep = (ms: number): Promise<void> => new Promise((done) => setTimeout(done, ms));

/** A simulated endpoint in a process of its own, and a model folder that points at it. */
async function endpoint(
  name: string,
  faults: readonly string[],
): Promise<{ models: string; stop: () => Promise<{ requests: number; faultsInjected: Record<string, number> }> }> {
  const port = 20_000 + Math.floor(Math.random() * 20_000);
  const server = t2s(["simulate", "--port", String(port), ...faults]);
  let out = "";
  server.stdout?.on("data", (text) => {
    out += text;
  });
  while (!out.includes("listens on")) await sleep(50);
  const models = join(home, name);
  await mkdir(models);
  for (const model of ["sim-large", "sim-small"]) {
    const text = await readFile(join(root, `configs/models/${model}.yaml`), "utf8");
    await writeFile(
      join(models, `${model}.yaml`),
      `${text}\nmax_attempts: 20\ntimeout_s: 3\nendpoints: [{ base_url: "http://127.0.0.1:${port}/v1", concurrency: 32 }]\n`,
    );
  }
  return {
    models,
    async stop() {
      const over = ended(server);
      server.kill("SIGINT");
      await over;
      return JSON.parse(out.trim().split("\n").at(-1) ?? "{}");
    },
  };
}

const run = (results: string, models: string): ChildProcess =>
  t2s([
    "run",
    "quickstart",
    ...limit,
    "--results",
    join(home, results),
    "--model-dir",
    models,
    "--concurrency",
    String(concurrency),
    "--json",
  ]);

async function ledger(results: string): Promise<{ rows: string[]; calls: number }> {
  const rows: string[] = [];
  let calls = 0;
  for await (const row of readLedger(join(home, results, "quickstart/ledger.jsonl"))) {
    rows.push(comparableRow(row));
    if (row.type === "episode") calls += row.usage?.calls ?? 0;
  }
  return { rows: rows.sort(), calls };
}

/** The printed tables, from the ledger alone. */
const tables = (results: string): Promise<string> => readFile(join(home, results, "quickstart/report/tables.md"), "utf8");

/** Every file of the evolutions with the hash of its bytes: skills, patches, merge tree, lineage, coverage. */
async function evolutions(results: string): Promise<readonly string[]> {
  const dir = join(home, results, "quickstart/evolutions");
  const files = (await readdir(dir, { recursive: true, withFileTypes: true })).filter((entry) => entry.isFile());
  const lines = files.map(async ({ parentPath, name }) => {
    const path = join(parentPath, name);
    return `${path.slice(dir.length)} ${sha256(await readFile(path))}`;
  });
  return (await Promise.all(lines)).sort();
}

async function checkEvolutions(name: string, results: string): Promise<void> {
  const [wanted, got] = [await evolutions("undisturbed"), await evolutions(results)];
  const odd = [...wanted.filter((line) => !got.includes(line)), ...got.filter((line) => !wanted.includes(line))];
  check(`${name}: evolutions equal`, odd.length === 0 && wanted.length > 0, `${odd.length} of ${wanted.length} files differ, byte by byte`);
}

function check(name: string, good: boolean, detail: string): void {
  if (!good) failed += 1;
  console.log(`${good ? "ok    " : "FAILED"} ${name}: ${detail}`);
}

try {
  const plain = await endpoint("plain", []);
  const undisturbedCode = await ended(run("undisturbed", plain.models));
  const first = await plain.stop();
  const whole = await ledger("undisturbed");
  check("undisturbed run", undisturbedCode === 0, `${whole.rows.length} episodes, ${whole.calls} calls, ${first.requests} requests`);

  const stormy = await endpoint("stormy", []);
  const moments: number[] = [];
  for (let n = 0; n < kills; n += 1) {
    const child = run("killed", stormy.models);
    const moment = 1000 + Math.random() * spread;
    moments.push(Math.round(moment));
    await Promise.race([sleep(moment), ended(child)]);
    child.kill("SIGKILL");
    if (child.exitCode === null && child.signalCode === null) await ended(child);
  }
  const lastCode = await ended(run("killed", stormy.models));
  const storm = await stormy.stop();
  const killed = await ledger("killed");
  const foreign = killed.rows.filter((row) => !whole.rows.includes(row)).length;
  check(
    "twenty kills: ledger equal",
    lastCode === 0 && foreign === 0 && killed.rows.length === whole.rows.length,
    `${foreign} of ${killed.rows.length} rows differ; killed after ${moments.join(", ")} ms`,
  );
  check("twenty kills: tables equal", (await tables("killed")) === (await tables("undisturbed")), "report/tables.md, byte by byte");
  await checkEvolutions("twenty kills", "killed");
  const most = Math.max(...whole.rows.map((row) => JSON.parse(row).usage?.calls ?? 0));
  const allowed = first.requests + kills * concurrency * most;
  check(
    "twenty kills: paid once",
    storm.requests <= allowed,
    `${storm.requests} requests, ${first.requests} undisturbed; at most ${allowed} with what was in flight`,
  );

  const faulty = await endpoint("faulty", ["--fault-rate", "0.3", "--fault-seed", "11"]);
  const faultyCode = await ended(run("faulty", faulty.models));
  const faults = await faulty.stop();
  const survived = await ledger("faulty");
  const odd = survived.rows.filter((row) => !whole.rows.includes(row)).length;
  check(
    "30 % faults: ledger equal",
    faultyCode === 0 && odd === 0 && survived.rows.length === whole.rows.length,
    `${odd} of ${survived.rows.length} rows differ; faults ${JSON.stringify(faults.faultsInjected)}`,
  );
  await checkEvolutions("30 % faults", "faulty");
  check("30 % faults: tables equal", (await tables("faulty")) === (await tables("undisturbed")), "report/tables.md, byte by byte");
} finally {
  await rm(home, { recursive: true, force: true });
}
console.log(`\n${failed === 0 ? "all storms weathered" : `${failed} checks failed`}`);
process.exit(failed === 0 ? 0 : 1);
