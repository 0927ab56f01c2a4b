/** Start workbooks with other data, for which the reference answer is no longer right. */

import type { AnswerCell } from "../kit/answer-cells.ts";
import { plain } from "../kit/plain-text.ts";
import { randomOf } from "../sample/random.ts";
import type { Workbook } from "../score/read-workbook.ts";
import { answerChanges, positionOfCells } from "./answer-changes.ts";
import { type Eligible, eligibleCells, namesNumbers } from "./eligible.ts";
import { evidenceOf } from "./evidence.ts";
import type { InputBook, StoredCell } from "./input-book.ts";
import { newValue } from "./new-value.ts";
import { resultColumns } from "./result-columns.ts";
import { type NewValue, writeCells } from "./write-cells.ts";

export interface ChangedInput {
  readonly what: string;
  readonly bytes: Uint8Array;
  /** The cells a solver has to change, as an answer position: what it leaves alone must not count as an answer of its own. */
  readonly position: string;
  /** New values of data that the answer copied whole: some of them must stand in any answer that was read from the changed data. Texts as `plain` has them, dates as days. */
  readonly fresh: readonly (string | number)[];
  /** The cells of `position` whose values follow the data, in the same form; undefined when there are none or they are too scattered. */
  readonly following: string | undefined;
}

/** From this many computed cells on, it takes more chance than there is for half of the data to reach none of them. */
const COMPUTED_FOR_HALF = 12;

function chosen(
  eligible: readonly Eligible[],
  shown: ReadonlySet<string>,
  half: boolean,
  seed: number,
  variant: number,
): readonly Eligible[] {
  return eligible.filter(({ key, kind }) => {
    if (shown.has(key)) return true;
    if (kind === "label") return false; // labels that are not in the answer may be what rows are chosen by
    return !half || randomOf("half", seed, variant, key).chance(0.5);
  });
}

const nameOf: Readonly<Record<Eligible["kind"], string>> = {
  number: "numbers",
  figure: "numbers",
  day: "dates",
  "day-text": "dates",
  label: "labels",
};

function what(items: readonly Eligible[], half: boolean): string {
  const kinds = new Set(items.map(({ kind }) => nameOf[kind]));
  const list = ["numbers", "dates", "labels"].filter((kind) => kinds.has(kind)).join(" and ");
  return half ? `half of the ${list} changed` : `${list} changed`;
}

/** Key of the data that a value of the answer copies as a whole, as `Eligible` has it. */
function keysOf(value: AnswerCell["value"]): readonly string[] {
  if (typeof value === "number") return [`n:${value}`];
  if (typeof value === "string") return ["l:", "t:", "f:"].map((prefix) => prefix + plain(value));
  return value !== null && typeof value === "object" && "days" in value ? [`d:${value.days}`] : [];
}

/** Whole numbers up to this one stand in any answer by chance. */
const TELLING_FROM = 100;

function freshValues(
  changes: readonly AnswerCell[],
  items: readonly Eligible[],
  values: ReadonlyMap<StoredCell, NewValue>,
): readonly (string | number)[] {
  const copied = new Set(changes.flatMap(({ value }) => keysOf(value)));
  const fresh = items.flatMap(({ cell, key, kind }): (string | number)[] => {
    const value = copied.has(key) ? values.get(cell) : undefined;
    if (value === undefined) return [];
    if ("text" in value) return [plain(value.text)];
    const number = kind === "day" ? Math.floor(Number(value.number)) : Number(value.number);
    return Number.isInteger(number) && Math.abs(number) < TELLING_FROM ? [] : [number];
  });
  return [...new Set(fresh)].sort();
}

/**
 * One variant with all data changed and two more: with a random half of it where that must reach the answer, else with all of it changed otherwise. None when
 * nothing in the reference shows that it follows the data, or when the workbook cannot be changed safely.
 */
export function* changedInputs(
  book: InputBook,
  gold: Workbook,
  task: { instruction: string; position: string },
  seed: number,
): Generator<ChangedInput> {
  const changes = answerChanges(task.position, gold, book.values);
  const eligible = eligibleCells(book, task.instruction);
  if (changes.length === 0 || eligible.length === 0) return;
  const isResult = resultColumns(book, gold, task.position, changes);
  const data = eligible.filter(({ cell }) => !isResult(cell));
  const { shown, copied, computed, following } = evidenceOf(changes, data, book.values, namesNumbers(book, task.instruction));
  if (copied === 0 && computed === 0) return;
  // Stored results of formulas are changed like data; with half of the data changed a recalculation could undo just the changes that count.
  const halves = !eligible.some(({ cell }) => cell.formula) && (copied > 0 || computed >= COMPUTED_FOR_HALF);
  const position = positionOfCells(changes) ?? task.position;
  for (const variant of [0, 1, 2]) {
    const half = halves && variant > 0;
    const items = chosen(eligible, shown, half, seed, variant);
    const bySpelling = new Map<string, NewValue>();
    const values = new Map<StoredCell, NewValue>();
    for (const item of items) {
      const spelling = `${item.key}\n${typeof item.cell.value === "string" ? item.cell.value : item.cell.raw}`;
      const value = bySpelling.get(spelling) ?? newValue(item, seed, variant);
      bySpelling.set(spelling, value);
      values.set(item.cell, value);
    }
    const bytes = writeCells(book, values);
    if (bytes === undefined) return;
    yield {
      what: what(items, half),
      bytes,
      position,
      fresh: freshValues(changes, items, values),
      following: positionOfCells(following) || undefined,
    };
  }
}
