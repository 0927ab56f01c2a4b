import { spawnSync } from "node:child_process";
import { mkdtemp, readdir, readFile, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { comparableRow, readLedger } from "../store/ledger.ts";
import { type Finished, projectRoot, runCommandLine, t2sHere } from "./run-t2s.fixture.ts";

// No commands, one call an episode: what is tried out are the lines, with real processes and separate folders.
const config = `
name: lines
benchmarks: [{ id: math, split: sample/test, limit: 4 }]
baseline: none
arms:
  - { name: none }
  - { name: evolved, guidance: { kind: evolved, signals: error } }
contrasts: [[evolved, none]]
solvers: [sim-large]
evolution: { author: sim-large, start: { skill: skills/math-parametric }, limit: 6, analysts: { error: single-call } }
agent: { kind: react, tools: none }
seeds: { rollout: [41], evolution: [41] }
`;

/** Without it, its line is run by other means. */
const noParallel = spawnSync("parallel", ["--version"]).status !== 0;

let home: string;
const at = (...names: string[]): string => join(home, ...names);
const env = (): Record<string, string> => ({ T2S_DATA_HOME: at("data"), T2S_RESULTS: at("whole") });

beforeAll(async () => {
  home = await mkdtemp(join(tmpdir(), "t2s-lines-"));
  await writeFile(at("lines.yaml"), config);
  const whole = await t2sHere(["run", at("lines.yaml")], env());
  expect(whole.code, whole.err).toBe(0);
}, 120_000);
afterAll(() => rm(home, { recursive: true, force: true }));

/** Runs lines of the documentation in a shell, on this config and below this folder. */
async function runLines(lines: string, folder: string, more: Readonly<Record<string, string>> = {}): Promise<Finished> {
  const script = lines
    .replaceAll("table1-spreadsheet", at("lines.yaml"))
    .replaceAll(/\/scratch(\/me)?\/table1/g, at(folder))
    .replaceAll("npx t2s", `node ${join(projectRoot, "harness/t2s.mjs")}`);
  const ended = await runCommandLine(["bash", "-euo", "pipefail", "-c", script], { env: { ...env(), ...more } });
  expect(ended.code, ended.out + ended.err).toBe(0);
  return ended;
}

async function expectSameAsWhole(folder: string): Promise<void> {
  const rows = async (of: string): Promise<string[]> => {
    const all: string[] = [];
    for await (const row of readLedger(at(of, "lines/ledger.jsonl"))) all.push(comparableRow(row));
    return all.sort();
  };
  expect(await rows(folder)).toEqual(await rows("whole"));
  const table = (of: string): Promise<string> => readFile(at(of, "lines/report/tables.csv"), "utf8");
  expect(await table(folder)).toBe(await table("whole"));
}

describe("the lines of the documentation for shards give the ledger and tables of one machine", { timeout: 120_000 }, () => {
  it(`with GNU parallel${noParallel ? " (not installed: xargs -P in its place)" : ""}`, async () => {
    const readme = await readFile(join(projectRoot, "README.md"), "utf8");
    const lines = /^parallel npx t2s run .*\n.*store merge.*\n.*\n/m.exec(readme)?.[0] ?? "";
    expect(lines.match(/npx t2s/g)).toHaveLength(3);
    const xargs = lines.replace(/^parallel (.*) ::: (.*)$/m, "printf '%s\\n' $2 | xargs -P 4 -I{} $1");
    await runLines(noParallel ? xargs : lines, "parallel");
    expect((await readdir(at("parallel"))).filter((name) => name.startsWith("shard-"))).toHaveLength(4);
    await expectSameAsWhole("parallel");
  });

  it("with a Slurm array", async () => {
    const script = await readFile(join(projectRoot, "scripts/slurm-array.sh"), "utf8");
    const lineAfter = (start: RegExp): string => new RegExp(`^# {3}${start.source}(.*)$`, "m").exec(script)?.[1] ?? "";
    const [submit, merge, run] = [lineAfter(/sbatch --wait --array=\S+ /), lineAfter(/npx t2s store merge /), lineAfter(/npx t2s run /)];
    let rounds = 0;
    for (let left = true; left && rounds < 6; rounds += 1) {
      // What sbatch does with `--array=5-6`: the script once for each number, at the same time.
      const tasks = [5, 6].map((task) =>
        runLines(`bash ${submit}`, "slurm", {
          SLURM_ARRAY_TASK_ID: String(task),
          SLURM_ARRAY_TASK_MIN: "5",
          SLURM_ARRAY_TASK_COUNT: "2",
        }),
      );
      left = (await Promise.all(tasks)).some(({ err }) => !err.includes("nothing is left for other shards"));
      await runLines(`npx t2s store merge ${merge}`, "slurm");
    }
    expect((await readdir(at("slurm"))).filter((name) => name.startsWith("shard-")).sort()).toEqual(["shard-1", "shard-2"]);
    expect((await runLines(`npx t2s run ${run}`, "slurm")).err).toMatch(/^0 episodes made, 8 reused/m);
    await expectSameAsWhole("slurm");
  });
});
