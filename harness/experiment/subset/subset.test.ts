import { mkdir, mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import type { Task } from "../../core/record.ts";
import { subsetSpecSchema } from "../../core/spec.ts";
import { chooseTasks } from "./choose-tasks.ts";
import { planSize } from "./plan-size.ts";
import { takeSubset } from "./take-subset.ts";

const task = (id: string, cluster: string): Task => ({
  id,
  cluster,
  form: "f",
  slots: {},
  images: [],
  files: [],
  needs: [],
  flags: [],
  origin: {},
});
/** 20 clusters with 1 to 10 tasks each: 110 tasks. */
const tasks = Array.from({ length: 20 }, (_, c) => Array.from({ length: 1 + (c % 10) }, (_, i) => task(`${c}-${i}`, `c${c}`))).flat();
const ids = (chosen: readonly Task[]) => chosen.map(({ id }) => id);
const detectable = (text: string) => subsetSpecSchema.parse({ detectable: text }) as { detectable: string; seed: number };
const episodes = [{ name: "accuracy", over: "episode", label: "Accuracy" }] as const;
const hard = [{ name: "hard", over: "cluster-all", label: "Hard" }] as const;

describe("tasks of a subset", () => {
  it("depend on the seed, keep the split's order, and a smaller subset is part of a larger one", () => {
    const [small, large, other] = [
      { size: 30, seed: 0 },
      { size: 60, seed: 0 },
      { size: 30, seed: 1 },
    ].map((choice) => ids(chooseTasks(tasks, { ...choice, whole: false })));
    expect(small).toHaveLength(30);
    expect(large).toEqual(expect.arrayContaining(small ?? []));
    expect(other).not.toEqual(small);
    expect(ids(tasks).filter((id) => small?.includes(id))).toEqual(small);
    expect(ids(chooseTasks([...tasks].reverse(), { size: 30, seed: 0, whole: false })).sort()).toEqual([...(small ?? [])].sort());
  });

  it("come from every cluster before a second is taken from any", () => {
    const chosen = chooseTasks(tasks, { size: 20, seed: 3, whole: false });
    expect(new Set(chosen.map(({ cluster }) => cluster)).size).toBe(20);
  });

  it("are whole clusters where clusters are judged", () => {
    const chosen = chooseTasks(tasks, { size: 25, seed: 0, whole: true });
    expect(chosen.length).toBeGreaterThanOrEqual(25);
    for (const cluster of new Set(chosen.map((one) => one.cluster)))
      expect(chosen.filter((one) => one.cluster === cluster)).toHaveLength(tasks.filter((one) => one.cluster === cluster).length);
  });
});

describe("the size of a subset", () => {
  it("is what it takes to detect a difference, (1.96 + 0.84)² · variance / difference²", () => {
    const { units, why } = planSize(detectable("5pp"), { available: 4344, repetitions: 3 });
    expect(Math.abs(units - (2.8016 ** 2 * 0.5) / 0.05 ** 2)).toBeLessThan(4);
    expect(why).toBe("planned to detect 5pp with 80 % power, assuming the widest spread, that of two independent arms at 50 %");
  });

  it("is all there are where they are not enough, and says what they detect", () => {
    expect(planSize(detectable("5 pp"), { available: 200, repetitions: 3 })).toMatchObject({
      units: 200,
      why: expect.stringMatching(/^all there are: detecting 5 pp would take 1,57\d, these detect about 14\.\dpp/),
    });
  });

  it("follows a pilot's spread, and more repetitions help by what they average out", () => {
    const pilot = { betweenClusters: 0.02, withinClusters: 0.2, clusters: 40 };
    const once = planSize(detectable("5pp"), { available: 4344, repetitions: 1, pilot }).units;
    const thrice = planSize(detectable("5pp"), { available: 4344, repetitions: 3, pilot }).units;
    expect(once).toBeLessThan(800);
    expect(thrice).toBeLessThan(once / 2);
  });

  it.each(["5", "pp", "0pp", "5 %", "500pp"])("refuses %j as a detectable difference", (text) => {
    expect(subsetSpecSchema.safeParse({ detectable: text }).success).toBe(false);
  });
});

describe("takeSubset", () => {
  const given = { benchmark: "b", split: "s", scorer: "x", metrics: episodes, repetitions: 1, resultsDir: "/nowhere" };

  it("says which part was taken", async () => {
    expect((await takeSubset(tasks, { size: 40, seed: 7 }, given)).said).toBe("b s: 40 of 110 tasks (seed 7)");
    expect((await takeSubset(tasks, detectable("9pp"), given)).said).toContain("b s: 110 of 110 tasks (seed 0, all there are");
    const whole = await takeSubset(tasks, { size: 40, seed: 7 }, { ...given, metrics: hard });
    expect(whole.tasks.length).toBeGreaterThanOrEqual(40);
  });

  it("reads a pilot from the results folder, and refuses one that says nothing", async () => {
    const results = await mkdtemp(join(tmpdir(), "t2s-subset-"));
    try {
      await expect(takeSubset(tasks, { ...detectable("5pp"), pilot: "gone" }, { ...given, resultsDir: results })).rejects.toThrow(
        'has no experiment "gone"',
      );
      await mkdir(join(results, "broken"));
      await writeFile(join(results, "broken/lock.json"), "{}");
      await expect(takeSubset(tasks, { ...detectable("5pp"), pilot: "broken" }, { ...given, resultsDir: results })).rejects.toThrow(
        "damaged",
      );
    } finally {
      await rm(results, { recursive: true });
    }
  });
});
