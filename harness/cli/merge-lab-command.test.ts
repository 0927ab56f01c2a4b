import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, expect, it } from "vitest";
import { copySample } from "../../benchmarks/spreadsheetbench/sample/shared-sample.fixture.ts";
import { t2sHere } from "./run-t2s.fixture.ts";

const config = `name: small
benchmarks: [{ id: spreadsheetbench, split: sample/test, limit: 1 }]
arms: [{ name: evolved, guidance: { kind: evolved } }]
solvers: [sim-large]
evolution:
  author: sim-large
  start: { skill: skills/xlsx-parametric }
  limit: 4
  merge: { batch_size: 2 }
  prevalence: { min_support: 1 }
limits: { max_turns: 20, command_timeout_s: 60 }
seeds: { rollout: [41], evolution: [41] }
`;

let home = "";
beforeAll(async () => {
  home = await mkdtemp(join(tmpdir(), "t2s-merge-lab-"));
  await copySample(join(home, "spreadsheetbench/sample"));
  await writeFile(join(home, "small.yaml"), config);
  const { code, err } = await t2sHere(["run", join(home, "small.yaml"), "--results", join(home, "results")], { T2S_DATA_HOME: home });
  expect(code, err).toBe(0);
}, 120_000);
afterAll(() => rm(home, { recursive: true, force: true }));
const lab = (...more: string[]) => t2sHere(["merge-lab", "small", "evolved", "--results", join(home, "results"), ...more]);

it("shows what merging did, merges again in other orders within a budget, and pays for nothing twice", { timeout: 60_000 }, async () => {
  const read = await lab();
  expect([read.code, read.err]).toEqual([0, ""]);
  expect(read.out).toMatch(/merging of \d+ patches with \d+ edits/);
  expect(read.out).toContain("Lessons, by support");
  expect(read.out).not.toContain("merged otherwise");
  const dry = await lab("--orders", "2", "--dry-run");
  expect(dry.out).toMatch(/^evolved, evolution seed 41: 2 merges of \d+ patches, up to \d+ calls of the merger/);
  const cut = await lab("--orders", "2", "--max-calls", "1");
  expect([cut.code, cut.err]).toEqual([1, expect.stringContaining("merges are missing; run the same command again to go on")]);
  const again = await lab("--orders", "2", "--json");
  expect([again.code, again.err]).toEqual([0, ""]);
  const { laboratories } = JSON.parse(again.out);
  const [{ variants, sensitivity, proposedEdits }] = laboratories;
  expect(variants.map(({ name }: { name: string }) => name)).toEqual(["as stored", "order 1", "order 2"]);
  expect(sensitivity.orders).toBe(3);
  expect(sensitivity.always + sensitivity.sometimes + sensitivity.never).toBe(proposedEdits);
  expect((await lab("--orders", "2", "--json", "--max-calls", "1")).out).toBe(again.out);
});

it("names a seed that is not there, and those that are", async () => {
  expect(await lab("--seed", "7")).toMatchObject({ code: 2, err: expect.stringContaining("has no evolution with seed 7; it has 41") });
});
