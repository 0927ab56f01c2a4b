/** What an analyst gets beside a failed episode: the reference answer, a script that compares with it, and a filter for what must not get into lessons. */
import { readFile } from "node:fs/promises";
import type { Blobs, Kit, Task } from "../../../harness/core/contract.ts";
import type { Sealed } from "../../../harness/core/sealed.ts";
import { targetOf } from "../score/target.ts";
import { readStart } from "../workbook/read-start.ts";
import { findLeaks, type LeakFacts } from "./find-leaks.ts";

const about =
  "The reference answer is kit/reference.json: the items that are asked for, and their canonical forms. The comparison takes the distinct items of the answer sheet's column A " +
  "from row 2 down (of a text: the lines behind Answer:). Texts are compared without capitals, diacritics, footnote marks, details in parentheses and a final period; numbers by " +
  "amount; dates by year, month and day. There have to be exactly as many items as are asked for. The report begins with PASS or FAIL, then has one line for each pair of items " +
  "that differ, with what was expected and what was found.";

async function rowsOf(task: Task, blobs: Blobs): Promise<readonly (readonly string[])[]> {
  const start = task.files[0];
  if (start !== undefined) return (await readStart(await blobs.get(start.blob))).map((row) => row.map((cell) => String(cell ?? "")));
  return (task.slots.table ?? "").split("\n").map((line) => line.split(/(?<!\\)\|/).map((cell) => cell.trim()));
}

/** The kit of a task in any form. Throws what `blobs` throws. */
export async function kit(task: Task, sealed: Sealed, blobs: Blobs): Promise<Kit> {
  const { values, canon = values } = targetOf(task, sealed);
  const [headers = [], ...rows] = await rowsOf(task, blobs);
  const facts: LeakFacts = {
    id: task.id.split("~")[0] ?? task.id,
    question: task.slots.instruction ?? task.slots.question ?? "",
    answers: values,
    canons: canon,
    headers,
    cells: rows.flat(),
  };
  return {
    files: [
      { path: "reference.json", bytes: new TextEncoder().encode(`${JSON.stringify({ values, canon })}\n`) },
      { path: "compare.cjs", bytes: await readFile(new URL("./compare.cjs", import.meta.url)) },
      { path: "answer-items.cjs", bytes: await readFile(new URL("../workbook/answer-items.cjs", import.meta.url)) },
    ],
    command: "node /work/kit/compare.cjs {{candidate}}",
    about,
    leaks: (text) => findLeaks(text, facts),
  };
}
