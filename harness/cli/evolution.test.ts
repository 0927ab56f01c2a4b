import { readdir, readFile, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { type Coverage, coverageSchema, lineageSchema, mergeTreeSchema } from "../core/evolution.ts";
import { type ExperimentSpec, experimentSpecSchema } from "../core/spec.ts";
import { shuffledExecutor } from "../engine/executor.ts";
import type { FaultSpec } from "../simulation/faults.ts";
import { readSkill } from "../skill/read-skill.ts";
import { validateSkill } from "../skill/validate-skill.ts";
import { seededRandom } from "../stats/random.ts";
import { type InProcessRun, runInProcess } from "./experiment.fixture.ts";
import { openWorkshop, type Workshop } from "./workshop.fixture.ts";

const arms = ["evolved", "success", "sequential", "bank", "one-shot", "trajectories", "irrelevant", "shuffled"] as const;

function specOf(changes: Record<string, unknown> = {}): ExperimentSpec {
  return experimentSpecSchema.parse({
    name: "learned",
    benchmarks: [{ id: "spreadsheetbench", split: "sample/test", limit: 1 }],
    arms: [
      { name: "evolved", guidance: { kind: "evolved" } },
      { name: "success", guidance: { kind: "evolved", signals: "success" } },
      { name: "sequential", guidance: { kind: "sequential", batch: 2, checkpoint_every: 1, final_consolidation: true } },
      { name: "bank", guidance: { kind: "bank", top_k: 2, embedder: "endpoint" } },
      { name: "one-shot", guidance: { kind: "one-shot" } },
      { name: "trajectories", guidance: { kind: "trajectories", count: 2 } },
      { name: "irrelevant", guidance: { kind: "irrelevant", like: "evolved" } },
      { name: "shuffled", guidance: { kind: "shuffled", of: "evolved" } },
    ],
    solvers: ["sim-large"],
    evolution: {
      author: "sim-large",
      start: { skill: "skills/xlsx-parametric" },
      limit: 3,
      analysts: { max_turns: 20 },
      merge: { batch_size: 2 },
      prevalence: { min_support: 1 },
    },
    limits: { max_turns: 20, command_timeout_s: 60 },
    seeds: { rollout: [41], evolution: [41] },
    ...changes,
  });
}

/** Three in ten arrivals meet a fault. Those that cost a time-out are tried by scripts/acceptance-storms.ts. */
const faults: FaultSpec = {
  seed: 11,
  retryAfterS: 0,
  rates: { "rate-limit": 0.05, "500": 0.05, "503": 0.05, "cut-json": 0.05, "empty-body": 0.05, reset: 0.05 },
};

let workshop: Workshop;
let first: InProcessRun;
/** Hashes of the skills of the first run; later tests learn other ones in its folder. */
const hashes = new Map<string, string>();
let artifacts: readonly string[];
const folder = (results: string, arm: string): string => join(workshop.home, results, "learned/evolutions", arm, "s41");
const skillHash = async (results: string, arm: string): Promise<string> => (await readSkill(join(folder(results, arm), "skill"))).hash;

beforeAll(async () => {
  workshop = await openWorkshop();
  await using open = await workshop.open("first");
  first = await runInProcess(specOf(), open.parts);
  for (const arm of ["evolved", "sequential"]) hashes.set(arm, await skillHash("first", arm));
  artifacts = (await readdir(folder("first", "evolved"), { recursive: true })).sort();
}, 120_000);
afterAll(() => workshop[Symbol.asyncDispose]());

describe("learned guidance", { timeout: 120_000 }, () => {
  it("is learned, measured and kept in the ledger for every kind", () => {
    expect(first.summary).toMatchObject({ slots: arms.length, errored: 0, unlearned: [] });
    const rows = first.rows.map((row) => JSON.parse(row));
    const evolutions = rows.filter((row) => row.type === "evolution");
    expect(evolutions.map((row) => row.arm).sort()).toEqual(["bank", "evolved", "one-shot", "sequential", "success", "trajectories"]);
    expect(rows.filter((row) => row.type === "episode" && row.purpose === "evolve")).toHaveLength(3);
    const measured = rows.filter((row) => row.type === "episode" && row.purpose === undefined);
    expect(measured.map((row) => row.arm).sort()).toEqual([...arms].sort());
    expect(first.ran.embed).toBeGreaterThan(0);
  });

  it("gives a skill whose every line has an origin, and an account of every lesson and edit", async () => {
    const dir = folder("first", "evolved");
    const read = async (name: string): Promise<unknown> => JSON.parse(await readFile(join(dir, name), "utf8"));
    const lineage = lineageSchema.parse(await read("lineage.json"));
    const tree = mergeTreeSchema.parse(await read("merge-tree.json"));
    const coverage: Coverage = coverageSchema.parse(await read("coverage.json"));
    const skill = await readSkill(join(dir, "skill"));
    expect(lineage.skill).toBe(skill.hash);
    expect(lineage.start).not.toBe(skill.hash);
    for (const { path, spans } of lineage.files) {
      const lines = await readFile(join(dir, "skill", path), "utf8");
      const covered = spans.flatMap(({ from, to }) => Array.from({ length: to - from + 1 }, (_, i) => from + i));
      expect(covered).toEqual(Array.from({ length: lines.replace(/\n$/, "").split("\n").length }, (_, i) => i + 1));
      for (const { edit } of spans) if (edit !== null) expect(lineage.edits.map(({ id }) => id)).toContain(edit);
    }
    const patches = new Map(lineage.patches.map((patch) => [patch.id, patch]));
    for (const edit of lineage.edits) {
      expect(edit.patches.length).toBeGreaterThan(0);
      expect([...new Set(edit.patches.map((id) => patches.get(id)?.task))].sort()).toEqual(edit.tasks);
    }
    expect(tree.nodes.length).toBeGreaterThan(1);
    expect(coverage.episodes).toHaveLength(3);
    expect((await validateSkill(join(dir, "skill"))).filter(({ severity }) => severity === "error")).toEqual([]);
  });

  it("does nothing the second time", async () => {
    await using open = await workshop.open("first");
    const again = await runInProcess(specOf(), open.parts);
    expect(again.ran).toEqual({});
    expect(again.rows).toEqual(first.rows);
  });

  it("merges again, and measures again what changed, when only the merge batch size changes", async () => {
    await using open = await workshop.open("first");
    const spec = specOf();
    const again = await runInProcess({ ...spec, evolution: { ...spec.evolution, merge: { batch_size: "all" } } }, open.parts);
    expect(again.ran.analysis).toBeUndefined();
    const ofEpisodes = (rows: readonly string[]): string[] =>
      rows.filter((row) => row.includes('"purpose":"evolve"') || row.includes('"type":"analysis"'));
    expect(ofEpisodes(again.rows)).toEqual(ofEpisodes(first.rows));
    // One task for each of the arms that stand on a merged skill.
    expect(again.ran.rollout ?? 0).toBeLessThanOrEqual(4);
    expect(again.ran.call).toBeGreaterThan(0);
  });

  it("validates candidates of every kind, notes among them, and chooses one", async () => {
    await using open = await workshop.open("first");
    const spec = specOf({
      seeds: { rollout: [41], evolution: [41, 42] },
      benchmarks: [{ id: "spreadsheetbench", split: "sample/test", limit: 1 }],
    });
    const bank = spec.arms.filter(({ name }) => name === "bank");
    const run = await runInProcess({ ...spec, arms: bank, evolution: { ...spec.evolution, limit: 2 } }, open.parts);
    expect(run.summary).toMatchObject({ slots: 1, errored: 0, unlearned: [] });
    const rows = run.rows.map((row) => JSON.parse(row)).filter((row) => row.type === "evolution");
    expect(rows.map((row) => row.validation?.tasks)).toEqual([2, 2]);
    expect(rows.filter((row) => row.selected)).toHaveLength(1);
  });

  it("starts from analyses in the release's format, without an episode of its own", async () => {
    await using open = await workshop.open("first");
    const task = first.rows.map((row) => JSON.parse(row)).find((row) => row.type === "analysis").task;
    const records = join(workshop.home, "records.json");
    const item = {
      type: "failure_memory",
      number: 1,
      title: "Find the real extent",
      description: "Rows may go on.",
      content: "Read to the last used row.",
    };
    await writeFile(
      records,
      JSON.stringify([
        { instance_id: task, source_file: "x", items: [item] },
        { instance_id: "unknown", source_file: "x", items: [item] },
      ]),
    );
    const spec = specOf({ arms: specOf().arms.filter(({ name }) => name === "evolved") });
    const run = await runInProcess({ ...spec, evolution: { ...spec.evolution, signals: "error", records: [records] } }, open.parts);
    expect(run.summary).toMatchObject({ errored: 0, unlearned: [] });
    const rows = run.rows.map((row) => JSON.parse(row));
    expect(rows.filter((row) => row.purpose === "evolve")).toEqual([]);
    expect(rows.find((row) => row.type === "evolution")).toMatchObject({ episodes: { failed: 0, passed: 0 }, patches: 1 });
  });

  it("comes out the same under an endpoint that fails in every way, in shuffled order, after having been cut off again and again", async () => {
    const spec = specOf({ arms: specOf().arms.filter(({ name }) => ["evolved", "sequential"].includes(name)) });
    const random = seededRandom(5);
    const stops: (string | undefined)[] = [];
    for (const cut of [7, 15, Number.POSITIVE_INFINITY]) {
      await using open = await workshop.open("stormy", { faults });
      const run = await runInProcess(spec, open.parts, (kinds) => shuffledExecutor(kinds, () => random.uniform()), 4, cut);
      stops.push(run.summary.stopped);
    }
    expect(stops).toEqual(["cut off by the test", "cut off by the test", undefined]);
    for (const arm of ["evolved", "sequential"]) expect(await skillHash("stormy", arm)).toBe(hashes.get(arm));
    const files = await readdir(folder("stormy", "evolved"), { recursive: true });
    expect(files.sort()).toEqual(artifacts);
  });
});
