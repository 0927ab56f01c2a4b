/** What an analyst gets beside a failed episode: the reference answer, a script that compares with it, and a filter for what must not get into lessons. */
import { readFile } from "node:fs/promises";
import type { Kit, Task } from "../../../harness/core/contract.ts";
import type { Sealed } from "../../../harness/core/sealed.ts";
import { answerOf } from "../reference-answers.ts";
import { findLeaks } from "./find-leaks.ts";

const scriptPath = new URL("./compare.cjs", import.meta.url);

const about = `The reference answer is in kit/reference.json. The comparison takes the last box of the text, or its last number where there is no box, and compares it with the
reference: numbers and fractions by their exact value, everything else by its spelling without blanks and LaTeX formatting. It knows less of mathematics than the scorer: an
expression written in another way can be right though the report says FAIL. The first line begins with PASS or FAIL, followed by what was expected and what was got.`;

/** The kit of a task. */
export async function kit(task: Task, sealed: Sealed): Promise<Kit> {
  const answer = answerOf(task, sealed);
  const facts = { answer, problem: task.slots.problem ?? "", id: task.id };
  return {
    files: [
      { path: "reference.json", bytes: new TextEncoder().encode(`${JSON.stringify({ answer })}\n`) },
      { path: "compare.cjs", bytes: await readFile(scriptPath) },
    ],
    command: "node /work/kit/compare.cjs {{candidate}}",
    about: about.replaceAll("\n", " "),
    leaks: (text) => findLeaks(text, facts),
  };
}
