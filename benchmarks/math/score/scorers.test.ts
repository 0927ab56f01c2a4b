import { expect, it } from "vitest";
import type { Blobs } from "../../../harness/core/contract.ts";
import type { Submission, Task } from "../../../harness/core/record.ts";
import { mathScorers } from "./scorers.ts";

const noBlobs: Blobs = {
  get: (hash) => Promise.reject(new Error(`no blob ${hash}`)),
  put: () => Promise.reject(new Error("no blobs are written")),
  has: async () => false,
};
const task: Task = {
  id: "t",
  cluster: "t",
  form: "response",
  slots: {},
  images: [],
  files: [],
  needs: [],
  flags: [],
  origin: { set: "aime" },
};
const submission = (answer?: string): Submission => ({ files: [], exit: "completed", ...(answer === undefined ? {} : { answer }) });
const sealed = (answer: string, more = {}) => ({ files: [], fields: { answer, ...more } });

it("scores a response against the sealed answer", async () => {
  const given = submission("Hence the answer is \\boxed {204}.");
  expect(await mathScorers.parity.score(task, sealed("204"), given, noBlobs)).toEqual({
    state: "graded",
    score: { scorer: "parity", value: 0, passed: false },
  });
  expect(await mathScorers.strict.score(task, sealed("204"), given, noBlobs)).toEqual({
    state: "graded",
    score: { scorer: "strict", value: 1, passed: true },
  });
  expect(await mathScorers.is_equiv.score(task, sealed("204"), given, noBlobs)).toMatchObject({ score: { passed: true } });
});

it("takes Math-Verify's settings from the sealed fields", async () => {
  const fields = sealed("$\\frac{1}{3}$", { match_types: ["latex", "expr"], precision: 4 });
  expect(await mathScorers.parity.score(task, fields, submission("0.3333"), noBlobs)).toMatchObject({ score: { passed: true } });
});

it("fails a submission without an answer, with a message", async () => {
  expect(await mathScorers.strict.score(task, sealed("204"), submission(), noBlobs)).toEqual({
    state: "graded",
    score: { scorer: "strict", value: 0, passed: false, message: "no answer was handed in" },
  });
});

it("refuses a task that is not sealed as one of its own", async () => {
  await expect(mathScorers.parity.score(task, { files: [], fields: {} }, submission("5"), noBlobs)).rejects.toThrow("not sealed");
});

it("names its metric and its library", async () => {
  expect(mathScorers.parity.metrics).toEqual([{ name: "accuracy", over: "episode", label: "accuracy" }]);
  expect(await mathScorers.parity.toolchain()).toEqual({ mathjs: expect.stringMatching(/^15\./) });
});
