/** The two submissions that need no agent: they show that the scorers and the data agree before any model is paid for. */
import type { Submission, Task } from "../../harness/core/record.ts";
import type { Sealed } from "../../harness/core/sealed.ts";
import { outputName } from "./forms.ts";
import { writeAnswer } from "./score/answer-text.ts";
import { targetOf } from "./score/target.ts";

/** Hands in the target items: the answer workbook, or as text. */
export function oracle(task: Task, sealed: Sealed): Submission {
  if (task.form === "direct") return { answer: writeAnswer(targetOf(task, sealed).values), files: [], exit: "oracle" };
  const answer = sealed.files[0];
  if (answer === undefined) throw new TypeError(`task ${task.id} has no answer workbook`);
  return { files: [answer], exit: "oracle" };
}

/** Hands in the start workbook as it is, which has no answer sheet; or an empty text. */
export function nop(task: Task): Submission {
  if (task.form === "direct") return { answer: "", files: [], exit: "nop" };
  const start = task.files[0];
  if (start === undefined) throw new TypeError(`task ${task.id} has no start workbook`);
  return { files: [{ ...start, path: outputName }], exit: "nop" };
}
