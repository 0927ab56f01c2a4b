/** What an analyst gets beside a failed episode: the reference answers, a script that compares with them, and a filter for what must not get into lessons. */
import { readFile } from "node:fs/promises";
import type { Kit, Task } from "../../../harness/core/contract.ts";
import type { Sealed } from "../../../harness/core/sealed.ts";
import { goldsOf } from "../score/golds.ts";
import { findLeaks } from "./find-leaks.ts";

const scriptPath = new URL("./compare.cjs", import.meta.url);

const about = `The reference answers are in kit/answers.json; any of them is right. The comparison takes the answer behind the last label "Answer:" of a text (without one,
its last line), and counts the letters that differ from a reference answer, capitals and the number of blanks apart; it is right when more than half agree. The report
begins with PASS or FAIL, then shows the nearest reference answer as expected and what was got, and further answers that are right as well.`;

/** The kit of a task. */
export async function kit(task: Task, sealed: Sealed): Promise<Kit> {
  const answers = goldsOf(task, sealed);
  return {
    files: [
      { path: "compare.cjs", bytes: await readFile(scriptPath) },
      { path: "answers.json", bytes: new TextEncoder().encode(`${JSON.stringify({ answers })}\n`) },
    ],
    command: "node /work/kit/compare.cjs {{candidate}}",
    about: about.replaceAll("\n", " "),
    leaks: (text) => findLeaks(text, { answers, question: task.slots.question ?? "", id: task.id, page: task.cluster }),
  };
}
