/**
 * Further inputs on which a fix in a workbook form is certified. A text answer that is a cell of the table is renamed everywhere, so that its truth is known; for a
 * figure the table is cut to a few rows with other figures, so that the reference is wrong. Where neither can be done safely nothing is certified: the neutral
 * changes alone would let a script through that carries the answer.
 */
import type { Recheck, RecheckOptions } from "../../../harness/core/contract.ts";
import type { Task } from "../../../harness/core/record.ts";
import type { Sealed } from "../../../harness/core/sealed.ts";
import { outputName, sheetNames } from "../forms.ts";
import { answerWorkbook } from "../load-tasks.ts";
import { randomOf } from "../sample/random.ts";
import type { Target } from "../score/check-denotation.ts";
import { targetOf } from "../score/target.ts";
import { previewOf } from "../workbook/preview.ts";
import { type Grid, readStart } from "../workbook/read-start.ts";
import { type Sheet, writeWorkbook } from "../workbook/write-workbook.ts";
import { cutTable } from "./cut-table.ts";
import { renameAnswer } from "./rename-answer.ts";

/** Questions about the place of columns or about sheets; nothing neutral can be told for them. */
const ABOUT_LAYOUT = /\b(?:columns?|sheets?|leftmost|rightmost)\b/i;

/** The rechecks of a task; none in the text form. Pure over its arguments. */
export async function* recheck(task: Task, sealed: Sealed, { seed, blobs }: RecheckOptions): AsyncGenerator<Recheck> {
  const start = task.files[0];
  if (start === undefined || task.form === "direct") return;
  const grid = await readStart(await blobs.get(start.blob));
  const question = task.slots.instruction ?? "";
  const target = targetOf(task, sealed);
  let n = 0;
  const withInput = async (rows: Grid, more: readonly Sheet[] = []): Promise<Task> => {
    n += 1;
    const bytes = writeWorkbook([{ name: sheetNames.table, rows }, ...more]);
    const texts = rows.map((row) => row.map((cell) => String(cell ?? "")));
    const preview = previewOf({ header: texts[0] ?? [], rows: texts.slice(1) });
    const file = { ...start, blob: await blobs.put(bytes), bytes: bytes.length };
    return { ...task, id: `${task.id}~${n}`, files: [file], slots: { ...task.slots, spreadsheet_content: preview } };
  };
  const withTruth = async ({ values, canon = values }: Target): Promise<Sealed> => {
    const bytes = answerWorkbook(values);
    return {
      files: [{ path: outputName, blob: await blobs.put(bytes), bytes: bytes.length }],
      fields: { ...sealed.fields, target_value: values, target_canon: canon },
    };
  };
  const renamed = [0, 1].flatMap((variant) => renameAnswer(grid, question, target, randomOf("rename", seed, variant)) ?? []);
  const cut = [0, 1].flatMap((variant) => {
    const rows = cutTable(grid, question, target, randomOf("cut", seed, variant));
    return rows === undefined ? [] : [rows];
  });
  if (renamed.length === 0 && cut.length === 0) return;
  if (!ABOUT_LAYOUT.test(question)) {
    const order = randomOf("columns", seed).shuffle((grid[0] ?? []).map((_, c) => c));
    const turned = grid.map((row) => order.map((c) => row[c] ?? null));
    yield { expect: "pass", what: "columns in another order", task: await withInput(turned), sealed };
    const extra: Sheet = { name: "Remarks", rows: [["Remark"], ["Compiled from several sources."]] };
    yield { expect: "pass", what: "an unrelated sheet added", task: await withInput(grid, [extra]), sealed };
  }
  for (const { rows, target: truth } of renamed)
    yield { expect: "pass", what: "the entries asked for renamed", task: await withInput(rows), sealed: await withTruth(truth) };
  for (const rows of cut) yield { expect: "differ", what: "fewer rows and other figures", task: await withInput(rows), sealed };
}
