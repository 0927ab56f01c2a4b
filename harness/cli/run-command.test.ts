import { cp, mkdtemp, readdir, readFile, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { copySample } from "../../benchmarks/spreadsheetbench/sample/shared-sample.fixture.ts";
import { loadModels } from "../experiment/config/load-experiment.ts";
import { recoverableFaults } from "../simulation/faults.ts";
import { comparableRow, readLedger } from "../store/ledger.ts";
import { openStore } from "../store/store.ts";
import { readContext } from "./context.ts";
import { type Finished, t2s, t2sHere } from "./run-t2s.fixture.ts";
import { startSimulation } from "./start-simulation.ts";

let home: string;
/** Results of an undisturbed run, and its rows. Tests copy and compare; none changes it. */
let rows: string[];
let first: Finished;
const at = (name: string): string => join(home, name);

beforeAll(async () => {
  home = await mkdtemp(join(tmpdir(), "t2s-run-"));
  await copySample(at("spreadsheetbench/sample"));
  first = await runApart("whole", ["--json"]);
  rows = await ledgerOf("whole");
}, 60_000);
afterAll(() => rm(home, { recursive: true, force: true }));

const command = (results: string): string[] => [
  "run",
  "quickstart",
  "--results",
  at(results),
  "--limit",
  "2",
  "--set",
  "seeds.rollout=[41]",
  "--set",
  "solvers=[sim-large]",
  "--set",
  "arms=[{name: no-skill}, {name: human, guidance: {kind: skill, path: skills/xlsx-human}}, {name: parametric, guidance: {kind: skill, path: skills/xlsx-parametric}}]",
];
const run = (results: string, more: readonly string[] = []) => t2sHere([...command(results), ...more], { T2S_DATA_HOME: home });
/** In a process of its own: the one whose exit code and output all others are compared with, and those that are signalled. */
const runApart = (results: string, more: readonly string[] = [], during?: Parameters<typeof t2s>[1]) =>
  t2s([...command(results), ...more], { ...during, env: { T2S_DATA_HOME: home } });
const sleep = (ms: number): Promise<void> => new Promise((resolve) => setTimeout(resolve, ms));

async function ledgerOf(results: string): Promise<string[]> {
  const found: string[] = [];
  for await (const row of readLedger(join(at(results), "quickstart/ledger.jsonl"))) found.push(comparableRow(row));
  return found.sort();
}

/** Rows that only the undisturbed run or only this one has, shortened: a failing comparison must stay readable. */
async function differences(results: string): Promise<string[]> {
  const mine = await ledgerOf(results);
  const brief = (row: string, side: string): string => {
    const { arm, task, trajectory, submission, key } = JSON.parse(row);
    return `${side} ${arm} ${task} key ${key.slice(0, 8)} submission ${submission?.slice(0, 8)} trajectory ${trajectory?.slice(0, 8)}`;
  };
  return [
    ...rows.filter((row) => !mine.includes(row)).map((row) => brief(row, "-")),
    ...mine.filter((row) => !rows.includes(row)).map((row) => brief(row, "+")),
  ];
}

describe("t2s run", { timeout: 120_000 }, () => {
  it("finishes with a ledger, tables and a summary for machines, every row marked as simulated", async () => {
    expect(first.code, first.err).toBe(0);
    expect(first.err).toContain("6 episodes planned, 0 already done");
    expect(first.err).toContain("(sim)");
    expect(JSON.parse(first.out)).toMatchObject({ v: 1, experiment: "quickstart", slots: 6, reused: 0, made: 6, errored: 0 });
    expect(rows).toHaveLength(6);
    for (const row of rows) expect(JSON.parse(row)).toMatchObject({ state: "graded", simulated: ["model", "tasks"], exit: "completed" });
    expect((await readdir(join(at("whole"), "quickstart/report"))).sort()).toEqual([
      "tables.csv",
      "tables.json",
      "tables.md",
      "tables.tex",
    ]);
  });

  it("does nothing a second time, and says what a larger plan would take", async () => {
    const again = await run("whole", ["--json"]);
    expect(JSON.parse(again.out)).toMatchObject({ reused: 6, made: 0 });
    const dry = await run("whole", ["--dry-run", "--set", "seeds.rollout=[41,42]"]);
    expect(dry.out).toMatch(/sim-large\s+│ 12\s+│ 6\s+│ 0\s+│ 6\s/);
    expect(await differences("whole")).toEqual([]);
  });

  it("shows an episode turn by turn, and how far an experiment is", async () => {
    const shown = await t2sHere(["show", JSON.parse(rows[0] ?? "{}").key.slice(0, 16), "--results", at("whole")]);
    expect(shown.code).toBe(0);
    expect(shown.out).toMatch(/turn 1/);
    expect((await t2sHere(["status", "--results", at("whole")])).out).toMatch(/quickstart: 6\/6 episodes \(6 graded/);
  });

  it("gives the same ledger in worker processes that get specs and the store only", async () => {
    const children = await run("children", ["--child-processes", "2"]);
    expect(children.code, children.err).toBe(0);
    expect(await differences("children")).toEqual([]);
  });

  it("drains on Ctrl-C, loses nothing under way, and goes on where it stopped with the same result", async () => {
    const interrupted = await runApart("cut", ["--concurrency", "1"], {
      async during(child, seen) {
        while (!seen().includes("episodes planned")) await sleep(20);
        await sleep(1200);
        if (child.pid !== undefined) process.kill(-child.pid, "SIGINT"); // a terminal signals the whole process group
      },
    });
    expect(interrupted.code).toBe(130);
    expect(interrupted.err).toMatch(/stopped with \d episodes missing: interrupted by SIGINT; run the same command again/);
    expect(interrupted.err).not.toMatch(/gave up|retrying/);
    expect((await run("cut")).code).toBe(0);
    expect(await differences("cut")).toEqual([]);
  });

  it.each([
    ["ceiling", ["--concurrency", "2"]],
    ["ceiling-children", ["--concurrency", "2", "--child-processes", "2"]],
  ])("cut short by a %s holds it against no episode, keeps what was answered, and ends with the same ledger", async (results, more) => {
    const journals = async (): Promise<string[]> =>
      (await readdir(join(at(results), ".store/journals"), { recursive: true })).filter((name) => name.endsWith(".gz"));
    const cut = await run(results, [...more, "--set", "budget.max_calls=3"]);
    expect(cut.code, cut.err).toBe(1);
    expect(cut.err).toMatch(/, 0 errored; .*stopped with \d episodes missing: the budget of 3 model calls is used up;/s);
    expect(await journals()).not.toEqual([]);
    const last = await run(results, more);
    expect(last.code, last.err).toBe(0);
    expect(await differences(results)).toEqual([]);
    expect(await journals()).toEqual([]);
  });

  it("loses nothing to kill -9", async () => {
    for (const wait of [300, 900]) {
      await runApart("killed", [], {
        async during(child, seen) {
          while (!/planned|made/.test(seen())) await sleep(10);
          await sleep(wait);
          child.kill("SIGKILL");
        },
      });
    }
    const last = await run("killed");
    expect(last.code, last.err).toBe(0);
    expect(await differences("killed")).toEqual([]);
  });

  it("gives the same ledger over an endpoint where three requests in ten fail", async () => {
    const context = readContext();
    const models = at("models");
    await cp(join(context.projectRoot, "configs/models"), models, { recursive: true });
    const path = join(models, "sim-large.yaml");
    const personas = [...(await loadModels(["sim-large"])).values()];
    const faults = { ...recoverableFaults(5, 0.3), retryAfterS: 0 };
    const { server } = await startSimulation(join(context.projectRoot, "configs/personas"), { personas, faults });
    if (server === undefined) throw new Error("no server");
    await using _closed = server;
    await writeFile(path, `${await readFile(path, "utf8")}\nmax_attempts: 20\ntimeout_s: 1\nendpoints: [{ base_url: "${server.url}" }]\n`);
    const faulty = await run("faulty", ["--model-dir", models]);
    expect(faulty.code, faulty.err).toBe(0);
    expect(Object.keys(server.stats().faultsInjected).length).toBeGreaterThan(3);
    expect(await differences("faulty")).toEqual([]);
  });

  it("names the damaged file, and mends the store without losing the rest", async () => {
    await cp(at("whole"), at("damaged"), { recursive: true });
    const unit = openStore(at("damaged")).units.pathOf(JSON.parse(rows[0] ?? "{}").key);
    await writeFile(unit, "rubbish");
    await rm(join(at("damaged"), "quickstart/ledger.jsonl"));
    const damaged = await run("damaged");
    expect(damaged.code).toBe(4);
    expect(damaged.err).toContain(unit);
    expect(damaged.err).toContain("t2s store reindex");
    const mended = await t2sHere(["store", "reindex", "--results", at("damaged")]);
    expect(mended.out).toContain(`set aside ${unit}`);
    expect((await run("damaged")).code).toBe(0);
    expect(await differences("damaged")).toEqual([]);
    const ledger = join(at("damaged"), "quickstart/ledger.jsonl");
    await writeFile(ledger, `not json\n${await readFile(ledger, "utf8")}`);
    const torn = await run("damaged");
    expect(torn.code).toBe(4);
    expect(torn.err).toMatch(/ledger\.jsonl line 1 is not a ledger row; run `t2s store reindex`/);
  });
});
