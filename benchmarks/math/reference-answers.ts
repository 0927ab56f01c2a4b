/** The two submissions that need no agent: they show that the scorers and the data agree before any model is paid for. */
import type { Submission, Task } from "../../harness/core/record.ts";
import type { Sealed } from "../../harness/core/sealed.ts";

/** The reference answer of a task as the data set writes it. Throws TypeError for a truth of another benchmark. */
export function answerOf(task: Task, sealed: Sealed): string {
  const { answer } = sealed.fields;
  if (typeof answer !== "string") throw new TypeError(`task ${task.id} is not sealed as a problem with an answer`);
  return answer;
}

/** Hands in the reference answer, in a box as the task asks for. */
export function oracle(task: Task, sealed: Sealed): Submission {
  return { answer: `\\boxed{${answerOf(task, sealed)}}`, files: [], exit: "oracle" };
}

/** Says nothing. */
export function nop(_task: Task): Submission {
  return { answer: "", files: [], exit: "nop" };
}
