import { existsSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from "vitest";
import { UsageError } from "../../harness/core/errors.ts";
import { sha256 } from "../../harness/core/json.ts";
import { type Task, taskSchema } from "../../harness/core/record.ts";
import { importDataset } from "../../harness/data/import-dataset.ts";
import { dataManifestSchema } from "../../harness/data/manifest.ts";
import { verifyDataset } from "../../harness/data/verify-dataset.ts";
import { datasets } from "./datasets.ts";
import { loadTasks, sealTask, splitCoverage } from "./load-tasks.ts";
import { splits } from "./splits.ts";

let dataDir: string;
beforeEach(() => {
  dataDir = mkdtempSync(join(tmpdir(), "t2s-math-"));
});
afterEach(() => rmSync(dataDir, { recursive: true, force: true }));

function put(path: string, rows: readonly unknown[] | string): string {
  const full = join(dataDir, path);
  mkdirSync(join(full, ".."), { recursive: true });
  writeFileSync(full, typeof rows === "string" ? rows : rows.map((row) => `${JSON.stringify(row)}\n`).join(""));
  return full;
}

async function load(split: string, dir = dataDir): Promise<readonly Task[]> {
  const tasks: Task[] = [];
  for await (const task of loadTasks(split, { dataDir: dir })) tasks.push(task);
  return tasks;
}

const numbered = (count: number) => Array.from({ length: count }, (_, i) => ({ problem: `Find $${i}+1$.`, answer: i + 1 }));

describe("files of one's own", () => {
  it("become one task a row: ids and answers in either spelling, other fields kept, what tells the answer sealed", async () => {
    put("user/mine.jsonl", [
      { id: "a", problem: "What is $1+1$?", answer: "2", subject: "Sums", level: 3, source: { book: "B" }, solution: "It is $2$." },
      { problem: "Ünd $\\frac{{1}}{2}+1$ {{problem}}?", answer: 1.5 },
      { id: 7, problem: " What is $2+2$? ", answer: 4 },
    ]);
    const tasks = await load("user/mine");
    expect(tasks.map((t) => t.id)).toEqual(["mine:a", "mine:2", "mine:7"]);
    for (const task of tasks) {
      expect(taskSchema.parse(task)).toEqual(task);
      expect(task).toMatchObject({ cluster: task.id, form: "boxed", needs: [], images: [], files: [], flags: [] });
    }
    expect(tasks[0]).toMatchObject({ type: "Sums", slots: { problem: "What is $1+1$?" }, origin: { level: "3", source: '{"book":"B"}' } });
    expect(JSON.stringify(tasks)).not.toContain("It is");
    expect((await Promise.all(tasks.map((t) => sealTask(t, { dataDir })))).map((s) => s.fields)).toEqual([
      { answer: "2", solution: "It is $2$." },
      { answer: "1.5" },
      { answer: "4" },
    ]);
  });

  it("are one split each and one together", async () => {
    put("user/b.jsonl", numbered(2));
    put("user/a.jsonl", numbered(3));
    put("user/notes.txt", "no problems");
    expect((await load("user")).map((t) => t.id)).toEqual(["a:1", "a:2", "a:3", "b:1", "b:2"]);
    expect(await load("user/b")).toHaveLength(2);
    expect(await splitCoverage("user/b", { dataDir })).toEqual({ split: "user/b", problems: 2, missing: 0 });
  });

  it("may have blank lines, Windows line ends, a byte order mark and no line end at the end", async () => {
    put("user/odd.jsonl", '\uFEFF{"problem":"é one","answer":1}\r\n\r\n{"problem":"two","answer":"2"}');
    const tasks = await load("user/odd");
    expect(tasks.map((t) => t.id)).toEqual(["odd:1", "odd:3"]);
    expect((await Promise.all(tasks.map((t) => sealTask(t, { dataDir })))).map((s) => s.fields.answer)).toEqual(["1", "2"]);
  });

  it.each<[string, string, RegExp]>([
    ["no JSON", '{"problem":"p","answer":1}\nhello\n', /bad\.jsonl, line 2: this is no JSON object on one line/],
    ["an array", "[1]\n", /line 1: .*needs "problem" and "answer"/],
    ["no problem", '{"answer":1}\n', /field "problem"/],
    ["a blank problem", '{"problem":" ","answer":1}\n', /field "problem": is empty/],
    ["no answer", '{"problem":"p"}\n', /field "answer"/],
    ["an answer that is no text", '{"problem":"p","answer":["1"]}\n', /field "answer"/],
    ["a number that JSON cannot hold", '{"problem":"p","answer":12345678901234567890}\n', /too large for a JSON number; write it as text/],
    [
      "an id twice",
      '{"id":1,"problem":"p","answer":1}\n{"id":"1","problem":"q","answer":1}\n',
      /the id "1" twice \(second time in line 2\)/,
    ],
    ["nothing", "\n", /holds no problem/],
  ])("with %s are refused in a sentence", async (_what, text, message) => {
    put("user/bad.jsonl", text);
    const failing = load("user/bad");
    await expect(failing).rejects.toThrow(message);
    await expect(failing).rejects.toBeInstanceOf(UsageError);
  });

  it("that change under a run are noticed", async () => {
    put("user/mine.jsonl", numbered(2));
    const [, second] = await load("user/mine");
    if (second === undefined) throw new Error("no task");
    put("user/mine.jsonl", numbered(2).reverse());
    await expect(sealTask(second, { dataDir })).rejects.toThrow(/mine.jsonl was changed after the task mine:2 was read/);
    rmSync(join(dataDir, "user/mine.jsonl"));
    await expect(sealTask(second, { dataDir })).rejects.toThrow(/cannot be read \(ENOENT\)/);
  });
});

describe("splits", () => {
  it("that are missing name the command that gets them, and unknown ones the splits there are", async () => {
    await expect(load("math-500")).rejects.toThrow(/t2s data fetch math --set math-500.* or "t2s data import math PATH --set math-500"/);
    await expect(load("aime-2024")).rejects.toThrow(/get the data with "t2s data import math PATH --set aime-2024"/);
    await expect(load("sample/all")).rejects.toThrow(/generate the sample/);
    await expect(load("user")).rejects.toThrow(/no \*\.jsonl/);
    for (const wrong of ["nope", "user/../dapo/dapo", "user/.hidden", "user/a/b"])
      await expect(load(wrong)).rejects.toThrow(/has no split .*choose one of: dapo\/train, .*user\/NAME/);
  });

  it("drawn from a large set are 400 and 100 problems in the order of their hashes, each once, with nothing in common", async () => {
    const rows = numbered(600);
    put("dapo/dapo.jsonl", [...rows, ...rows.slice(0, 50)]);
    const [train, test] = [await load("dapo/train"), await load("dapo/test")];
    expect([train.length, test.length]).toEqual([400, 100]);
    const hashes = [...train, ...test].map((t) => sha256(t.slots.problem ?? ""));
    expect(hashes).toEqual([...hashes].sort());
    expect(new Set(hashes).size).toBe(500);
    expect(train.every((t) => t.flags.includes("in-evolve-split"))).toBe(true);
    expect(test.some((t) => t.flags.includes("in-evolve-split"))).toBe(false);
    expect((await splitCoverage("dapo/train", { dataDir })).note).toBeUndefined();
    // The order of the rows does not matter.
    put("dapo/dapo.jsonl", [...rows].reverse());
    expect((await load("dapo/test")).map((t) => t.slots.problem)).toEqual(test.map((t) => t.slots.problem));
  });

  it("drawn from a small set keep the shares and say how much is missing", async () => {
    put("dapo/dapo.jsonl", numbered(46));
    expect([(await load("dapo/train")).length, (await load("dapo/test")).length]).toEqual([37, 9]);
    expect(await splitCoverage("dapo/test", { dataDir })).toMatchObject({
      problems: 9,
      expected: 100,
      missing: 91,
      note: "Split dapo/test: 9 of 100 problems are present (drawn from the 46 that this copy of dapo holds); every number is over these only.",
    });
  });
});

const real = process.env.T2S_DATA_DIR === undefined ? undefined : join(process.env.T2S_DATA_DIR, "math");

describe.skipIf(real === undefined || !existsSync(real))("the published files (T2S_DATA_DIR)", () => {
  let imported: string;
  const manifest = dataManifestSchema.parse(datasets);
  beforeAll(async () => {
    imported = mkdtempSync(join(tmpdir(), "t2s-math-real-"));
    await importDataset(manifest, imported, real ?? "");
  });
  afterAll(() => rmSync(imported, { recursive: true, force: true }));

  it("are known by their checksums", async () => {
    const found = await verifyDataset(manifest, imported);
    expect(found.map((one) => [one.set, one.state, one.published])).toEqual([
      ["dapo", "intact", "46 problems, copied by hand for trying things out"],
      ...["math-train", "aime-2024", "aime-2025", "aime-2026", "math-500"].map((set) => [set, "intact", "complete"]),
    ]);
  });

  it.each([
    ["dapo/train", 37],
    ["dapo/test", 9],
    ["math-train/train", 400],
    ["math-train/test", 100],
    ["aime-2024", 30],
    ["aime-2025", 30],
    ["aime-2026", 30],
    ["math-500", 500],
  ])("%s has %i problems, each with its answer", async (split, count) => {
    const tasks = await load(split, imported);
    expect(tasks).toHaveLength(count);
    expect(new Set(tasks.map((t) => t.id)).size).toBe(count);
    const answers = await Promise.all(tasks.map(async (t) => (await sealTask(t, { dataDir: imported })).fields.answer));
    expect(answers.every((a) => typeof a === "string" && a !== "")).toBe(true);
    if (split.startsWith("aime")) expect(answers.every((a) => /^\d{1,3}$/.test(String(a)))).toBe(true);
  });

  it("cover every split but those a user makes", () => {
    expect(splits.map((s) => s.id).filter((id) => !/^(?:user|sample)/.test(id))).toHaveLength(8);
  });
});
