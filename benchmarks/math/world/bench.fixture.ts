/** Problems put to the world's playbook as an agent gets them, and its replies put to the real scorers. */
import { readFileSync } from "node:fs";
import type { Blobs } from "../../../harness/core/contract.ts";
import type { Task } from "../../../harness/core/record.ts";
import type { Plan } from "../../../harness/core/world.ts";
import type { ProblemDraft } from "../sample/draft.ts";
import { mathScorers } from "../score/scorers.ts";
import { world } from "../world.ts";

const template = readFileSync(new URL("../prompts/task.md", import.meta.url), "utf8");

/** The first message of an agent on this problem. */
export const messageFor = (text: string): string => template.replace("{{problem}}", () => text);

export function planFor(text: string): Plan | undefined {
  return world.playbook?.open(messageFor(text))?.plan("");
}

export function taskFor(text: string): Task {
  const slots = { problem: text };
  return { id: "t", cluster: "t", form: "boxed", slots, images: [], files: [], needs: [], flags: [], origin: {} };
}

/** Scorers here read no files. */
export const noBlobs: Blobs = {
  get: () => Promise.reject(new Error("no blobs in this test")),
  put: () => Promise.reject(new Error("no blobs in this test")),
  has: () => Promise.resolve(false),
};

/** Whether a reply passes the scorer of that id, with the scorer's message. */
export async function graded(
  draft: ProblemDraft,
  reply: string,
  scorer: keyof typeof mathScorers = "parity",
): Promise<{ passed: boolean; message: string | undefined }> {
  const submission = { answer: reply, files: [], exit: "completed" } as const;
  const sealed = { files: [], fields: { answer: draft.answer } };
  const outcome = await mathScorers[scorer].score(taskFor(draft.text), sealed, submission, noBlobs);
  if (outcome.state !== "graded") throw new Error(outcome.reason);
  return { passed: outcome.score.passed, message: outcome.score.message };
}
