import { mkdir, mkdtemp, readdir, readFile, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { parse, stringify } from "yaml";
import { projectRoot, t2sHere } from "./run-t2s.fixture.ts";

let home: string;
let env: Record<string, string>;
beforeAll(async () => {
  home = await mkdtemp(join(tmpdir(), "t2s-benchmarks-"));
  env = { T2S_DATA_HOME: join(home, "data"), T2S_RESULTS: join(home, "results") };
});
afterAll(() => rm(home, { recursive: true, force: true }));

const run = (...args: string[]) => t2sHere(["run", ...args], env);
const once = ["--set", "seeds.rollout=[41]", "--set", "seeds.evolution=[41]"];

describe("reference answers and no answers, through the whole program on tasks it generates itself", () => {
  it.each([
    ["wikitq", undefined],
    ["wikitq", "direct"],
    ["math", undefined],
    ["docvqa", undefined],
  ])("%s %s: 100 and 0 per cent", async (id, form) => {
    const file = join(home, `${id}-${form ?? "default"}.yaml`);
    const name = `check-${id}-${form ?? "default"}`;
    await writeFile(
      file,
      stringify({
        name,
        benchmarks: [{ id, split: "sample/all", limit: 24, ...(form === undefined ? {} : { form }) }],
        arms: [
          { name: "oracle", agent: { kind: "oracle" } },
          { name: "nop", agent: { kind: "nop" } },
        ],
      }),
    );
    const result = await run(file);
    expect(result.code, result.err).toBe(0);
    const rows = (await readFile(join(home, "results", name, "ledger.jsonl"), "utf8"))
      .trim()
      .split("\n")
      .map((line): { arm: string; outcomes: { outcome: { score?: { passed: boolean } } }[] } => JSON.parse(line));
    expect(rows).toHaveLength(48);
    const passed = (arm: string) =>
      rows.filter((row) => row.arm === arm).flatMap((row) => row.outcomes.map((o) => o.outcome.score?.passed));
    expect(new Set(passed("oracle"))).toEqual(new Set([true]));
    expect(new Set(passed("nop"))).toEqual(new Set([false]));
  });
});

describe("the shapes of the paper's tables", () => {
  it.each(["table2-sim", "table3-sim"])("%s evolves, measures and stands beside the paper, marked as simulated", async (name) => {
    const result = await run(name, "--limit", "2", "--set", "solvers=[sim-large]", "--set", "paper.models={122B: sim-large}", ...once);
    expect(result.code, result.err).toBe(0);
    expect(result.out).toContain("SIMULATED, not comparable");
    expect(result.out).toMatch(/122B \/ Creation \/ \+Error/);
    const report = join(home, "results", name, "report");
    expect(await readdir(report)).toEqual(expect.arrayContaining(["paper-table.json", "paper-table.md"]));
    const table: { rows: { cells: { ours: number | null; published: number }[] }[]; notComparable: string[] } = JSON.parse(
      await readFile(join(report, "paper-table.json"), "utf8"),
    );
    expect(table.notComparable).toEqual(expect.arrayContaining(["a simulated model", "generated sample tasks"]));
    for (const cell of table.rows.flatMap((row) => row.cells)) {
      expect(cell.ours).not.toBeNull();
      expect(cell.published).toBeGreaterThan(0);
    }
  });

  it("a model that takes no images is refused before anything is asked", async () => {
    const models = join(home, "models");
    const config = parse(await readFile(join(projectRoot, "configs/models/sim-large.yaml"), "utf8"));
    await rm(models, { recursive: true, force: true });
    await mkdir(models);
    await writeFile(join(models, "sim-large.yaml"), stringify({ ...config, vision: false }));
    const result = await run("table3-sim", "--limit", "2", "--model-dir", models, "--set", "name=blind", ...once);
    expect(result.code).toBe(2);
    expect(result.err).toContain("show images, but model sim-large has vision: false");
    expect(result.out).toBe("");
  });

  it("an agent without tools is refused where a task ends in files", async () => {
    const result = await run("quickstart", "--set", "agent.tools=none", "--set", "name=toolless", "--limit", "1", ...once);
    expect(result.code).toBe(2);
    expect(result.err).toContain("are solved with a shell, but arm no-skill has agent.tools: none");
  });
});

it("skills evolved on spreadsheets are measured on tables in workbooks unchanged", { timeout: 120_000 }, async () => {
  const result = await run(
    "table1-sim",
    ...once,
    ...[
      "--set",
      "arms=[{name: no-skill}, {name: create-large-error, guidance: {kind: evolved, author: sim-large, start: {skill: skills/xlsx-parametric}, signals: error}}]",
    ],
    ...[
      "--set",
      "contrasts=[[create-large-error, no-skill]]",
      "--set",
      "solvers=[sim-large]",
      "--set",
      "paper.models={122B: sim-large}",
      "--limit",
      "3",
    ],
  );
  expect(result.code, result.err).toBe(0);
  expect(result.err).toContain("note: wikitq sample/test: 6 of");
  const lock: { card: { arms: { name: string; skill?: string }[] } } = JSON.parse(
    await readFile(join(home, "results/table1-sim/lock.json"), "utf8"),
  );
  const skills = lock.card.arms.filter((arm) => arm.name === "create-large-error").map((arm) => arm.skill);
  expect(skills).toHaveLength(2);
  expect(new Set(skills).size).toBe(1);
  expect(result.out).toMatch(/Avg/);
});
