import { createHash } from "node:crypto";
import { mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import type { DataSource } from "../../../harness/core/contract.ts";
import type { Submission, Task } from "../../../harness/core/record.ts";
import { openBlobs } from "../../../harness/store/blobs.ts";
import { docvqa } from "../index.ts";
import { readPage } from "../page/read-page.ts";
import { messageFor } from "../world/bench.fixture.ts";
import { world } from "../world.ts";
import { planSample } from "./plan.ts";

let root: string;
let source: DataSource;
beforeAll(async () => {
  root = mkdtempSync(join(tmpdir(), "t2s-docvqa-sample-"));
  source = { dataDir: join(root, "data"), blobs: openBlobs(join(root, "store")) };
  const { seed, count } = docvqa.sample;
  expect(await docvqa.sample.generate({ seed, count, dir: join(source.dataDir, "sample") })).toMatchObject({ tasks: 80 });
});
afterAll(() => rmSync(root, { recursive: true, force: true }));

async function load(split: string): Promise<Task[]> {
  const tasks: Task[] = [];
  for await (const task of docvqa.load(split, source)) tasks.push(task);
  return tasks;
}

/** Digest of every file of a folder. */
function contentOf(dir: string): ReadonlyMap<string, string> {
  const names = ["val_v1.0.json", ...readdirSync(join(dir, "documents")).map((name) => `documents/${name}`)].sort();
  return new Map(
    names.map((name) => [
      name,
      createHash("sha256")
        .update(readFileSync(join(dir, name)))
        .digest("hex"),
    ]),
  );
}

describe("the sample", () => {
  it("is read by the loader of the published set, in halves that share no page", async () => {
    const [evolve, test, all] = [await load("sample/evolve"), await load("sample/test"), await load("sample/all")];
    expect([evolve.length, test.length]).toEqual([40, 40]);
    expect(all.map((t) => t.id)).toEqual([...evolve, ...test].map((t) => t.id));
    const pages = (tasks: readonly Task[]) => new Set(tasks.map((t) => t.cluster));
    expect([pages(evolve).size, pages(test).size, pages(all).size]).toEqual([20, 20, 40]);
    expect(evolve.every((t) => t.flags.includes("in-evolve-split") && t.type !== undefined)).toBe(true);
    expect(test.every((t) => t.flags.length === 0)).toBe(true);
    expect(docvqa.splits.filter((s) => s.synthetic).map((s) => s.id)).toEqual(["sample/evolve", "sample/test", "sample/all"]);
  });

  it("is passed by the reference answers and by nothing else, with either scorer", async () => {
    for (const task of await load("sample/all")) {
      const sealed = await docvqa.seal(task, source);
      for (const scorer of Object.values(docvqa.scorers)) {
        const score = (submission: Submission) => scorer.score(task, sealed, submission, source.blobs);
        expect(await score(docvqa.oracle(task, sealed))).toEqual({
          state: "graded",
          score: { scorer: scorer.id, value: 1, passed: true, metrics: { anls: 1, accuracy: 1 } },
        });
        expect(await score(docvqa.nop(task))).toMatchObject({
          state: "graded",
          score: { value: 0, passed: false, message: "no answer was given", metrics: { anls: 0, accuracy: 0 } },
        });
      }
    }
  });

  it("is solved from what a task shows of it", async () => {
    for (const task of await load("sample/all")) {
      const pictures = await Promise.all(task.images.map((hash) => source.blobs.get(hash)));
      const plan = world.playbook?.open(messageFor(task.slots.question ?? ""), pictures)?.plan("");
      const sealed = await docvqa.seal(task, source);
      const submission: Submission = { answer: plan?.answer?.(new Set()), files: [], exit: "completed" };
      expect(await docvqa.scorers.anls.score(task, sealed, submission, source.blobs)).toMatchObject({ score: { value: 1 } });
    }
  });

  it("has the same bytes for the same seed, and others for another", async () => {
    const again = await docvqa.sample.generate({ seed: 7, count: 80, dir: join(root, "again") });
    const other = await docvqa.sample.generate({ seed: 8, count: 40, dir: join(root, "other") });
    const first = contentOf(join(source.dataDir, "sample"));
    expect(contentOf(again.dir)).toEqual(first);
    const pictures = new Set([...first].filter(([name]) => name.endsWith(".png")).map(([, digest]) => digest));
    expect(pictures.size).toBe(40);
    expect([...contentOf(other.dir).values()].filter((digest) => pictures.has(digest))).toEqual([]);
  });

  it("replaces an older sample and leaves foreign folders alone", async () => {
    const dir = join(root, "replaced");
    await docvqa.sample.generate({ seed: 1, count: 40, dir });
    await docvqa.sample.generate({ seed: 1, count: 41, dir });
    expect(readdirSync(join(dir, "documents"))).toHaveLength(21);
    mkdirSync(join(root, "mine"));
    writeFileSync(join(root, "mine/notes.txt"), "mine");
    await expect(docvqa.sample.generate({ seed: 1, count: 40, dir: join(root, "mine") })).rejects.toThrow(/notes\.txt/);
    await expect(docvqa.sample.generate({ seed: 1, count: 39, dir })).rejects.toThrow(/from 40 to 5000/);
    await expect(docvqa.sample.generate({ seed: 0.5, count: 40, dir })).rejects.toThrow(/whole number/);
  });
});

describe("plans", () => {
  it("fit on their pages for any seed and size", () => {
    for (let seed = 100; seed < 140; seed++) expect(planSample(seed, 80)).toHaveLength(40);
    expect(planSample(3, 1000).flatMap((p) => p.questions)).toHaveLength(1000);
    expect(new Set(planSample(3, 1000).flatMap((p) => p.questionIds)).size).toBe(1000);
  });

  it("word no two questions of a page alike", () => {
    for (const { questions } of planSample(7, 200)) expect(new Set(questions.map((q) => q.question)).size).toBe(questions.length);
  });
});

it("a page is as its picture shows it", async () => {
  const [first] = await load("sample/test");
  const rows = readPage(await source.blobs.get(first?.images[0] ?? ""));
  expect(rows?.filter((row) => row !== "").length).toBeGreaterThan(8);
});
