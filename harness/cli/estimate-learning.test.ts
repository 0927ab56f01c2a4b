import { writeFile } from "node:fs/promises";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { type ExperimentSpec, experimentSpecSchema } from "../core/spec.ts";
import { estimateLearning, type LearningEstimate } from "../experiment/evolution/estimate-learning.ts";
import type { Parts } from "../experiment/parts.ts";
import { resolveExperiment } from "../experiment/resolve-experiment.ts";
import { runInProcess } from "./experiment.fixture.ts";
import { openWorkshop, type Workshop } from "./workshop.fixture.ts";

const specOf = (guidance: Readonly<Record<string, unknown>>, changes: Readonly<Record<string, unknown>> = {}): ExperimentSpec =>
  experimentSpecSchema.parse({
    name: "estimated",
    benchmarks: [{ id: "spreadsheetbench", split: "sample/test", limit: 1 }],
    arms: [{ name: "it", guidance }],
    solvers: ["sim-large"],
    evolution: {
      author: "sim-large",
      start: { skill: "skills/xlsx-parametric" },
      limit: 4,
      analysts: { error: "single-call" },
      prevalence: { min_support: 1 },
    },
    limits: { max_turns: 20, command_timeout_s: 60 },
    seeds: { rollout: [41], evolution: [41] },
    ...changes,
  });

async function estimate(spec: ExperimentSpec, parts: Parts): Promise<LearningEstimate> {
  const [first] = await estimateLearning(await resolveExperiment(spec, parts), parts);
  if (first === undefined) throw new Error("nothing was estimated");
  return first;
}

let workshop: Workshop;
beforeAll(async () => {
  workshop = await openWorkshop();
});
afterAll(() => workshop[Symbol.asyncDispose]());

describe("what learning takes", { timeout: 120_000 }, () => {
  it("is known as far as the store carries: first episodes, then analyses, then nothing is left to do", async () => {
    await using open = await workshop.open("exact");
    const evolved = specOf({ kind: "evolved" });
    const before = await estimate(evolved, open.parts);
    expect(before.episodes).toEqual({ asked: 4, added: 4, atMost: false });
    expect(before.analyses).toEqual({ asked: 4, added: 4, atMost: true });
    expect(before.patches).toEqual({ asked: 4, added: 4, atMost: true });

    // A control that only runs the episodes: from now on it is known which of them failed.
    await runInProcess(specOf({ kind: "trajectories" }), open.parts);
    const errors = specOf({ kind: "evolved", signals: "error" });
    const some = await estimate(errors, open.parts);
    expect(some.episodes).toEqual({ asked: 4, added: 0, atMost: false });
    expect(some.analyses.atMost).toBe(false);
    const run = await runInProcess(errors, open.parts);
    expect(run.rows.filter((row) => JSON.parse(row).type === "analysis")).toHaveLength(some.analyses.added);
    expect(some.patches.added).toBeGreaterThanOrEqual(
      run.rows.filter((row) => row.includes('"type":"analysis"') && row.includes('"accepted"')).length,
    );

    const after = await estimate(errors, open.parts);
    for (const work of [after.episodes, after.analyses, after.patches, after.merges])
      expect(work).toMatchObject({ added: 0, atMost: false });
    expect(after.analyses.asked).toBe(some.analyses.asked);
    const all = await estimate(evolved, open.parts);
    expect(all.analyses).toEqual({ asked: 4, added: 4 - after.analyses.asked, atMost: false });
  });

  it("counts the steps of a sequential evolution that are left", async () => {
    await using open = await workshop.open("steps");
    const spec = specOf({ kind: "sequential", batch: 2, checkpoint_every: 1, final_consolidation: true });
    expect((await estimate(spec, open.parts)).merges).toEqual({ asked: 4, added: 4, atMost: true });
    await runInProcess(spec, open.parts);
    expect((await estimate(spec, open.parts)).merges).toMatchObject({ added: 0, atMost: false });
  });

  it("learns from no task that is held out, and validates on those", async () => {
    await using open = await workshop.open("held");
    const changes = { seeds: { rollout: [41], evolution: [41, 42] } };
    const whole = await estimate(specOf({ kind: "evolved" }, changes), open.parts);
    const held = await estimate(specOf({ kind: "evolved", select: { held_out: 0.3 } }, changes), open.parts);
    expect(whole).toMatchObject({ episodes: { asked: 8 }, validation: { asked: 8, atMost: true } });
    expect(held.episodes.asked + held.validation.asked).toBe(8);
    expect(held.validation.asked).toBeGreaterThan(0);
    expect(held.analyses.asked).toBe(held.episodes.asked);
  });

  it("takes neither episodes nor analyses for records, and one patch each", async () => {
    await using open = await workshop.open("records");
    const [benchmark] = (
      await resolveExperiment(
        specOf({ kind: "evolved" }, { benchmarks: [{ id: "spreadsheetbench", split: "sample/evolve", limit: 2 }] }),
        open.parts,
      )
    ).benchmarks;
    const items = [{ type: "failure_memory", number: 1, title: "t", description: "d", content: "Read to the last used row." }];
    const records = join(workshop.home, "records.json");
    const ids = benchmark?.tasks.map(({ task }) => task.id) ?? [];
    await writeFile(records, JSON.stringify(ids.map((id) => ({ instance_id: id, source_file: "x", items }))));
    const nothing = { asked: 0, added: 0, atMost: false };
    const found = await estimate(specOf({ kind: "evolved", signals: "error", records: [records] }), open.parts);
    // Both hold the same lesson, so one call writes both patches.
    expect(found).toMatchObject({ episodes: nothing, analyses: nothing, patches: { asked: 2, added: 1, atMost: false } });
    expect(found.merges).toEqual({ asked: 1, added: 1, atMost: true });
  });
});
