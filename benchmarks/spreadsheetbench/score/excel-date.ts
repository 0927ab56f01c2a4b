/** Serial numbers and ISO texts to dates, as openpyxl 3.1.3 converts them (`utils/datetime.py`, Python's datetime arithmetic). */
import type { CellValue, DateTime, Duration } from "./cell-value.ts";
import { dayNumber, FIRST_DAY, LAST_DAY, MICROS_PER_DAY } from "./cell-value.ts";
import { pythonFloat, pythonInt, roundHalfEven } from "./python-number.ts";

/** Day 0 of a workbook's date system, as a day number (0 = 1899-12-30). */
export const EPOCH_1900 = 0;
export const EPOCH_1904 = 1462;

const MS_PER_DAY = 86_400_000;
/** Python's timedelta holds at most this many days either way. */
const MAX_TIMEDELTA_DAYS = 999_999_999;

function inCalendar(days: number): boolean {
  return days >= FIRST_DAY && days <= LAST_DAY;
}

/**
 * A serial number under a date format: a time of day for 0 ≤ serial < 1, else a datetime; milliseconds are rounded half to even.
 * In the 1900 system serials below 60 are moved by the day Excel's false leap year takes. Undefined outside the years 1–9999.
 */
export function dateFromSerial(serial: number, epoch: number): CellValue | undefined {
  if (!Number.isFinite(serial)) return undefined;
  let day = Math.floor(serial);
  const ms = roundHalfEven((serial - day) * 86_400 * 1000);
  if (serial >= 0 && serial < 1 && ms < MS_PER_DAY) return { kind: "time", micros: ms * 1000 };
  if (serial > 0 && serial < 60 && epoch === EPOCH_1900) day += 1;
  if (!inCalendar(epoch + day)) return undefined;
  const days = epoch + day + (ms === MS_PER_DAY ? 1 : 0); // a fraction may round up to the next midnight
  if (!inCalendar(days)) return undefined;
  return { kind: "datetime", days, micros: ms === MS_PER_DAY ? 0 : ms * 1000 };
}

/** `timedelta` of whole days and microseconds that may exceed a day; undefined where Python overflows. */
function duration(days: number, micros: number): Duration | undefined {
  const carry = Math.floor(micros / MICROS_PER_DAY);
  const total = days + carry;
  if (Math.abs(total) > MAX_TIMEDELTA_DAYS) return undefined;
  return { kind: "duration", days: total, micros: micros - carry * MICROS_PER_DAY };
}

/** A serial number under an elapsed-time format: microseconds first, then milliseconds, both half to even. Undefined on overflow. */
export function durationFromSerial(serial: number): Duration | undefined {
  if (!Number.isFinite(serial)) return undefined;
  const whole = Math.trunc(serial);
  const exact = duration(whole, roundHalfEven((serial - whole) * MICROS_PER_DAY));
  if (exact === undefined) return undefined;
  const second = Math.floor(exact.micros / 1_000_000) * 1_000_000;
  return duration(exact.days, second + roundHalfEven((exact.micros - second) / 1000) * 1000);
}

const N2 = "\\p{Nd}{2}";
const ISO = new RegExp(`^((\\p{Nd}{4})-(${N2})-(${N2}))?T?((${N2}):(${N2})(:(${N2})(\\.\\p{Nd}{1,3})?)?)?Z?`, "u");
const ISO_DURATION = /^PT((\p{Nd}+)H)?((\p{Nd}+)M)?((\p{Nd}+(?:\.\p{Nd}{1,3})?)S)?/u;

/**
 * The text of a `t="d"` cell: a date, a time, a datetime or a duration; what follows a recognised beginning is ignored.
 * Undefined where openpyxl raises, which makes the whole workbook unreadable there.
 */
export function fromIsoText(text: string): CellValue | undefined {
  const match = ISO.exec(text);
  const [, date, year, month, day, time, hour, minute, , second, fraction] = match ?? [];
  if (date !== undefined || time !== undefined) {
    const int = (digits: string | undefined) => (digits === undefined ? 0 : (pythonInt(digits) ?? 0));
    const [h, m, s] = [int(hour), int(minute), int(second)];
    if (h > 23 || m > 59 || s > 59) return undefined;
    const micros = ((h * 60 + m) * 60 + s) * 1_000_000 + Math.trunc((pythonFloat(fraction ?? "0") ?? 0) * 1_000_000);
    if (date === undefined) return { kind: "time", micros };
    const days = dayNumber(int(year), int(month), int(day));
    if (days === undefined) return undefined;
    return time === undefined ? { kind: "date", days } : ({ kind: "datetime", days, micros } satisfies DateTime);
  }
  const [, , hours, , minutes, , seconds] = ISO_DURATION.exec(text) ?? [];
  if (hours === undefined && minutes === undefined && seconds === undefined) return undefined;
  const float = (digits: string | undefined) => (digits === undefined ? 0 : (pythonFloat(digits) ?? 0));
  const wholeSeconds = float(hours) * 3600 + float(minutes) * 60 + Math.trunc(float(seconds));
  if (!Number.isFinite(wholeSeconds)) return undefined;
  const days = Math.floor(wholeSeconds / 86_400);
  const rest = float(seconds) - Math.trunc(float(seconds));
  return duration(days, (wholeSeconds - days * 86_400) * 1_000_000 + roundHalfEven(rest * 1_000_000));
}
