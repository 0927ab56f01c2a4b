import { mkdtemp, readFile, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, expect, it } from "vitest";
import { copySample } from "../../benchmarks/spreadsheetbench/sample/shared-sample.fixture.ts";
import { mergeTreeSchema } from "../core/evolution.ts";
import { hashJson } from "../core/json.ts";
import { openStore } from "../store/store.ts";
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

it("has merges, patches and analyses whose questions and replies t2s show prints by the beginning of their key", async () => {
  const results = ["--results", join(home, "results")];
  const show = async (...args: string[]) => await t2sHere(["show", ...args, ...results]);
  const { nodes } = mergeTreeSchema.parse(
    JSON.parse(await readFile(join(home, "results/small/evolutions/evolved/s41/merge-tree.json"), "utf8")),
  );
  const key = nodes.find(({ call }) => call !== null)?.call ?? "";
  const { code, out } = await show(key.slice(0, 16));
  expect(code).toBe(0);
  expect(out).toMatch(/^Step [0-9a-f]{64} \(SIMULATED model\)\nmerger, sim-large; form merge, seed 41\n\n--- System prompt ---\n/);
  expect(out).toMatch(
    /--- Question ---\n<skill_file [\s\S]*--- Reply 1 ---\n[\s\S]*--- End ---\nread\ntokens: \d+ in, \d+ out, \d calls\n/,
  );
  expect((await show(key, "--full")).out).not.toContain("characters not shown");
  const data = JSON.parse((await show(key, "--json")).out);
  expect(data).toMatchObject({ unit: { key, spec: { role: "merger" } }, model: { name: "sim-large" } });
  expect(data.input.user).toContain("<patches>");
  const rows = (await readFile(join(home, "results/small/ledger.jsonl"), "utf8")).trim().split("\n");
  const asked = rows.map((row) => JSON.parse(row)).find((row) => row.type === "analysis" && row.analyst === "single-call");
  expect((await show(asked.key)).out).toMatch(
    /^Analysis [\s\S]*\nStep [0-9a-f]{64} [\s\S]*success-analyst, sim-large[\s\S]*--- Reply 1 ---/,
  );
  const store = openStore(join(home, "results"));
  const units: string[] = [];
  for await (const one of store.units.keys(key.slice(0, 2))) units.push(one);
  expect(units).toContain(key);
  expect(units.every((one) => one.startsWith(key.slice(0, 2)))).toBe(true);
  const spec = { kind: "call", rev: 1 };
  const stored = (await store.units.get(key)) ?? expect.fail("the merge is not stored");
  await store.units.putIfAbsent({ ...stored, key: hashJson(spec), spec });
  expect(await show(hashJson(spec))).toMatchObject({
    code: 4,
    err: expect.stringContaining("was stored by another version (call revision 1)"),
  });
});

it("names a seed that is not there, and those that are", async () => {
  expect(await lab("--seed", "7")).toMatchObject({ code: 2, err: expect.stringContaining("has no evolution with seed 7; it has 41") });
});
