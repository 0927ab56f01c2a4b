import { existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { renderPrompt } from "../../harness/agent/render-prompt.ts";
import type { DataSource } from "../../harness/core/contract.ts";
import { UsageError } from "../../harness/core/errors.ts";
import { type Submission, type Task, taskSchema } from "../../harness/core/record.ts";
import { sealedSchema } from "../../harness/core/sealed.ts";
import { fetchDataset } from "../../harness/data/fetch-dataset.ts";
import { importDataset } from "../../harness/data/import-dataset.ts";
import { dataManifestSchema } from "../../harness/data/manifest.ts";
import { verifyDataset } from "../../harness/data/verify-dataset.ts";
import { openBlobs } from "../../harness/store/blobs.ts";
import { docvqa } from "./index.ts";

const manifest = dataManifestSchema.parse(docvqa.datasets);

let root: string;
let source: DataSource;
beforeEach(() => {
  root = mkdtempSync(join(tmpdir(), "t2s-docvqa-"));
  source = { dataDir: join(root, "data"), blobs: openBlobs(join(root, "store")) };
});
afterEach(() => rmSync(root, { recursive: true, force: true }));

type Entry = Readonly<Record<string, unknown>>;
const entry = (id: number, more: Entry = {}): Entry => ({
  questionId: id,
  question: `What stands in line ${id}?`,
  image: `documents/doc${Math.floor(id / 2)}_1.png`,
  docId: 10_000 + id,
  ucsf_document_id: `doc${Math.floor(id / 2)}`,
  ucsf_document_page_no: "1",
  answers: [`Line ${id}`, `line no. ${id}`],
  data_split: "val",
  ...more,
});

function put(path: string, content: string | Entry | readonly Entry[]): void {
  const file = join(source.dataDir, path);
  mkdirSync(dirname(file), { recursive: true });
  writeFileSync(file, typeof content === "string" ? content : JSON.stringify(content));
}

/** A set as it is published: the annotations with their head, and a picture a page. */
function publish(entries: readonly Entry[], name = "val_v1.0.json"): void {
  put(`val/${name}`, { dataset_name: "docvqa", dataset_version: "1.0", dataset_split: "val", data: entries });
  for (const image of new Set(entries.map((e) => String(e.image)))) put(`val/${image}`, `picture ${image}`);
}

async function load(split: string, from = source): Promise<Task[]> {
  const tasks: Task[] = [];
  for await (const task of docvqa.load(split, from)) tasks.push(task);
  return tasks;
}

/** Scores of both submissions that need no agent. */
async function judge(tasks: readonly Task[], scorer: "anls" | "rrc", from = source) {
  const values = { oracle: [] as number[], nop: [] as number[] };
  for (const task of tasks) {
    const sealed = await docvqa.seal(task, from);
    const value = async (submission: Submission) => {
      const outcome = await docvqa.scorers[scorer].score(task, sealed, submission, from.blobs);
      return outcome.state === "graded" ? outcome.score.value : Number.NaN;
    };
    values.oracle.push(await value(docvqa.oracle(task, sealed)));
    values.nop.push(await value(docvqa.nop(task)));
  }
  return values;
}

describe("the annotation file", () => {
  it("gives a task a question, with the page's picture and nothing of the answer", async () => {
    publish([entry(6), entry(7)]);
    const [first, second] = await load("val");
    expect(taskSchema.parse(first)).toEqual(first);
    expect(first).toMatchObject({
      id: "6",
      cluster: "doc3_1",
      form: "page",
      slots: { question: "What stands in line 6?" },
      files: [],
      needs: ["vision"],
      origin: { set: "val" },
    });
    expect(first?.type).toBeUndefined();
    expect(second?.images).toEqual(first?.images);
    expect(Buffer.from(await source.blobs.get(first?.images[0] ?? "")).toString()).toBe("picture documents/doc3_1.png");
    expect(JSON.stringify([first, second])).not.toMatch(/line no\./);
    if (first === undefined) throw new Error("no task");
    const sealed = await docvqa.seal(first, source);
    expect(sealedSchema.parse(sealed)).toEqual({ files: [], fields: { answers: ["Line 6", "line no. 6"] } });
  });

  it("may have question types, and is preferred then", async () => {
    publish([entry(1)]);
    publish([entry(1, { question_types: ["form", "table/list"] }), entry(2, { question_types: [] })], "val_v1.0_withQT.json");
    expect((await load("val")).map((t) => t.type)).toEqual(["form, table/list", undefined]);
  });

  it("may be a bare list, and pictures may lie in the folder of the picture archive or be JPEG files", async () => {
    put("val/val_v1.0.json", [entry(2), entry(4)]);
    put("val/spdocvqa_images/doc1_1.png", "one");
    put("val/documents/doc2_1.jpg", "two");
    const tasks = await load("val");
    const bytes = await Promise.all(tasks.map((t) => source.blobs.get(t.images[0] ?? "")));
    expect(bytes.map((b) => Buffer.from(b).toString())).toEqual(["one", "two"]);
  });

  it.each([
    ["no JSON", "{", /val_v1\.0\.json is no valid JSON/],
    ["another object", { questions: [] }, /list "data"/],
    ["an entry without answers", { data: [entry(1), { ...entry(2), answers: undefined }] }, /entry 2: field "answers"/],
    ["an entry without any answer", { data: [entry(1, { answers: [] })] }, /entry 1: field "answers"/],
    ["a question twice", { data: [entry(1), entry(1)] }, /question 1 twice \(second time in entry 2\)/],
    ["a picture elsewhere", { data: [entry(1, { image: "../x.png" })] }, /leads out of the data set/],
    ["an entry that is none", { data: [5] }, /entry 1/],
  ])("is refused with a sentence when it has %s", async (_, content, message) => {
    put("val/val_v1.0.json", content);
    await expect(load("val")).rejects.toThrow(message);
    await expect(load("val")).rejects.toThrow(UsageError);
  });

  it("is asked for with the way to get it", async () => {
    await expect(load("test")).rejects.toThrow(/rrc\.cvc\.uab\.es.*t2s data import docvqa PATH/);
    await expect(load("sample/all")).rejects.toThrow(/data sample docvqa/);
    publish([entry(1)]);
    rmSync(join(source.dataDir, "val/documents"), { recursive: true });
    await expect(load("val")).rejects.toThrow(/doc0_1\.png is not there/);
    await expect(load("dev")).rejects.toThrow(/choose one of: evolve, test, all, val/);
  });
});

it("puts a task into prompts that leave no slot open", async () => {
  publish([entry(6)]);
  const [task] = await load("val");
  const { page } = docvqa.forms;
  const message = renderPrompt(readFileSync(page.prompt, "utf8"), task?.slots ?? {});
  expect(message).toContain("### question\nWhat stands in line 6?\n");
  expect(renderPrompt(readFileSync(page.role, "utf8"), {})).toMatch(/^Answer: the text from the page$/m);
});

describe("splits", () => {
  it("of the complete file are rows 0–2699 and 2700–5348", async () => {
    publish(Array.from({ length: 5349 }, (_, i) => entry(9999 - i, { image: "documents/one.png" })));
    const [evolve, test] = [await load("evolve"), await load("test")];
    expect([evolve.length, evolve[0]?.id, evolve.at(-1)?.id]).toEqual([2700, "9999", "7300"]);
    expect([test.length, test[0]?.id, test.at(-1)?.id]).toEqual([2649, "7299", "4651"]);
    expect(evolve.every((t) => t.flags.includes("in-evolve-split"))).toBe(true);
    expect(test.some((t) => t.flags.includes("in-evolve-split"))).toBe(false);
    for (const split of ["evolve", "test", "all", "val"]) expect((await docvqa.coverage(split, source)).note).toBeUndefined();
    const last = test.at(-1);
    if (last === undefined) throw new Error("no task");
    expect((await docvqa.seal(last, source)).fields.answers).toEqual(["Line 4651", "line no. 4651"]);
  });

  it("of a part give what is there and say so", async () => {
    publish([entry(1), entry(2), entry(3)]);
    expect((await load("evolve")).map((t) => t.id)).toEqual(["1", "2", "3"]);
    expect(await load("test")).toEqual([]);
    expect(await docvqa.coverage("evolve", source)).toMatchObject({
      questions: 3,
      missing: 2697,
      note: expect.stringMatching(/3 of 2700 questions are present.*use the split val/),
    });
    expect(await docvqa.coverage("all", source)).toMatchObject({ questions: 3, expected: 5349, missing: 5346 });
    expect(await docvqa.coverage("val", source)).toEqual({ split: "val", questions: 3, missing: 0 });
  });
});

it("is got by registration, which a fetch says", async () => {
  await expect(fetchDataset(manifest, source.dataDir, { set: "val" })).rejects.toThrow(
    /no download source; get it from .*rrc\.cvc\.uab\.es.*t2s data import docvqa PATH/,
  );
});

const archive = join(process.env.T2S_DATA_DIR ?? "/nonexistent", "docvqa/docvqa_val_sample.tar.gz");
describe.skipIf(!existsSync(archive))("ten questions of the real set (T2S_DATA_DIR)", () => {
  it("are imported, loaded, answered by the reference and by nothing else", async () => {
    const [imported] = await importDataset(manifest, source.dataDir, archive);
    expect(imported).toMatchObject({ set: "val", files: 12, published: "ten questions of 5,349" });
    expect(await verifyDataset(manifest, source.dataDir)).toMatchObject([{ state: "intact", published: "ten questions of 5,349" }]);
    const tasks = await load("val");
    expect(tasks).toHaveLength(10);
    expect(new Set(tasks.map((t) => t.cluster)).size).toBe(10);
    for (const task of tasks) {
      const bytes = await source.blobs.get(task.images[0] ?? "");
      expect(Buffer.from(bytes.subarray(1, 4)).toString()).toBe("PNG");
    }
    for (const scorer of ["anls", "rrc"] as const)
      expect(await judge(tasks, scorer)).toEqual({ oracle: Array(10).fill(1), nop: Array(10).fill(0) });
    expect((await docvqa.coverage("all", source)).note).toMatch(/10 of 5349/);
  });
});
