import { mkdir, mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import type { LedgerEpisode } from "../core/record.ts";
import { loadExperiment } from "../experiment/config/load-experiment.ts";
import type { LockFile } from "../experiment/lock-file.ts";
import { generateLedger, planDesign } from "../report/generate-ledger.fixture.ts";
import { exampleCard } from "../report/protocol/card.fixture.ts";
import { missingParts, runCommandFor } from "./missing-parts.ts";
import { readPaperResults } from "./paper-results.ts";
import { t2sHere } from "./run-t2s.fixture.ts";

const paper = {
  table: "table4",
  title: "Table \u202e4",
  models: [{ published: "122B", solver: "m" }],
  columns: [{ label: "Vrf", benchmark: "bench", split: "sample", metric: "accuracy" }],
  protocol: { seeds: 3, maxTurns: 100, mergeBatch: 32 },
  rows: [
    { arm: { "122B": "a" }, published: "Seq-B=1", numbers: { "122B/Vrf": 0.6 } },
    { arm: { "122B": "b" }, published: "Parallel", baseline: { "122B": "a" }, numbers: { "122B/Vrf": 0.65 } },
  ],
};
const plan = { seed: "table", clusters: 40, cases: 1, arms: { a: 0.6, b: 0.62 }, solvers: ["m"] };

let home: string;
beforeAll(async () => {
  home = await mkdtemp(join(tmpdir(), "t2s-table-"));
  await store("one", generateLedger(plan));
  await store("two", generateLedger({ ...plan, seed: "other" }), {
    agents: exampleCard().agents.map((agent) => ({ ...agent, maxTurns: 20 })),
  });
  await store("three", generateLedger(plan).slice(0, -30), { made: { version: "9", commit: "abc", node: "v20" } });
});
afterAll(() => rm(home, { recursive: true, force: true }));

/** An experiment as a run leaves it behind, as far as tables read it. */
async function store(name: string, rows: readonly LedgerEpisode[], card = {}): Promise<void> {
  const { spec } = await loadExperiment("table4-sim");
  const hash = "0".repeat(64);
  const lock: LockFile = {
    v: 1,
    experiment: name,
    spec,
    protocol: { ...exampleCard(card), experiment: name },
    card: {
      benchmarks: [
        {
          id: "bench",
          rev: 1,
          split: "sample",
          splitLabel: "s",
          synthetic: false,
          form: "f",
          tasks: 40,
          clusters: 40,
          dataDigest: hash,
          primary: "strict",
          scorers: [],
          recalculate: null,
        },
      ],
      arms: ["a", "b"].map((arm) => ({ name: arm, label: arm, guidance: "none", solver: "m", agent: "react", simulated: false })),
      seeds: [41, 42, 43],
      attempts: 1,
      replicas: 1,
      sandbox: "none",
    },
    design: JSON.parse(JSON.stringify({ ...planDesign(plan, { contrasts: [["b", "a"]] }), experiment: name, paper })),
    made: { version: "0", node: "v20" },
  };
  await mkdir(join(home, name), { recursive: true });
  await writeFile(join(home, name, "lock.json"), JSON.stringify(lock));
  await writeFile(join(home, name, "ledger.jsonl"), rows.map((row) => `${JSON.stringify(row)}\n`).join(""));
}
const table = (more: readonly string[]) => t2sHere(["table", "table4", "--results", home, ...more]);

describe("t2s table", () => {
  it("shows paper, ours, difference, prediction, n and conclusion, with the protocol, and nothing hidden by hostile text", async () => {
    const { code, out } = await table(["--experiment", "one"]);
    expect(code).toBe(0);
    expect(out).toContain("table4: nothing is missing in one");
    expect(out).toMatch(/Parallel +│ 122B Vrf │ 65\.0 % │ \d\d\.\d % │ [-+]?\d+\.\d +│ \[\d+\.\d, \d+\.\d\] +│ 120\/120/);
    expect(out).toMatch(/made with +│ t2s 0\.1\.0/);
    expect(out).toContain("Table \\u202e4");
    expect(out).not.toContain("\u202e");
  });

  it.each([
    ["markdown", /^## Beside the publication/],
    ["latex", /\\toprule/],
    ["csv", /^table,kind,row,.*\r\ntable4,cell,Seq-B=1,a,,122B,m,Vrf,0\.6,0\.\d{6,}/],
    ["json", /"format": "t2s-paper-tables"/],
  ])("as %s puts the table alone on standard output", async (format, shape) => {
    const { out, err } = await table(["--experiment", "one", "--format", format]);
    expect(out).toMatch(shape);
    expect(out).not.toContain("nothing is missing");
    expect(err).toContain("nothing is missing");
    expect(out).not.toContain("\u202e");
  });

  it("joins experiments under one protocol only; otherwise it names every field, and joins when told to", async () => {
    const refused = await table(["--experiment", "one", "--experiment", "two"]);
    expect(refused.code).toBe(2);
    expect(refused.err).toContain("  max turns: 100 against 20\n");
    const joined = await readPaperResults(home, ["one", "two"], { acrossProtocols: true });
    expect(joined.table.notes[0]).toBe("The experiments differ in max turns: 100 against 20.");
    // Another version is said, and does not stand in the way.
    const versions = await readPaperResults(home, ["one", "three"]);
    expect(versions.table.notes[0]).toBe("The experiments differ in version: 0.1.0 against 9.");
  });

  it("says which episodes are missing", async () => {
    const { table: built, tables } = await readPaperResults(home, ["three"]);
    const lines = missingParts(built, tables).join("\n");
    expect(lines).toMatch(/^a with m on bench sample: \d+ of 120 episodes\nb with m on bench sample: \d+ of 120 episodes$/);
    expect(built.rows[0]?.cells[0]?.conclusion).toContain("not comparable: incomplete arms");
  });

  it("gives the published numbers and the command where nothing was measured", async () => {
    const { code, out } = await t2sHere(["table", "table3", "--results", join(home, "none"), "--experiment", "table3-sim"], {
      T2S_DATA_HOME: join(home, "data"),
    });
    expect(code).toBe(1);
    expect(out).toContain(`t2s run table3-sim --results ${join(home, "none")}\n`);
    expect(out).toMatch(/sim-large +│ 48 +│ 0 +│ 0 +│ 48/);
    expect(out).toContain("not measured");
    expect(out).toContain("64.2 %");
    expect(out).toMatch(/ANLS \(12\): one mean is known to ± 32 pp at worst/);
  }, 30_000);

  it.each([
    [["table", "table9"], 'There is no published table "table9"'],
    [["table", "table4", "--format", "pdf"], 't2s table has no format "pdf"; choose one of terminal, markdown, latex, csv, json'],
    [["table", "table1", "--experiment", "one"], "one does not stand beside table1; no experiment of the folder does"],
    [["table", "table4", "--experiment", "one", "--experiment", "nine"], "has no experiment nine"],
  ])("refuses %j with a sentence", async (args, message) => {
    const { code, err } = await t2sHere([...args, "--results", home]);
    expect(code).toBe(2);
    expect(err).toContain(message);
  });
});

describe("the command that made an experiment", () => {
  it("is the config's name with what was overridden", async () => {
    const { spec } = await loadExperiment("table4-sim");
    expect(runCommandFor("table4-sim", spec, spec)).toBe("t2s run table4-sim");
    const set = ["seeds.rollout=[41]", "benchmarks.0.limit=5", "limits.max_turns=7", "title=it's [mine]"];
    const other = await loadExperiment("table4-sim", { set });
    const command = runCommandFor("table4-sim", spec, other.spec) ?? "";
    const again = [...command.matchAll(/--set ('(?:[^']|'\\'')*'|\S+)/g)].map(([, one = ""]) =>
      one.replace(/^'|'$/g, "").replaceAll(`'\\''`, "'"),
    );
    expect(again).toHaveLength(4);
    expect((await loadExperiment("table4-sim", { set: again })).spec).toEqual(other.spec);
    const { paper: _, ...without } = spec;
    expect(runCommandFor("table4-sim", spec, without)).toBeUndefined();
  });
});
