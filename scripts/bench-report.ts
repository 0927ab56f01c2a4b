/**
 * How long the web report of 100,000 generated episodes takes and how fast its first page opens: `npx tsx scripts/bench-report.ts [EPISODES]`. Every tenth episode has a
 * trajectory. Prints time, CPU time and memory of building, the report's size, and with Chromium at hand (T2S_CHROMIUM, else /usr/bin/chromium) how long pages take.
 */
import { existsSync } from "node:fs";
import { mkdtemp, readdir, rm, stat } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { pathToFileURL } from "node:url";
import { chromium } from "playwright-core";
import { buildReport } from "../harness/report/build-report.ts";
import { generateLedger, type LedgerPlan, planDesign } from "../harness/report/generate-ledger.fixture.ts";
import { exampleTrajectory } from "../harness/site/site.fixture.ts";
import { writeSite } from "../harness/site/write-site.ts";
import { openStore } from "../harness/store/store.ts";

const wanted = Number(process.argv[2] ?? 100_000);
const arms = { none: 0.3, human: 0.4, parametric: 0.35, evolved: 0.5, retrieved: 0.45 };
const solvers = ["large", "small"];
const seeds = [41, 42, 43];
const clusters = Math.round(wanted / (2 * Object.keys(arms).length * solvers.length * seeds.length));
const plan: LedgerPlan = { seed: "bench", clusters, cases: 3, arms, solvers, seeds, errored: 0.002, simulated: ["model", "tasks"] };
const folder = await mkdtemp(join(tmpdir(), "t2s-bench-report-"));
try {
  const store = openStore(join(folder, "results"));
  const trajectories = await Promise.all(
    Array.from({ length: 200 }, (_, n) =>
      store.blobs.put(Buffer.from(JSON.stringify(exampleTrajectory({ task: `task ${n} ${"x".repeat(4000)}` })))),
    ),
  );
  const rows = generateLedger(plan).map((row, at) => (at % 10 === 0 ? { ...row, trajectory: trajectories[(at / 10) % 200] } : row));
  const design = planDesign(plan);
  const before = process.cpuUsage();
  const start = performance.now();
  const report = buildReport("bench", design, rows, []);
  const tablesMs = performance.now() - start;
  const experiments = [{ ...report, name: "bench", title: "Benchmark of the report", dir: folder, rows }];
  const made = await writeSite({ version: "bench", experiments, store }, join(folder, "report"), { which: "all", limitBytes: 200e6 });
  const ms = performance.now() - start;
  const { user, system } = process.cpuUsage(before);
  console.log(
    `${rows.length} episodes: ${(ms / 1000).toFixed(1)} s (tables ${(tablesMs / 1000).toFixed(1)} s), ${((user + system) / 1e6).toFixed(1)} s of CPU`,
  );
  console.log(
    `memory at most ${(process.resourceUsage().maxRSS / 1024).toFixed(0)} MB; report ${(await sizeOf(join(folder, "report"))).toFixed(0)} MB`,
  );
  console.log(`trajectories: ${JSON.stringify(made.trajectories)}`);
  await openPages(made.index);
} finally {
  await rm(folder, { recursive: true, force: true });
}

async function sizeOf(dir: string): Promise<number> {
  let bytes = 0;
  for (const entry of await readdir(dir, { recursive: true, withFileTypes: true }))
    if (entry.isFile()) bytes += (await stat(join(entry.parentPath, entry.name))).size;
  return bytes / 1e6;
}

async function openPages(index: string): Promise<void> {
  const program = process.env.T2S_CHROMIUM ?? "/usr/bin/chromium";
  if (!existsSync(program)) return console.log("no Chromium: pages were not opened");
  const browser = await chromium.launch({ executablePath: program, args: ["--no-sandbox", "--disable-gpu"] });
  try {
    const page = await browser.newPage();
    await page.goto("about:blank");
    for (const [name, route] of [
      ["first page", ""],
      ["episodes of one arm", "#/episodes?arm=evolved&solver=large"],
      ["all episodes", "#/episodes"],
      ["flips", "#/episodes?arm=evolved&versus=none&outcome=repaired"],
    ] as const) {
      const start = performance.now();
      if (route === "") await page.goto(pathToFileURL(index).href);
      else await page.evaluate(`location.hash = ${JSON.stringify(route)}`);
      await page
        .locator(route === "" ? "main table" : ".tally")
        .first()
        .waitFor();
      await page.locator("main:not([aria-busy])").waitFor();
      console.log(`${name}: ${(performance.now() - start).toFixed(0)} ms`);
    }
  } finally {
    await browser.close();
  }
}
