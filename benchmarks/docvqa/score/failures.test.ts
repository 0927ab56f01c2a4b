import { describe, expect, it } from "vitest";
import type { Blobs } from "../../../harness/core/contract.ts";
import type { Task } from "../../../harness/core/record.ts";
import { failures } from "./failures.ts";

const nobody = (): never => {
  throw new Error("no file is needed");
};
const blobs: Blobs = { get: nobody, put: nobody, has: nobody };
const task: Task = {
  id: "1",
  cluster: "p",
  form: "direct",
  slots: { question: "Who signed?" },
  images: [],
  files: [],
  needs: [],
  flags: [],
  origin: {},
};

describe("kinds of failure of an answer in words", () => {
  it.each([
    { answer: "It was signed by Henrik Solberg of the board", kind: "longer-text" },
    { answer: "Solberg", kind: "part-of-answer" },
    { answer: "Maria Lund", kind: "another-text" },
    { answer: "  ", kind: undefined },
  ])("$kind", async ({ answer, kind }) => {
    const found = await failures.classify(
      task,
      { files: [], fields: { answers: ["Henrik Solberg"] } },
      { answer, files: [], exit: "completed" },
      blobs,
    );
    expect(found?.kind).toBe(kind);
  });
});
