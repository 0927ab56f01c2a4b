/** Values of the official evaluator: what an item of a target or of a prediction is, and when two of them are the same or match. */
import { normalize } from "./normalize.ts";
import { pythonFloat, pythonInt, pythonStr } from "./python2-text.ts";

/** An amount is exact where it is within 1e-6 of an integer (cut off, not rounded), else a fraction. */
export type Amount = bigint | number;

export type Value =
  | { readonly kind: "text"; readonly normalized: string }
  | { readonly kind: "number"; readonly normalized: string; readonly amount: Amount }
  /** Fields as exact integers; -1 where the date leaves one open. */
  | { readonly kind: "date"; readonly normalized: string; readonly ymd: readonly [bigint, bigint, bigint] };

/** The official evaluator stops on such an item instead of giving a verdict (an integer beyond every double). */
export class EvaluatorStops extends Error {
  override readonly name = "EvaluatorStops";
}

const TOLERANCE = 1e-6;
const OPEN = -1n;

function amountOf(parsed: bigint | number): Amount {
  if (typeof parsed === "bigint") {
    if (!Number.isFinite(Number(parsed)))
      throw new EvaluatorStops("the official evaluator stops with OverflowError: an integer is too large for a float");
    return parsed;
  }
  return Math.abs(parsed - Math.round(parsed)) < TOLERANCE ? BigInt(Math.trunc(parsed)) : parsed;
}

function parseDate(text: string): readonly [bigint, bigint, bigint] | undefined {
  const parts = text.split("-");
  if (parts.length !== 3) return undefined;
  const field = (part: string | undefined, open: RegExp): bigint | undefined => (open.test(part ?? "") ? OPEN : pythonInt(part ?? ""));
  const [year, month, day] = [field(parts[0], /^(?:xx|xxxx)$/i), field(parts[1], /^xx$/i), field(parts[2], /^xx$/i)];
  if (year === undefined || month === undefined || day === undefined) return undefined;
  if (year === OPEN && month === OPEN && day === OPEN) return undefined;
  if (month !== OPEN && (month < 1n || month > 12n)) return undefined;
  if (day !== OPEN && (day < 1n || day > 31n)) return undefined;
  return [year, month, day];
}

const numberValue = (parsed: bigint | number, original: string): Value => {
  const amount = amountOf(parsed);
  const shown = typeof amount === "bigint" ? String(amount) : pythonStr(amount);
  return { kind: "number", amount, normalized: original === "" ? shown : normalize(original) };
};

/**
 * The value of an item, read from its canon where there is one and it is not empty, else from the item itself. Numbers and dates are read from the raw text; a date
 * with a year only is that number. Throws EvaluatorStops where the official evaluator raises.
 */
export function toValue(original: string, canon?: string): Value {
  const raw = canon === undefined || canon === "" ? original : canon;
  const parsed = pythonInt(raw) ?? pythonFloat(raw);
  if (parsed !== undefined) return numberValue(parsed, original);
  const ymd = parseDate(raw);
  if (ymd === undefined) return { kind: "text", normalized: normalize(original) };
  if (ymd[1] === OPEN && ymd[2] === OPEN) return numberValue(ymd[0], original);
  const shown = ymd.map((field) => (field === OPEN ? "xx" : String(field))).join("-");
  return { kind: "date", ymd, normalized: original === "" ? shown : normalize(original) };
}

/** Under which a set holds a value: numbers by their amount whatever their text, dates by their fields, texts by their normal form. */
function identity(value: Value): string {
  if (value.kind === "number") return `n ${value.amount}`;
  return value.kind === "date" ? `d ${value.ymd.join("-")}` : `t ${value.normalized}`;
}

/** Values without repetitions; of equal ones the first stays, and with it the text it is matched by. */
export function distinct(values: readonly Value[]): readonly Value[] {
  const kept = new Map<string, Value>();
  for (const value of values) if (!kept.has(identity(value))) kept.set(identity(value), value);
  return [...kept.values()];
}

/** Whether a predicted value will do for a target: by normal form, or by amount or date. */
export function matches(target: Value, predicted: Value): boolean {
  if (target.normalized === predicted.normalized) return true;
  if (target.kind === "number" && predicted.kind === "number") return near(target.amount, predicted.amount);
  return target.kind === "date" && predicted.kind === "date" && target.ymd.every((field, i) => field === predicted.ymd[i]);
}

function near(a: Amount, b: Amount): boolean {
  if (typeof a === "bigint" && typeof b === "bigint") return a === b;
  return Math.abs(Number(a) - Number(b)) < TOLERANCE;
}
