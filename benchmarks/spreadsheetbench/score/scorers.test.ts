import { afterAll, expect, it } from "vitest";
import type { Blobs } from "../../../harness/core/contract.ts";
import { sha256 } from "../../../harness/core/json.ts";
import type { FileRef, Submission, Task } from "../../../harness/core/record.ts";
import type { Sealed } from "../../../harness/core/sealed.ts";
import { column } from "./pack-workbook.fixture.ts";
import { spreadsheetScorers } from "./scorers.ts";

const bytesByHash = new Map<string, Uint8Array>();
const blobs: Blobs = {
  get: async (hash) => bytesByHash.get(hash) ?? Promise.reject(new Error(`no blob ${hash}`)),
  put: async (bytes) => {
    const hash = sha256(bytes);
    bytesByHash.set(hash, bytes);
    return hash;
  },
  has: async (hash) => bytesByHash.has(hash),
};
const file = async (path: string, bytes: Uint8Array): Promise<FileRef> => ({ path, blob: await blobs.put(bytes), bytes: bytes.length });
const task = (cluster: string): Task => ({
  id: cluster,
  cluster,
  form: "workbook",
  slots: {},
  images: [],
  files: [],
  needs: [],
  flags: [],
  origin: { set: "verified" },
});
const sealed = async (position: string): Promise<Sealed> => ({
  files: [await file("gold.xlsx", column(1, 2, null))],
  fields: { answer_position: position },
});
const submission = async (bytes?: Uint8Array, refused?: Submission["refused"]): Promise<Submission> => ({
  files: bytes === undefined ? [] : [await file("output.xlsx", bytes)],
  refused,
  exit: "completed",
});

const pool = spreadsheetScorers({ workers: 1 });
afterAll(() => pool[Symbol.asyncDispose]());
const score = async (scorer: keyof typeof pool.scorers, given: Submission, position = "A1:A2", id = "1") =>
  pool.scorers[scorer].score(task(id), await sealed(position), given, blobs);

it("scores a submission with each scorer", { timeout: 120_000 }, async () => {
  for (const scorer of ["trace2skill", "upstream", "strict"] as const) {
    expect(await score(scorer, await submission(column(1, 2)))).toEqual({ state: "graded", score: { scorer, value: 1, passed: true } });
    expect(await score(scorer, await submission(column(1, 5)))).toEqual({
      state: "graded",
      score: { scorer, value: 0, passed: false, message: "A2 of sheet S: expected 2, got 5" },
    });
  }
});

it("grades a missing or refused workbook as failed and says why", { timeout: 120_000 }, async () => {
  expect(await score("trace2skill", await submission())).toMatchObject({
    state: "graded",
    score: { passed: false, value: 0, message: "no output.xlsx was handed in" },
  });
  expect(await score("strict", await submission(undefined, [{ path: "output.xlsx", reason: "it is a link" }]))).toMatchObject({
    state: "graded",
    score: { passed: false, message: "output.xlsx was refused: it is a link" },
  });
});

it("leaves ungraded under strict what cannot be judged, also when nothing was handed in", { timeout: 120_000 }, async () => {
  expect(await score("strict", await submission(column(1, 2)), "A3:A9")).toMatchObject({ state: "ungraded", scorer: "strict" });
  expect(await score("strict", await submission(), "A3:A9")).toMatchObject({ state: "ungraded" });
  expect(await score("strict", await submission(column(1, 2)), "A1:A2", "56274")).toMatchObject({
    state: "ungraded",
    reason: expect.stringContaining("authors"),
  });
  expect(await score("upstream", await submission(column(1, 2)), "A3:A9", "56274")).toMatchObject({ state: "graded" });
});

it("refuses a task that is not sealed for it and opens again after closing", { timeout: 120_000 }, async () => {
  const bare = { files: [], fields: {} };
  await expect(pool.scorers.strict.score(task("1"), bare, await submission(), blobs)).rejects.toThrow(/not sealed/);
  await pool[Symbol.asyncDispose]();
  expect(await score("upstream", await submission(column(1, 2)))).toMatchObject({ state: "graded", score: { passed: true } });
});
