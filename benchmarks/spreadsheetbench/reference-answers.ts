/** The two submissions that need no agent: they show that the scorers and the data agree before any model is paid for. */
import type { Submission, Task } from "../../harness/core/record.ts";
import type { Sealed } from "../../harness/core/sealed.ts";

/** The one file an agent must produce. */
export const outputName = "output.xlsx";

/** Hands in the answer workbook. */
export function oracle(task: Task, sealed: Sealed): Submission {
  const gold = sealed.files[0];
  if (gold === undefined) throw new TypeError(`task ${task.id} has no answer workbook`);
  return { files: [{ ...gold, path: outputName }], exit: "oracle" };
}

/** Hands in the start workbook as it is. */
export function nop(task: Task): Submission {
  const start = task.files[0];
  if (start === undefined) throw new TypeError(`task ${task.id} has no start workbook`);
  return { files: [{ ...start, path: outputName }], exit: "nop" };
}
