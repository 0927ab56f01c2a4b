import { mkdtemp, readdir, readFile, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { parquetReadObjects } from "hyparquet";
import { afterAll, beforeAll, expect, it } from "vitest";
import { experimentName, writeSmallExperiment } from "../bundle/small-experiment.fixture.ts";
import { atifSchema } from "../exchange/atif/atif-schema.ts";
import { tidyTables } from "../exchange/tidy/columns.ts";
import { openStore } from "../store/store.ts";
import { t2sHere } from "./run-t2s.fixture.ts";

let home: string;
const said = '=HYPERLINK("http://x")\n<img src=x onerror=alert(1)> \u202e\u001b[31m';
const run = (...args: string[]) => t2sHere(["export", ...args, "--results", join(home, "results")]);

beforeAll(async () => {
  home = await mkdtemp(join(tmpdir(), "t2s-export-"));
  await writeSmallExperiment(join(home, "results"), said);
});
afterAll(() => rm(home, { recursive: true, force: true }));

it("writes an ATIF document for every episode, with what the format asks for and text as it was", async () => {
  const out = join(home, "atif");
  const { code, out: printed } = await run(experimentName, "--format", "atif", "--out", out);
  expect([code, printed]).toEqual([0, `${out}: 14 trajectories, 0 pictures, 0 rows without a trajectory\n`]);
  const index = (await readFile(join(out, "index.jsonl"), "utf8"))
    .trim()
    .split("\n")
    .map((line) => JSON.parse(line));
  expect(index).toHaveLength(14);
  const document = atifSchema.parse(JSON.parse(await readFile(join(out, index[2].file), "utf8")));
  expect(document.steps.map(({ step_id, source }) => [step_id, source])).toEqual([
    [1, "system"],
    [2, "user"],
    [3, "agent"],
    [4, "agent"],
  ]);
  expect(document.steps[2]).toMatchObject({
    message: `${said}\nAction: {"name":"bash"}`,
    tool_calls: [{ tool_call_id: "call_1", function_name: "bash", arguments: { command: "echo 0" } }],
    observation: { results: [{ source_call_id: "call_1", content: said }] },
    metrics: { prompt_tokens: 10, completion_tokens: 5 },
  });
  expect(document.final_metrics).toMatchObject({
    total_prompt_tokens: 30,
    total_completion_tokens: 8,
    total_cost_usd: 0.01,
    total_steps: 4,
  });
  expect(document.notes).toMatch(/^SIMULATED: tasks/);
  expect(document.extra).toMatchObject({ t2s: { arm: "no-skill", task: "t0", outcomes: [{ state: "graded" }] } });
});

it("refuses an ATIF document whose result names no call, and steps that do not count up", () => {
  const agent = { name: "a", version: "1" };
  const base = { schema_version: "ATIF-v1.7", session_id: "s", trajectory_id: "s", agent, final_metrics: { total_steps: 1 } };
  const step = { step_id: 1, source: "agent", message: "" };
  expect(atifSchema.safeParse({ ...base, steps: [step] }).success).toBe(true);
  expect(atifSchema.safeParse({ ...base, steps: [{ ...step, step_id: 2 }] }).success).toBe(false);
  expect(
    atifSchema.safeParse({ ...base, steps: [{ ...step, observation: { results: [{ source_call_id: "c", content: "" }] } }] }).success,
  ).toBe(false);
  expect(atifSchema.safeParse({ ...base, steps: [{ ...step, source: "user", model_name: "m" }] }).success).toBe(false);
});

it("writes tidy tables that no spreadsheet runs, and the same as JSON lines", async () => {
  const csv = join(home, "csv");
  expect((await run(experimentName, "--format", "csv", "--out", csv)).out).toBe(`${csv}: 14 episodes, 14 scores, 0 lessons, 2 edits\n`);
  for (const [table, columns] of Object.entries(tidyTables)) {
    const text = await readFile(join(csv, `${table}.csv`), "utf8");
    expect(text.split("\r\n")[0]).toBe(columns.map(({ name }) => name).join(","));
    expect(await readFile(join(csv, "columns.md"), "utf8")).toContain(`## ${table}.csv`);
  }
  const edits = await readFile(join(csv, "edits.csv"), "utf8");
  expect(edits.split("\r\n")[1]).toMatch(
    /^small,evolved,41,p000,p000e1,t0,\w{64},error,append_to_section,SKILL\.md,## Checks,Count the carry <b>always<\/b>\.,Carry 0,m1\.1e1,2,,,,$/,
  );
  const jsonl = join(home, "jsonl");
  await run(experimentName, "--format", "jsonl", "--out", jsonl);
  const [first] = (await readFile(join(jsonl, "scores.jsonl"), "utf8")).split("\n");
  expect(JSON.parse(first ?? "")).toMatchObject({
    experiment: "small",
    purpose: "evolve",
    scorer: "strict",
    value: 0,
    passed: false,
    simulated: "tasks",
  });
});

it("writes the same tables as Parquet, with types", async () => {
  const [out, jsonl] = [join(home, "parquet"), join(home, "jsonl-again")];
  expect((await run(experimentName, "--format", "parquet", "--out", out)).out).toBe(`${out}: 14 episodes, 14 scores, 0 lessons, 2 edits\n`);
  await run(experimentName, "--format", "jsonl", "--out", jsonl);
  for (const [table, columns] of Object.entries(tidyTables)) {
    const bytes = new Uint8Array(await readFile(join(out, `${table}.parquet`)));
    const rows = await parquetReadObjects({ file: bytes.buffer });
    const lines = (await readFile(join(jsonl, `${table}.jsonl`), "utf8")).split("\n").filter((line) => line !== "");
    expect(rows.map((row) => asJson(row, columns))).toEqual(lines.map((line) => JSON.parse(line)));
  }
  expect(await readFile(join(out, "columns.md"), "utf8")).toContain("| `prompt_tokens` | integer | tokens in |");
});

/** A row as JSON lines have it: whole numbers as numbers, without what is unknown. */
function asJson(row: Readonly<Record<string, unknown>>, columns: readonly { readonly name: string }[]): Record<string, unknown> {
  expect(Object.keys(row)).toEqual(columns.map(({ name }) => name));
  return Object.fromEntries(
    Object.entries(row).flatMap(([name, value]) => (value === null ? [] : [[name, typeof value === "bigint" ? Number(value) : value]])),
  );
}

it("names the record of an evolution that is damaged, and leaves nothing half written", async () => {
  const results = join(home, "damaged");
  await writeSmallExperiment(results);
  const path = join(results, experimentName, "evolutions", "evolved", "s41", "coverage.json");
  await writeFile(path, "{");
  const { code, err } = await t2sHere(["export", experimentName, "--format", "parquet", "--out", join(home, "none"), "--results", results]);
  expect([code, err]).toEqual([
    4,
    expect.stringContaining(`${path} is damaged; run the experiment's config again to write it anew, nothing learned is lost`),
  ]);
  expect(await readdir(home)).not.toContain("none");
});

it("says what the store no longer has, and writes nothing over", async () => {
  const results = join(home, "holey");
  await writeSmallExperiment(results);
  const store = openStore(results);
  const folder = join(store.root, "blobs");
  for (const name of await readdir(folder)) await rm(join(folder, name), { recursive: true });
  const out = join(home, "holey-atif");
  const { code, err } = await t2sHere(["export", experimentName, "--format", "atif", "--out", out, "--results", results]);
  expect(code).toBe(1);
  expect(err).toMatch(/missing: episode \w{64}: blob .* is missing from the store; run `t2s store reindex`/);
  expect((await run(experimentName, "--format", "csv", "--out", out)).err).toMatch(/is there already and is not written over/);
  expect((await run(experimentName, "--format", "xml")).err).toMatch(/has no format "xml"; choose one of atif, csv, jsonl, parquet/);
  const bundle = await t2sHere(["bundle", experimentName, "--out", join(home, "holey-bundle"), "--results", results]);
  expect(bundle.code).toBe(1);
  expect(bundle.err).toMatch(/the bundle is not whole: \d+ things that the ledger rests on are not in the store/);
});
