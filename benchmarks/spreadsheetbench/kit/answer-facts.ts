/** What a lesson may not give away about a task: the values of the reference answer and the constants of the task itself. */
import type { Task } from "../../../harness/core/record.ts";
import type { Sealed } from "../../../harness/core/sealed.ts";
import type { CellValue } from "../score/cell-value.ts";
import { pythonFloat } from "../score/python-number.ts";
import { DEFAULT_LIMITS, readWorkbook, type Workbook } from "../score/read-workbook.ts";
import { WorkbookError } from "../score/zip-archive.ts";
import { answerBlocks, cellsOf } from "./answer-cells.ts";
import { headingTexts } from "./headers.ts";
import { numbersIn, plain } from "./plain-text.ts";

export interface AnswerFacts {
  /** Texts of the reference answer that are in no instruction, heading or sheet name; as `plain` has them. */
  readonly texts: ReadonlySet<string>;
  /** Numbers of it that the instruction does not name. */
  readonly numbers: readonly number[];
  /** Dates of it, as days since 1899-12-30. */
  readonly days: ReadonlySet<number>;
  readonly instruction: string;
  readonly position: string;
  readonly sheetNames: readonly string[];
  readonly headings: readonly string[];
  /** File names of the task other than those every task has. */
  readonly fileNames: readonly string[];
  readonly id: string;
}

/** Whole numbers up to this one are everywhere and no secret. */
const MOST_TINY = 12;

function readOrNothing(bytes: Uint8Array | undefined): Workbook | undefined {
  if (bytes === undefined) return undefined;
  try {
    return readWorkbook(bytes, DEFAULT_LIMITS);
  } catch (error) {
    if (error instanceof WorkbookError) return undefined;
    throw error;
  }
}

/** Reads both workbooks. One that cannot be read counts as empty. */
export function answerFacts(
  task: Task,
  sealed: Sealed,
  books: { readonly reference: Uint8Array; readonly input: Uint8Array | undefined },
): AnswerFacts {
  const [gold, input] = [readOrNothing(books.reference), readOrNothing(books.input)];
  const position = String(sealed.fields.answer_position ?? "");
  const instruction = task.slots.instruction ?? "";
  const sheetNames = [...new Set([gold, input].flatMap((book) => book?.sheets.map((sheet) => sheet.title) ?? []))];
  const headings = [...new Set(input?.sheets.flatMap((sheet) => (sheet.kind === "worksheet" ? headingTexts(sheet) : [])) ?? [])];
  const allowed = new Set([...sheetNames, ...headings].map(plain));
  const asked = plain(instruction);
  const askedNumbers = new Set(numbersIn(instruction).map((n) => n.value));
  const texts = new Set<string>();
  const numbers = new Set<number>();
  const days = new Set<number>();
  const take = (value: CellValue): void => {
    if (typeof value === "string") {
      const number = pythonFloat(value);
      const text = plain(value);
      if (number !== undefined) take(number);
      else if (text.length >= 4 && !asked.includes(text) && !allowed.has(text)) texts.add(text);
    } else if (typeof value === "number") {
      const tiny = Number.isInteger(value) && value >= 0 && value <= MOST_TINY;
      if (Number.isFinite(value) && !tiny && !askedNumbers.has(value)) numbers.add(value);
    } else if (value !== null && typeof value === "object" && (value.kind === "datetime" || value.kind === "date")) days.add(value.days);
  };
  for (const { sheet, block } of gold === undefined ? [] : answerBlocks(position, gold)) {
    for (const cell of cellsOf(sheet, block)) take(cell.value);
  }
  const fileNames = [task.origin.input, task.origin.gold, sealed.fields.gold_name]
    .flatMap((path) => (typeof path === "string" ? [path.slice(path.lastIndexOf("/") + 1)] : []))
    .filter((name) => !["", "input.xlsx", "output.xlsx"].includes(name.toLowerCase()));
  return {
    texts,
    numbers: [...numbers],
    days,
    instruction,
    position,
    sheetNames,
    headings,
    fileNames: [...new Set(fileNames)],
    id: task.cluster,
  };
}
