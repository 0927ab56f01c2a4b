/** What an analyst gets beside a failed episode: the reference workbook, a script that compares with it, and a filter for what must not get into lessons. */
import { readFile } from "node:fs/promises";
import type { Blobs, Kit, Task } from "../../../harness/core/contract.ts";
import type { Sealed } from "../../../harness/core/sealed.ts";
import { answerFacts } from "./answer-facts.ts";
import { findLeaks } from "./find-leaks.ts";

const scriptPath = new URL("./compare.cjs", import.meta.url);

const about = `The reference workbook is kit/reference.xlsx. The comparison goes over the answer position only, range by range: stored cell values are compared,
numbers to two decimals, dates to whole days, text exactly; formulas count by the value stored with them, so a formula that was written without being calculated
reads as nothing. Formatting is not compared. The report begins with PASS or FAIL, then has one line for each range and up to 20 cells that differ, with what was
expected, what was found and of which kind it is.`;

/** The kit of a task. Throws what `blobs` throws; workbooks that cannot be read only make `leaks` blind for values, never an error. */
export async function kit(task: Task, sealed: Sealed, blobs: Blobs): Promise<Kit> {
  const gold = sealed.files[0];
  const position = sealed.fields.answer_position;
  if (gold === undefined || typeof position !== "string") throw new TypeError(`task ${task.id} is not sealed as a SpreadsheetBench task`);
  const start = task.files[0];
  const reference = await blobs.get(gold.blob);
  const input = start === undefined ? undefined : await blobs.get(start.blob);
  let facts: ReturnType<typeof answerFacts> | undefined;
  return {
    files: [
      { path: "reference.xlsx", bytes: reference },
      { path: "compare.cjs", bytes: await readFile(scriptPath) },
      { path: "position.json", bytes: new TextEncoder().encode(`${JSON.stringify({ answer_position: position })}\n`) },
    ],
    command: "node /work/kit/compare.cjs {{candidate}}",
    about: about.replaceAll("\n", " "),
    leaks(text) {
      facts ??= answerFacts(task, sealed, { reference, input });
      return findLeaks(text, facts);
    },
  };
}
