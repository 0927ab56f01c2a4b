/** Values of cells as openpyxl 3.1.3 reads them with `data_only=True`. Error cells are plain text ("#N/A"), as they are there. */

/** A point in the proleptic Gregorian calendar. `days` counts from 1899-12-30 (day 0); `micros` is the time of day in microseconds. */
export interface DateTime {
  readonly kind: "datetime";
  readonly days: number;
  readonly micros: number;
}
/** A date without a time (only from `t="d"` cells); it equals nothing but another such date. */
export interface PlainDate {
  readonly kind: "date";
  readonly days: number;
}
export interface TimeOfDay {
  readonly kind: "time";
  readonly micros: number;
}
/** A length of time: whole days (may be negative) plus 0 ≤ micros < one day. */
export interface Duration {
  readonly kind: "duration";
  readonly days: number;
  readonly micros: number;
}
/** An integer no double can hold; Python keeps it exactly and fails only when it is converted. */
export interface HugeInteger {
  readonly kind: "huge-integer";
  readonly text: string;
}

/** null: no value. */
export type CellValue = null | boolean | number | string | DateTime | PlainDate | TimeOfDay | Duration | HugeInteger;

export const MICROS_PER_DAY = 86_400_000_000;
const MS_OF_DAY_0 = Date.UTC(1899, 11, 30);
const MS_PER_DAY = 86_400_000;

const two = (n: number) => String(n).padStart(2, "0");

/** Day number (0 = 1899-12-30) of a calendar date; undefined when there is no such date between the years 1 and 9999. */
export function dayNumber(year: number, month: number, day: number): number | undefined {
  if (year < 1 || year > 9999 || month < 1 || month > 12 || day < 1 || day > 31) return undefined;
  const date = new Date(0);
  date.setUTCFullYear(year, month - 1, day); // Date.UTC would read years below 100 as 19xx
  if (date.getUTCMonth() !== month - 1) return undefined;
  return (date.getTime() - MS_OF_DAY_0) / MS_PER_DAY;
}

/** First and last day of the calendar Python's datetime knows, as day numbers. */
export const FIRST_DAY = -693_593; // 0001-01-01
export const LAST_DAY = 2_958_465; // 9999-12-31

/** "2023-03-15" of a day number. */
function dateText(days: number): string {
  const date = new Date(MS_OF_DAY_0 + days * MS_PER_DAY);
  return `${String(date.getUTCFullYear()).padStart(4, "0")}-${two(date.getUTCMonth() + 1)}-${two(date.getUTCDate())}`;
}

/** Python's `str(datetime.time)`: "12:00:30", with six more digits only when there are microseconds. */
export function timeText(micros: number): string {
  const seconds = Math.floor(micros / 1_000_000);
  const rest = micros - seconds * 1_000_000;
  const text = `${two(Math.floor(seconds / 3600))}:${two(Math.floor(seconds / 60) % 60)}:${two(seconds % 60)}`;
  return rest === 0 ? text : `${text}.${String(rest).padStart(6, "0")}`;
}

/** A value for a message: at most 60 characters, text in quotes, "nothing" for an empty cell. */
export function describeValue(value: CellValue): string {
  if (value === null) return "nothing";
  if (typeof value === "string") return JSON.stringify(value.length > 60 ? `${value.slice(0, 57)}…` : value);
  if (typeof value !== "object") return String(value);
  switch (value.kind) {
    case "datetime":
      return `${dateText(value.days)} ${timeText(value.micros)}`;
    case "date":
      return dateText(value.days);
    case "time":
      return timeText(value.micros);
    case "duration":
      return `${value.days} days ${timeText(value.micros)}`;
    case "huge-integer":
      return `an integer of ${value.text.length} digits`;
  }
}
