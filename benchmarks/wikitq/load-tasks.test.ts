import { existsSync, mkdirSync, mkdtempSync, rmSync, symlinkSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { read, utils } from "xlsx";
import type { DataSource } from "../../harness/core/contract.ts";
import { hashJson } from "../../harness/core/json.ts";
import { type Task, taskSchema } from "../../harness/core/record.ts";
import { importDataset } from "../../harness/data/import-dataset.ts";
import { dataManifestSchema } from "../../harness/data/manifest.ts";
import { openBlobs } from "../../harness/store/blobs.ts";
import { wikitq } from "./index.ts";
import { openLoader } from "./load-tasks.ts";

let root: string;
let source: DataSource;
beforeEach(() => {
  root = mkdtempSync(join(tmpdir(), "t2s-wikitq-"));
  source = { dataDir: join(root, "data"), blobs: openBlobs(join(root, "store")) };
});
afterEach(() => rmSync(root, { recursive: true, force: true }));

function write(path: string, text: string): void {
  const file = join(source.dataDir, path);
  mkdirSync(join(file, ".."), { recursive: true });
  writeFileSync(file, text);
}

async function load(split: string, form?: string, from = source): Promise<Task[]> {
  const found: Task[] = [];
  for await (const task of wikitq.load(split, from, form)) found.push(taskSchema.parse(task));
  return found;
}

const csv = '"Name","Score","Note\nhere"\n"Ann \\"Red\\" Lee","2004","a \\\\ b"\n"Bo, Jr","1,000",""\n"C","3.50","x|y"\n';
const tsv = [
  "id\tutterance\tcontext\ttargetValue",
  'nu-0\twho \\\\ what?\tcsv/1-csv/2.csv\tAnn "Red" Lee',
  "nu-1\tboth\\nlines\tcsv/1-csv/2.csv\tBo\\pJr|C",
].join("\n");
const tagged = [
  "id\tcontext\ttargetValue\ttargetCanon\ttargetCanonType",
  'nu-0\tx\tx\tAnn "Red" Lee\tstring',
  "nu-1\tx\tx\tBo\\pJr|C\tstring",
].join("\n");
const packed = [
  { id: "nu-0", utterance: "who \\ what?", context: "csv/1-csv/2.csv", targetValue: ['Ann "Red" Lee'], targetCanon: ['Ann "Red" Lee'] },
  { id: "nu-1", utterance: "both\nlines", context: "csv/1-csv/2.csv", targetValue: ["Bo|Jr", "C"], targetCanon: ["Bo|Jr", "C"] },
].map((row) => JSON.stringify(row));

describe("both layouts", () => {
  it("give the same tasks and truths, escapes undone", async () => {
    write("wikitq/data/pristine-unseen-tables.tsv", `${tsv}\n`);
    write("wikitq/tagged/data/pristine-unseen-tables.tagged", `${tagged}\n`);
    write("wikitq/csv/1-csv/2.csv", csv);
    const other = { ...source, dataDir: join(root, "other") };
    const published = await load("test");
    const truths = await Promise.all(published.map((task) => wikitq.seal(task, source)));
    source = other;
    write("release/pristine-unseen-tables.jsonl", `${packed.join("\n")}\n`);
    write("release/csv/1-csv/2.csv", csv);
    const fromPacked = await load("test");
    expect(fromPacked).toEqual(published);
    expect(await Promise.all(fromPacked.map((task) => wikitq.seal(task, source)))).toEqual(truths);
    expect(published.map((task) => [task.id, task.cluster, task.slots.instruction, task.type])).toEqual([
      ["nu-0", "csv/1-csv/2.csv", "who \\ what?", "text"],
      ["nu-1", "csv/1-csv/2.csv", "both\nlines", "list"],
    ]);
    expect(truths[1]?.fields).toEqual({ target_value: ["Bo|Jr", "C"], target_canon: ["Bo|Jr", "C"], canon: "official" });
    expect(published[0]?.slots.spreadsheet_content?.split("\n")[1]).toBe(JSON.stringify(['Ann "Red" Lee', "2004", "a \\ b"]));
  });

  it("of a split without published canons derive them and say so", async () => {
    write("wikitq/random-split-1-dev.jsonl", JSON.stringify({ ...JSON.parse(packed[0] ?? ""), targetValue: ["1,000"], targetCanon: null }));
    write("wikitq/csv/1-csv/2.csv", csv);
    const [task] = await load("dev");
    expect(task?.origin).toEqual({ split: "dev", table: "csv/1-csv/2.csv", canon: "derived" });
    expect(task && (await wikitq.seal(task, source)).fields).toMatchObject({ target_canon: ["1000.0"], canon: "derived" });
    expect((await wikitq.coverage("dev", source)).note).toMatch(/1 of 2831 questions are present.*were not published; the derived ones/);
  });
});

describe("forms", () => {
  beforeEach(() => {
    write("wikitq/pristine-unseen-tables.jsonl", packed.join("\n"));
    write("wikitq/csv/1-csv/2.csv", csv);
  });
  const cells = async (task: Task | undefined) =>
    utils.sheet_to_json(read(await source.blobs.get(task?.files[0]?.blob ?? "")).Sheets.Table ?? {}, {
      header: 1,
      defval: null,
      raw: true,
    });

  it("type what is written like a number in one, and nothing in the other; the bytes are the same every time", async () => {
    const [typed] = await load("test");
    expect(await cells(typed)).toEqual([
      ["Name", "Score", "Note\nhere"],
      ['Ann "Red" Lee', 2004, "a \\ b"],
      ["Bo, Jr", "1,000", null],
      ["C", "3.50", "x|y"],
    ]);
    const [text] = await load("test", "workbook-text");
    expect((await cells(text))[1]).toEqual(['Ann "Red" Lee', "2004", "a \\ b"]);
    expect((await load("test"))[0]).toEqual(typed);
    expect(typed?.files[0]?.blob).toBe("1ba16a430476cea35ddafb92121ed18dcd1dd701d578ea51c7fa9fe05032115c");
  });

  it("show the whole table where the answer is in words", async () => {
    const [task] = await load("test", "direct");
    expect(task?.files).toEqual([]);
    expect(task?.slots.table).toBe(
      '| Name | Score | Note here |\n| --- | --- | --- |\n| Ann "Red" Lee | 2004 | a \\ b |\n| Bo, Jr | 1,000 |  |\n| C | 3.50 | x\\|y |',
    );
    await expect(load("test", "video")).rejects.toThrow(/no form "video"; choose one of workbook, workbook-text, direct/);
  });
});

describe("what is not as published", () => {
  it.each([
    ["wikitq/pristine-unseen-tables.jsonl", "{", /line 1: no JSON/],
    ["wikitq/pristine-unseen-tables.jsonl", `${packed[0]}\n${packed[0]}`, /the question "nu-0" twice/],
    [
      "wikitq/pristine-unseen-tables.jsonl",
      JSON.stringify({ ...JSON.parse(packed[0] ?? ""), targetCanon: null }),
      /line 1: targetCanon is missing/,
    ],
    ["wikitq/pristine-unseen-tables.jsonl", (packed[0] ?? "").replace("csv/1-csv", "../.."), /leads out of the data set/],
    ["wikitq/pristine-unseen-tables.jsonl", packed[0] ?? "", /The table .*2\.csv is missing/],
    ["wikitq/data/random-split-1-dev.tsv", "id\tutterance\tcontext\ttargetValue\nx\ty", /line 2: another number of fields/],
    ["nothing/x", "", /There is no data for split "test".*t2s data import wikitq PATH/],
  ])("%s with %j is refused", async (path, text, message) => {
    write(path, text);
    await expect(load(path.includes("dev") ? "dev" : "test")).rejects.toThrow(message);
  });

  it("and a table that is cut off is named", async () => {
    write("wikitq/pristine-unseen-tables.jsonl", packed[0] ?? "");
    write("wikitq/csv/1-csv/2.csv", csv.slice(0, 40));
    await expect(load("test")).rejects.toThrow(/2\.csv is not as published: its text cannot be read/);
  });
});

const archives = process.env.T2S_DATA_DIR;
const archive = join(archives ?? "", "wikitq/wikitq.tar.gz");

describe.skipIf(archives === undefined || !existsSync(archive))("the published archive (needs T2S_DATA_DIR)", () => {
  it("imports as known, holds every question, gives the same tasks in both layouts, and every reference answer passes in every form", async () => {
    const [result] = await importDataset(dataManifestSchema.parse(wikitq.datasets), source.dataDir, archive);
    expect(result).toMatchObject({ set: "wikitq", files: 2119, published: "complete", warnings: [] });
    const packedOnly = { ...source, dataDir: join(root, "packed") };
    mkdirSync(join(packedOnly.dataDir, "wikitq"), { recursive: true });
    const names = [
      "csv",
      ...["pristine-unseen-tables", "pristine-seen-tables", "random-split-1-dev", "random-split-1-train"].map((n) => `${n}.jsonl`),
    ];
    for (const name of names) symlinkSync(join(source.dataDir, "wikitq", name), join(packedOnly.dataDir, "wikitq", name));
    // Every question of every split in the long form; by default the test split, workbooks of its first 800 questions.
    const all = process.env.T2S_ACCEPTANCE === "1";
    const whole = { test: 4344, seen: 3537, dev: 2831, train: 11_321 };
    const rounds = [
      { form: "direct", splits: all ? whole : { test: 4344 } },
      { form: "workbook", splits: all ? whole : { test: 800 } },
      { form: "workbook-text", splits: all ? whole : { test: 100 } },
    ];
    const memory = new Map<string, Uint8Array>();
    const blobs = {
      get: async (hash: string) => memory.get(hash) ?? new Uint8Array(),
      has: async (hash: string) => memory.has(hash),
      put: async (bytes: Uint8Array) => {
        const hash = hashJson(Buffer.from(bytes).toString("base64"));
        memory.set(hash, bytes);
        return hash;
      },
    };
    for (const { form, splits } of rounds)
      for (const [split, count] of Object.entries(splits)) {
        const digests: string[] = [];
        for (const { dataDir } of [source, packedOnly]) {
          const seen: string[] = [];
          const { load: loadFrom, seal } = openLoader();
          let failed = 0;
          for await (const task of loadFrom(split, { dataDir, blobs }, form)) {
            if (seen.length === count && !all) break;
            const sealed = await seal(task, { dataDir, blobs });
            seen.push(hashJson([task, sealed]));
            if (dataDir !== source.dataDir) continue;
            const outcome = await wikitq.scorers.denotation.score(task, sealed, wikitq.oracle(task, sealed), blobs);
            if (outcome.state !== "graded" || !outcome.score.passed) failed += 1;
          }
          expect([split, form, seen.length, failed]).toEqual([split, form, count, 0]);
          digests.push(hashJson(seen));
        }
        expect(digests[1]).toBe(digests[0]);
      }
    expect((await wikitq.coverage("test", source)).note).toBeUndefined();
  }, 400_000);
});
