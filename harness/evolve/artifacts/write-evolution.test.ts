import { mkdtemp, readdir, readFile, rm, stat, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import path from "node:path";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { coverageSchema, lineageSchema, mergeTreeSchema, skillPatchSchema } from "../../core/evolution.ts";
import { readSkill, skillHash } from "../../skill/read-skill.ts";
import { append, coverageOf, patch, run } from "../consolidate/consolidation.fixture.ts";
import { echoMerge, scriptedAuthor } from "../consolidate/scripted-author.fixture.ts";
import { buildCoverage } from "./build-coverage.ts";
import { type EvolutionArtifacts, writeEvolution } from "./write-evolution.ts";

let root: string;
beforeEach(async () => {
  root = await mkdtemp(path.join(tmpdir(), "t2s-evolution-"));
});
afterEach(() => rm(root, { recursive: true, force: true }));

const patches = [0, 1].map((n) => patch(n, [append("## Checks", "3. Recalculate first."), append("## Nowhere", `- lost ${n}`)]));

async function artifacts(): Promise<EvolutionArtifacts> {
  const consolidation = await run(patches, scriptedAuthor(echoMerge), { translate: false, prevalence: { min_support: 2, below: "drop" } });
  return { patches, ...consolidation, coverage: coverageOf(patches, consolidation) };
}

describe("writeEvolution", () => {
  it("leaves a folder a person can read and a program can read back", async () => {
    const dir = path.join(root, "evolutions", "deepened", "s41");
    const written = await artifacts();
    await writeEvolution(dir, written);
    expect((await readdir(dir)).sort()).toEqual([
      "changelog.md",
      "coverage.json",
      "diff.patch",
      "lineage.json",
      "merge-tree.json",
      "patches",
      "skill",
    ]);
    expect(await readdir(path.dirname(dir))).toEqual(["s41"]);
    const json = async (name: string): Promise<unknown> => JSON.parse(await readFile(path.join(dir, name), "utf8"));
    expect(skillPatchSchema.parse(await json("patches/p001.json"))).toEqual(patches[1]);
    expect(mergeTreeSchema.parse(await json("merge-tree.json"))).toEqual(written.mergeTree);
    expect(lineageSchema.parse(await json("lineage.json"))).toEqual(written.lineage);
    expect(coverageSchema.parse(await json("coverage.json"))).toEqual(written.coverage);
    expect(await readFile(path.join(dir, "changelog.md"), "utf8")).toContain("3. Recalculate first.".slice(3));
    const skill = await readSkill(path.join(dir, "skill"));
    expect(skill.hash).toBe(written.lineage.skill);
    expect((await stat(path.join(dir, "skill/scripts/recalc.py"))).mode & 0o777).toBe(0o755);
  });

  it("replaces what was there as a whole, and leaves it alone when something is wrong", async () => {
    const dir = path.join(root, "s41");
    const written = await artifacts();
    await writeEvolution(dir, written);
    await writeFile(path.join(dir, "stray.txt"), "old");
    await writeEvolution(dir, { ...written, patches: written.patches.slice(1) });
    expect(await readdir(path.join(dir, "patches"))).toEqual(["p001.json"]);
    expect(await readdir(dir)).not.toContain("stray.txt");
    await expect(
      writeEvolution(dir, { ...written, files: [...written.files, { path: "../../x", bytes: new Uint8Array(), mode: 0o644 }] }),
    ).rejects.toThrow("would be written outside");
    expect(await readdir(root)).toEqual(["s41"]);
    expect(skillHash((await readSkill(path.join(dir, "skill"))).files)).toBe(written.lineage.skill);
  });
});

describe("buildCoverage", () => {
  it("accounts for episodes, lessons and edits", async () => {
    const { coverage } = await artifacts();
    expect(coverage.counts).toEqual({
      edits: 4,
      "edits.applied": 2,
      "edits.below-support": 2,
      episodes: 2,
      "episodes.patched": 2,
      lessons: 4,
      "lessons.applied": 2,
      "lessons.not-applied": 2,
    });
    expect(coverage.lessons.map(({ patch: id, lesson, state }) => [id, lesson, state])).toEqual([
      ["p000", 0, "applied"],
      ["p000", 1, "not-applied"],
      ["p001", 0, "applied"],
      ["p001", 1, "not-applied"],
    ]);
  });

  it("tells lessons without edits, edits refused before, and refuses an account with holes", async () => {
    const one = patch(0, [append("## Checks", "- x")]);
    const early = {
      ...one,
      lessons: [...one.lessons, { type: "failure-cause" as const, title: "Idle", description: "d", content: "c" }],
      lessonsOf: { ...one.lessonsOf, p000e2: [0] },
      departures: [{ edit: "p000e2", stage: "patch" as const, reason: "invalid" as const, note: "no" }],
    };
    const episode = { task: "task-0", episode: "episode-0", source: "error" as const, state: "patched" as const, patch: "p000" };
    const applied = [{ id: "p000e1", edit: append("## Checks", "- x"), leaves: ["p000e1"], tasks: ["task-0"] }];
    const input = { episodes: [episode], patches: [early], nodes: [], made: [], applied, departures: [] };
    const coverage = buildCoverage(input);
    expect(coverage.lessons.map(({ state }) => state)).toEqual(["partly-applied", "no-edit"]);
    expect(coverage.departures).toEqual(early.departures);
    const told = buildCoverage({
      ...input,
      unpatched: [{ patch: "p001", lessons: [{ title: "Unheard" }], state: "rejected", note: "not-certified" }],
    });
    expect(told.lessons.map(({ patch: id, title, state }) => [id, title, state]).at(-1)).toEqual(["p001", "Unheard", "rejected"]);
    expect(told.counts).toMatchObject({ lessons: 3, "lessons.rejected": 1 });
    expect(() => buildCoverage({ ...input, applied: [] })).toThrow("edit p000e1 was neither applied nor withheld with a reason");
    expect(() => buildCoverage({ ...input, episodes: [] })).toThrow("patch p000 does not belong to exactly one episode");
  });
});
