import { execFileSync } from "node:child_process";
import { cp, mkdtemp, readdir, readFile, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { comparableRow, readLedger } from "../store/ledger.ts";
import { openStore } from "../store/store.ts";
import { projectRoot, t2s, temporaryResults } from "./run-t2s.fixture.ts";

let dataHome: string;
beforeAll(async () => {
  dataHome = await mkdtemp(join(tmpdir(), "t2s-data-"));
  execFileSync(process.execPath, ["--import", "tsx", "scripts/generate-sample.ts", "--out", join(dataHome, "spreadsheetbench/sample")], {
    cwd: projectRoot,
  });
});
afterAll(() => rm(dataHome, { recursive: true, force: true }));

const small = ["--limit", "3", "--set", "seeds.rollout=[41]", "--set", "solvers=[sim-large]"];
const run = (dir: string, ...more: string[]) =>
  t2s(["run", "quickstart", "--results", dir, ...small, ...more], { env: { T2S_DATA_HOME: dataHome } });

/** Rows that only one of two ledgers has, shortened: a failing comparison must stay readable. */
function differences(a: readonly string[], b: readonly string[]): string[] {
  const brief = (row: string, side: string): string => {
    const { arm, task, trajectory, submission, key } = JSON.parse(row);
    return `${side} ${arm} ${task} key ${key.slice(0, 8)} submission ${submission?.slice(0, 8)} trajectory ${trajectory?.slice(0, 8)}`;
  };
  return [
    ...a.filter((row) => !b.includes(row)).map((row) => brief(row, "-")),
    ...b.filter((row) => !a.includes(row)).map((row) => brief(row, "+")),
  ];
}

async function ledgerOf(dir: string): Promise<string[]> {
  const rows: string[] = [];
  for await (const row of readLedger(join(dir, "quickstart/ledger.jsonl"))) rows.push(comparableRow(row));
  return rows.sort();
}

describe("t2s run", { timeout: 120_000 }, () => {
  it("finishes, resumes for nothing, gives the same ledger in worker processes, and shows what happened", async () => {
    await using results = await temporaryResults();
    const first = await run(results.dir, "--json");
    expect(first.err).toContain("9 episodes planned, 0 already done");
    expect(first.code, first.err).toBe(0);
    expect(JSON.parse(first.out)).toMatchObject({ v: 1, experiment: "quickstart", slots: 9, reused: 0, made: 9, errored: 0 });
    expect(first.err).toContain("(sim)");
    const rows = await ledgerOf(results.dir);
    expect(rows).toHaveLength(9);
    for (const row of rows) expect(JSON.parse(row)).toMatchObject({ state: "graded", simulated: ["model", "tasks"], exit: "completed" });
    expect((await readdir(join(results.dir, "quickstart/report"))).sort()).toEqual(["tables.csv", "tables.json", "tables.md"]);

    const again = await run(results.dir, "--json");
    expect(JSON.parse(again.out)).toMatchObject({ reused: 9, made: 0 });

    await using other = await temporaryResults();
    const children = await run(other.dir, "--child-processes", "2", "--json");
    expect(children.code, children.err).toBe(0);
    expect(differences(rows, await ledgerOf(other.dir))).toEqual([]);

    const key = JSON.parse(rows[0] ?? "{}").key as string;
    const shown = await t2s(["show", key.slice(0, 16), "--results", results.dir]);
    expect(shown.code).toBe(0);
    expect(shown.out).toMatch(/turn 1/);
    const status = await t2s(["status", "--results", results.dir]);
    expect(status.out).toMatch(/quickstart: 9\/9 episodes \(9 graded/);
    const dry = await run(results.dir, "--dry-run", "--set", "seeds.rollout=[41,42]");
    expect(dry.out).toMatch(/sim-large\s+│ 18\s+│ 9/);
  });

  it("drains on SIGINT, and goes on where it stopped with the same result", async () => {
    await using whole = await temporaryResults();
    await using cut = await temporaryResults();
    expect((await run(whole.dir)).code).toBe(0);
    const interrupted = await t2s(["run", "quickstart", "--results", cut.dir, ...small, "--concurrency", "1"], {
      env: { T2S_DATA_HOME: dataHome },
      async during(child, seen) {
        while (!seen().includes("episodes planned")) await new Promise((resolve) => setTimeout(resolve, 20));
        await new Promise((resolve) => setTimeout(resolve, 300));
        child.kill("SIGINT");
      },
    });
    expect(interrupted.code).toBe(130);
    expect(interrupted.err).toMatch(/stopped with \d episodes missing: interrupted by SIGINT; run the same command again/);
    expect((await run(cut.dir)).code).toBe(0);
    expect(differences(await ledgerOf(whole.dir), await ledgerOf(cut.dir))).toEqual([]);
  });

  it("loses nothing to kill -9 and pays only what was in flight again", async () => {
    await using whole = await temporaryResults();
    await using killed = await temporaryResults();
    expect((await run(whole.dir)).code).toBe(0);
    for (const wait of [200, 900, 1600]) {
      await t2s(["run", "quickstart", "--results", killed.dir, ...small], {
        env: { T2S_DATA_HOME: dataHome },
        async during(child, seen) {
          while (!/planned|made/.test(seen())) await new Promise((resolve) => setTimeout(resolve, 10));
          await new Promise((resolve) => setTimeout(resolve, wait));
          child.kill("SIGKILL");
        },
      });
    }
    const last = await run(killed.dir, "--json");
    expect(last.code, last.err).toBe(0);
    expect(differences(await ledgerOf(whole.dir), await ledgerOf(killed.dir))).toEqual([]);
  });

  it("names the damaged file, and mends the store without losing the rest", async () => {
    await using results = await temporaryResults();
    expect((await run(results.dir)).code).toBe(0);
    const rows = await ledgerOf(results.dir);
    const unit = openStore(results.dir).units.pathOf(JSON.parse(rows[0] ?? "{}").key);
    await writeFile(unit, "rubbish");
    await rm(join(results.dir, "quickstart/ledger.jsonl"));
    const damaged = await run(results.dir);
    expect(damaged.code).toBe(4);
    expect(damaged.err).toContain(unit);
    expect(damaged.err).toContain("t2s store reindex");
    const mended = await t2s(["store", "reindex", "--results", results.dir]);
    expect(mended.out).toContain(`set aside ${unit}`);
    const again = await run(results.dir, "--json");
    expect(again.code, again.err).toBe(0);
    expect(differences(rows, await ledgerOf(results.dir))).toEqual([]);
    await cp(join(results.dir, "quickstart/ledger.jsonl"), join(results.dir, "copy"));
    await writeFile(join(results.dir, "quickstart/ledger.jsonl"), `not json\n${await readFile(join(results.dir, "copy"), "utf8")}`);
    const torn = await run(results.dir);
    expect(torn.code).toBe(4);
    expect(torn.err).toMatch(/ledger\.jsonl line 1 is not a ledger row; run `t2s store reindex`/);
  });
});
