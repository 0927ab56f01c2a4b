/**
 * Whether a change of data must reach the answer. Only what shows in the reference itself counts: a value of the answer that is copied from the data, put
 * together from it, or computed from it. Counts, ranks and class labels ("High", "Yes") may come out the same for changed data and prove nothing.
 */

import type { AnswerCell } from "../kit/answer-cells.ts";
import { datesIn } from "../kit/dates-in.ts";
import { isOrdinary } from "../kit/ordinary-words.ts";
import { plain, significantDigits, wordsOf } from "../kit/plain-text.ts";
import { pythonFloat } from "../score/python-number.ts";
import type { Workbook } from "../score/read-workbook.ts";
import type { Eligible } from "./eligible.ts";

export interface Evidence {
  /** Keys of data that stand in the answer, whole or as a part. Every variant changes all of them. */
  readonly shown: ReadonlySet<string>;
  /** Cells of the answer that hold something of `shown`. */
  readonly copied: number;
  /** Cells of the answer with a number that must have been computed from the data. */
  readonly computed: number;
  /** Cells of the answer in which what counts was found: their values follow the data. */
  readonly following: readonly AnswerCell[];
}

/** Whole numbers up to this one are found among the data by chance. */
const MOST_EVERYWHERE = 31;

/** Fewest cells that may rest on weak signs (short words, two-digit numbers) to count at all. */
const FEW = 3;

interface Index {
  readonly keys: ReadonlySet<string>;
  readonly labelsByWord: ReadonlyMap<string, readonly string[]>;
  readonly numbersByRow: ReadonlyMap<number, readonly Eligible[]>;
  readonly daysByRow: ReadonlyMap<number, readonly number[]>;
  readonly hasNumbers: boolean;
  readonly hasDays: boolean;
  /** A count cannot be larger. */
  readonly rows: number;
}

function push<K, V>(map: Map<K, V[]>, key: K, value: V): void {
  const list = map.get(key);
  if (list === undefined) map.set(key, [value]);
  else list.push(value);
}

function dayOf({ cell, kind }: Eligible): number | undefined {
  if (kind === "day" && typeof cell.value === "object" && cell.value.kind === "datetime") return cell.value.days;
  return kind === "day-text" ? datesIn(String(cell.value))[0]?.days[0] : undefined;
}

function indexOf(eligible: readonly Eligible[], input: Workbook): Index {
  const labelsByWord = new Map<string, string[]>();
  const numbersByRow = new Map<number, Eligible[]>();
  const daysByRow = new Map<number, number[]>();
  const seen = new Set<string>();
  for (const item of eligible) {
    if (item.kind === "number") push(numbersByRow, item.cell.row, item);
    const day = dayOf(item);
    if (day !== undefined) push(daysByRow, item.cell.row, day);
    if (seen.has(item.key)) continue;
    seen.add(item.key);
    if (item.kind === "label") for (const word of new Set(wordsOf(item.key.slice(2)))) push(labelsByWord, word, item.key);
  }
  const rows = Math.max(1, ...input.sheets.map((sheet) => (sheet.kind === "worksheet" ? sheet.maxRow : 1)));
  return { keys: seen, labelsByWord, numbersByRow, daysByRow, hasNumbers: numbersByRow.size >= 2, hasDays: daysByRow.size > 0, rows };
}

type Sign = { readonly strength: "strong" | "weak"; readonly keys: readonly string[] } | "computed" | "difference" | undefined;

/** Labels that hold all of these words: the text may have been taken out of them. */
function labelsAround(words: readonly string[], index: Index): readonly string[] {
  const [first = [], ...others] = words.map((word) => index.labelsByWord.get(word) ?? []);
  const rest = others.map((keys) => new Set(keys));
  return first.filter((key) => rest.every((keys) => keys.has(key)));
}

/** Labels that stand in the text as a whole: it may have been put together from them. */
function labelsWithin(text: string, words: readonly string[], index: Index): readonly string[] {
  const touched = new Set(words.flatMap((word) => (isOrdinary(word) ? [] : (index.labelsByWord.get(word) ?? []))));
  return [...touched].filter((key) => text.includes(key.slice(2)));
}

function signOfText(text: string, cell: AnswerCell, index: Index): Sign {
  const flat = plain(text);
  const words = wordsOf(flat);
  if (words.length === 0) return undefined;
  const short = words.every(isOrdinary) || flat.length < 3;
  const whole = ["l:", "t:", "f:"].map((prefix) => prefix + flat).filter((key) => index.keys.has(key));
  const around = labelsAround(words, index);
  if (whole.length + around.length > 0) return { strength: short ? "weak" : "strong", keys: [...new Set([...whole, ...around])] };
  const keys = new Set(labelsWithin(flat, words, index));
  const strong = [...keys].some((key) => key.length >= 6 && /\p{L}/u.test(key.slice(2)));
  for (const word of words) {
    const number = /^\d{2,15}$/.test(word) ? Number(word) : undefined;
    for (const item of number === undefined ? [] : (index.numbersByRow.get(cell.row) ?? []))
      if (item.cell.value === number) keys.add(item.key);
  }
  return keys.size === 0 ? undefined : { strength: strong ? "strong" : "weak", keys: [...keys] };
}

function signOfNumber(value: number, cell: AnswerCell, index: Index): Sign {
  const key = `n:${value}`;
  const whole = Number.isInteger(value);
  // Months, ranks and short counts stand in every workbook somewhere.
  const everywhere = whole && Math.abs(value) <= MOST_EVERYWHERE;
  if (index.keys.has(key) && !everywhere)
    return { strength: significantDigits(value) >= 3 && (!whole || Math.abs(value) > index.rows) ? "strong" : "weak", keys: [key] };
  if (whole && Math.abs(value) <= index.rows + 1000) {
    const days = index.daysByRow.get(cell.row) ?? [];
    const apart = days.some((a, i) => days.slice(i + 1).some((b) => Math.abs(Math.abs(a - b) - Math.abs(value)) <= 1));
    return apart && Math.abs(value) > 1 ? "difference" : undefined;
  }
  if (!index.hasNumbers || Math.abs(value) <= 1) return undefined;
  // A mean of counts times some number of rows is whole; so are many amounts with two decimals, which have more digits as a rule.
  const ofCounts =
    !whole && Array.from({ length: Math.min(index.rows, 400) }, (_, i) => (i + 1) * value).some((n) => Math.abs(n - Math.round(n)) < 1e-7);
  const twoDecimals = Math.abs(value * 100 - Math.round(value * 100)) < 1e-7;
  return significantDigits(value) >= (ofCounts ? 4 : 3) && (!ofCounts || twoDecimals) ? "computed" : undefined;
}

function signOf(cell: AnswerCell, index: Index): Sign {
  const { value } = cell;
  if (typeof value === "number") return signOfNumber(value, cell, index);
  if (typeof value === "string") {
    const number = pythonFloat(value);
    return (number === undefined ? undefined : signOfNumber(number, cell, index)) ?? signOfText(value, cell, index);
  }
  if (value === null || typeof value !== "object") return undefined;
  if (value.kind !== "datetime" && value.kind !== "date") return undefined;
  const key = `d:${value.days}`;
  return index.keys.has(key) ? { strength: "strong", keys: [key] } : undefined;
}

/**
 * Collects the signs; weak ones count only where several different values show them. `named`: the instruction names numbers that stand in the workbook, so
 * that a single computed value may come from these alone.
 */
export function evidenceOf(changes: readonly AnswerCell[], eligible: readonly Eligible[], input: Workbook, named: boolean): Evidence {
  const index = indexOf(eligible, input);
  const shown = new Set<string>();
  let copied = 0;
  let computed = 0;
  const results = new Set<unknown>();
  const weak: (readonly string[])[] = [];
  let differences = 0;
  const following: AnswerCell[] = [];
  const signed: AnswerCell[] = [];
  const apart: AnswerCell[] = [];
  for (const cell of changes) {
    const sign = signOf(cell, index);
    if (sign === "computed" || (typeof sign === "object" && sign.strength === "strong")) following.push(cell);
    else if (sign !== undefined) (sign === "difference" ? apart : signed).push(cell);
    if (sign === "computed") {
      computed += 1;
      results.add(cell.value);
    } else if (sign === "difference") differences += 1;
    else if (sign?.strength === "strong") {
      copied += 1;
      for (const key of sign.keys) shown.add(key);
    } else if (sign !== undefined) weak.push(sign.keys);
  }
  const distinct = new Set(weak.map((keys) => keys.join("\n"))).size;
  for (const keys of weak) for (const key of keys) shown.add(key);
  if (distinct >= FEW) copied += weak.length;
  const dated = index.hasDays && differences >= FEW && differences >= 0.7 * changes.filter((c) => c.value !== null).length;
  if (named && results.size < 2) computed = 0;
  if (distinct >= FEW) following.push(...signed);
  if (dated) following.push(...apart);
  return { shown, copied, computed: computed + (dated ? differences : 0), following };
}
