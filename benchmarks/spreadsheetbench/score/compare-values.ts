/** When two cells count as equal: the rule both published evaluators share. */
import type { CellValue } from "./cell-value.ts";
import { MICROS_PER_DAY, timeText } from "./cell-value.ts";
import { pythonFloat, roundHalfEven, roundTo2 } from "./python-number.ts";

/** Python's OverflowError: an integer no float can hold was to be compared. The published evaluators then call the whole case false. */
export class ComparisonError extends Error {
  override readonly name = "ComparisonError";
}

/** What is compared after normalisation; kinds never equal one another. */
type Normal =
  | { readonly kind: "none" }
  | { readonly kind: "number"; readonly value: number }
  | { readonly kind: "text"; readonly value: string }
  | { readonly kind: "date" | "duration"; readonly value: string };

/**
 * Numbers and booleans, and text Python's float() accepts, become numbers rounded to two decimals; datetimes become day serials rounded
 * half to even to whole days (fractions of a second ignored); times become their text less its last three characters.
 */
function normalise(value: CellValue): Normal {
  if (value === null) return { kind: "none" };
  if (typeof value === "number") return { kind: "number", value: roundTo2(value) };
  if (typeof value === "boolean") return { kind: "number", value: value ? 1 : 0 };
  if (typeof value === "string") {
    const number = pythonFloat(value);
    return number === undefined ? { kind: "text", value } : { kind: "number", value: roundTo2(number) };
  }
  switch (value.kind) {
    case "datetime":
      return { kind: "number", value: roundHalfEven(value.days + Math.floor(value.micros / 1_000_000) / (MICROS_PER_DAY / 1_000_000)) };
    case "time":
      return { kind: "text", value: timeText(value.micros).slice(0, -3) };
    case "date":
      return { kind: "date", value: String(value.days) };
    case "duration":
      return { kind: "duration", value: `${value.days}:${value.micros}` };
    case "huge-integer":
      throw new ComparisonError("int too large to convert to float");
  }
}

/** Whether the published evaluators call two cells equal. NaN equals nothing; an empty cell equals empty text. Throws ComparisonError. */
export function cellsEqual(gold: CellValue, candidate: CellValue): boolean {
  const [left, right] = [normalise(gold), normalise(candidate)];
  if (left.kind === "none" || right.kind === "none") {
    const other = left.kind === "none" ? right : left;
    return other.kind === "none" || (other.kind === "text" && other.value === "");
  }
  return left.kind === right.kind && left.value === right.value;
}
