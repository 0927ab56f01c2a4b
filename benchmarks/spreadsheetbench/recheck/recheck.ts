/** Further inputs on which a fix is certified: sibling cases, neutral changes, and changed data that must change the answer. */
import type { Recheck, RecheckOptions, Task } from "../../../harness/core/contract.ts";
import type { Sealed } from "../../../harness/core/sealed.ts";
import { previewOf } from "../preview.ts";
import { DEFAULT_LIMITS, readWorkbook, type Workbook } from "../score/read-workbook.ts";
import { WorkbookError } from "../score/zip-archive.ts";
import { changedInputs } from "./changed-inputs.ts";
import { openInput } from "./input-book.ts";
import { neutralInputs } from "./neutral-inputs.ts";

function readGold(bytes: Uint8Array): Workbook | undefined {
  try {
    return readWorkbook(bytes, DEFAULT_LIMITS);
  } catch (error) {
    if (error instanceof WorkbookError) return undefined;
    throw error;
  }
}

/** The rechecks of a task. Nothing is certified on what cannot be changed safely: such a task has its siblings, or none. */
export async function* recheck(task: Task, sealed: Sealed, { seed, siblings, blobs }: RecheckOptions): AsyncGenerator<Recheck> {
  for (const sibling of siblings) {
    if (sibling.task.flags.includes("cannot-pass")) continue;
    yield { expect: "pass", what: `case ${sibling.task.case ?? sibling.task.id}`, task: sibling.task, sealed: sibling.sealed };
  }
  const [start, answer] = [task.files[0], sealed.files[0]];
  const position = sealed.fields.answer_position;
  if (start === undefined || answer === undefined || typeof position !== "string") return;
  const book = openInput(await blobs.get(start.blob));
  const gold = readGold(await blobs.get(answer.blob));
  if (book === undefined || gold === undefined || task.flags.includes("cannot-pass")) return;
  const instruction = task.slots.instruction ?? "";
  let n = 0;
  /** The task with another start workbook; undefined when surgery broke it: the preview's reader is the scorer's, and a broken file would reject every fix. */
  const withInput = async (bytes: Uint8Array): Promise<Task | undefined> => {
    const preview = previewOf(bytes);
    if (preview.startsWith("[No preview: the workbook cannot be read")) return undefined;
    n += 1;
    const file = { ...start, blob: await blobs.put(bytes), bytes: bytes.length };
    return { ...task, id: `${task.id}~${n}`, files: [file], slots: { ...task.slots, spreadsheet_content: preview } };
  };
  for (const { what, bytes } of neutralInputs(book, instruction, seed)) {
    const changed = await withInput(bytes);
    if (changed !== undefined) yield { expect: "pass", what, task: changed, sealed };
  }
  for (const { what, bytes, position: cells, fresh, following } of changedInputs(book, gold, { instruction, position }, seed)) {
    const changed = await withInput(bytes);
    const truth = {
      ...sealed,
      fields: { ...sealed.fields, answer_position: cells, fresh_values: [...fresh], following_cells: following ?? "" },
    };
    if (changed !== undefined) yield { expect: "differ", what, task: changed, sealed: truth };
  }
}
