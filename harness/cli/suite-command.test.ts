import { mkdtemp, readdir, readFile, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { copySample } from "../../benchmarks/spreadsheetbench/sample/shared-sample.fixture.ts";
import { type Finished, t2s, t2sHere } from "./run-t2s.fixture.ts";

/** Experiments without a model: reference answers and untouched start files need no sandbox and no server. */
const experiment = (name: string, more = ""): string => `name: ${name}
benchmarks: [{ id: spreadsheetbench, split: sample/test, limit: 2 }]
arms:
  - { name: oracle, agent: { kind: oracle } }
  - { name: nop, agent: { kind: nop } }
${more}`;
const broken = `name: broken
benchmarks: [{ id: spreadsheetbench, split: no/such/split }]
arms: [{ name: oracle, agent: { kind: oracle } }]
`;
const suite = (members: string, more = ""): string => `name: both\nexperiments:\n${members}${more}`;
const three =
  "  - { experiment: ./one.yaml }\n  - { experiment: ./broken.yaml }\n  - { experiment: ./one.yaml, set: { benchmarks.0.limit: 3 } }\n";

let home: string;
let first: Finished;
const run = (file: string, more: readonly string[] = []) =>
  t2sHere(["run", join(home, file), "--results", join(home, "results"), ...more], { T2S_DATA_HOME: home });

beforeAll(async () => {
  home = await mkdtemp(join(tmpdir(), "t2s-suite-"));
  await copySample(join(home, "spreadsheetbench/sample"));
  await writeFile(join(home, "one.yaml"), experiment("one"));
  await writeFile(join(home, "broken.yaml"), broken);
  await writeFile(join(home, "both.yaml"), suite(three));
  first = await run("both.yaml");
}, 60_000);
afterAll(() => rm(home, { recursive: true, force: true }));

describe("a suite", () => {
  it("runs its members one after another, names those with overrides after itself, and goes on after one that fails", async () => {
    expect(first.code, first.err).toBe(1);
    expect(first.err).toMatch(/\[1\/3\] one\n[\s\S]*\[2\/3\] broken\n[\s\S]*\[3\/3\] both-one\n/);
    expect(first.err).toMatch(/t2s: broken failed: benchmark spreadsheetbench has no split "no\/such\/split"/);
    expect(first.err).toContain("2 of 3 members are complete");
    expect(first.out).toMatch(/one +│ 4 +│ 4 +│ 0 +│ 0[^\n]*complete/);
    // The store is shared: of three tasks two are there.
    expect(first.out).toMatch(/both-one +│ 6 +│ 2 +│ 4 +│ 0[^\n]*complete/);
    expect((await readdir(join(home, "results/both/report"))).sort()).toEqual([
      "both-one",
      "one",
      "tables.csv",
      "tables.json",
      "tables.md",
      "tables.tex",
    ]);
    const copied = await readFile(join(home, "results/both/report/one/tables.md"), "utf8");
    expect(copied).toBe(await readFile(join(home, "results/one/report/tables.md"), "utf8"));
  });

  it("does nothing the second time, and says for machines how every member ended", async () => {
    const { code, out } = await run("both.yaml", ["--json"]);
    expect(code).toBe(1);
    const { suite: name, members } = JSON.parse(out.trim());
    expect(name).toBe("both");
    expect(members).toMatchObject([
      { experiment: "one", code: 0, summary: { made: 0, reused: 4 } },
      { experiment: "broken", code: 2, failed: expect.stringContaining("no/such/split") },
      { experiment: "both-one", code: 0, summary: { made: 0, reused: 6 } },
    ]);
  });

  it("stops at Ctrl-C without beginning the next member, writes no tables of the suite, and goes on where it stopped", async () => {
    const model = "solvers: [sim-large]\nseeds: { rollout: [41] }\nlimits: { max_turns: 20, command_timeout_s: 60 }\nconcurrency: 1\n";
    const slow = experiment("slow", model).replace("{ name: nop, agent: { kind: nop } }", "{ name: none }");
    await writeFile(join(home, "slow.yaml"), slow);
    await writeFile(
      join(home, "cut.yaml"),
      suite("  - { experiment: ./slow.yaml }\n  - { experiment: ./one.yaml }\n").replace("both", "cut"),
    );
    const results = join(home, "cut-results");
    const cut = await t2s(["run", join(home, "cut.yaml"), "--results", results], {
      env: { T2S_DATA_HOME: home },
      async during(child, seen) {
        while (!seen().includes("episodes planned")) await new Promise((done) => setTimeout(done, 10));
        if (child.pid !== undefined) process.kill(-child.pid, "SIGINT");
      },
    });
    expect(cut.code, cut.err).toBe(130);
    expect(cut.err).toContain("0 of 2 members are complete; run the same command again to go on");
    expect(cut.err).not.toContain("[2/2]");
    expect(await readdir(results)).not.toContain("cut");
    const again = await run("cut.yaml", ["--results", results, "--json"]);
    expect(again.code, again.err).toBe(0);
    expect(JSON.parse(again.out).members).toMatchObject([{ code: 0 }, { code: 0, summary: { made: 2, reused: 2 } }]);
    expect(await readdir(results)).toContain("cut");
  }, 120_000);

  it("adds up what is missing, each episode once, without running anything", async () => {
    const { code, out, err } = await run("both.yaml", ["--dry-run", "--results", join(home, "elsewhere")]);
    expect([code, err]).toEqual([1, expect.stringContaining("broken cannot be planned")]);
    expect(out).toMatch(/│ one +│ 4 +│ 0 +│ 0 +│ 4 /);
    expect(out).toMatch(/│ both-one +│ 6 +│ 0 +│ 4 +│ 2 /);
    expect(out).toMatch(/│ in all +│ 10 +│ 0 +│ 4 +│ 6 /);
    expect(await readdir(join(home, "elsewhere"))).not.toContain("one");
  });

  it.each([
    [
      "  - { experiment: ./one.yaml }\n  - { experiment: ./one.yaml }\n",
      "",
      'experiments.1: runs under the name "one", as number 1 of the list does',
    ],
    ["  - { experiment: ./one.yaml, set: { name: both } }\n", "", "runs under the name of the suite"],
    ["  - { experiment: ./one.yaml, set: { limits.max_truns: 3 } }\n", "", "max_truns"],
    ["  - { experiment: ./none.yaml }\n", "", "There is no experiment file"],
    ["  - { experiment: ./one.yaml }\n", "tables: [table1]\n", "tables.0: no member stands beside table1"],
    ["  - { experiment: ./one.yaml }\n", "tables: [table9]\n", 'There is no published table "table9"'],
    ["  - { experiment: ./one.yaml, sets: {} }\n", "", "sets"],
  ])("refuses %s%s with a sentence", async (members, more, message) => {
    await writeFile(join(home, "wrong.yaml"), suite(members, more));
    const { code, err } = await run("wrong.yaml");
    expect(code).toBe(2);
    expect(err).toContain(message);
    expect(err.trim().split("\n")).toHaveLength(1);
  });
});
