/** The two submissions that need no agent: they show that the scorers and the data agree before any model is paid for. */
import type { Submission, Task } from "../../harness/core/record.ts";
import type { Sealed } from "../../harness/core/sealed.ts";
import { replyWith } from "./score/final-answer.ts";
import { goldsOf } from "./score/golds.ts";

/** Hands in the first reference answer in the form the task asks for. */
export function oracle(task: Task, sealed: Sealed): Submission {
  return { answer: replyWith(goldsOf(task, sealed)[0] ?? ""), files: [], exit: "oracle" };
}

/** Says nothing. */
export function nop(_task: Task): Submission {
  return { answer: "", files: [], exit: "nop" };
}
