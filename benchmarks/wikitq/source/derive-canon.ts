/**
 * Canonical forms for target items whose official ones were not published: our approximation of what CoreNLP's value tagger gave, marked as derived wherever it is
 * used. Numbers with separators, a currency sign, a percent sign, an ordinal ending or a unit; English dates. README.md says how often it agrees with official ones.
 */

const MONTHS = ["jan", "feb", "mar", "apr", "may", "jun", "jul", "aug", "sep", "oct", "nov", "dec"];
const month =
  "(jan|feb|mar|apr|may|june?|july?|aug|sept?|oct|nov|dec|january|february|march|april|august|september|october|november|december)\\.?";
const DAY_FIRST = new RegExp(`^(\\d{1,2}) ${month}(?:,? (\\d{4}))?$`, "i");
const MONTH_FIRST = new RegExp(`^${month} (\\d{1,2})(?:st|nd|rd|th)?(?:,? (\\d{4}))?$`, "i");
const MONTH_YEAR = new RegExp(`^${month},? (\\d{4})$`, "i");
const MONTH_ALONE = /^(january|february|march|april|may|june|july|august|september|october|november|december)$/i;

const UNITS =
  "years?|months?|weeks?|days?|hours?|minutes?|seconds?|games?|points?|goals?|teams?|events?|pages?|losses|m|km|km/h|mph|ft|kg|metres|meters|miles?|mi|inches|feet|" +
  "people|times|wins?|matches|episodes?";
const NUMBER = new RegExp(`^[£$€#]?(-?(?:\\d[\\d,]*(?:\\.\\d+)?|\\.\\d+))(?:%|st|nd|rd|th| (?:(million|billion)|${UNITS}))?$`, "i");

const two = (text: string): string => text.padStart(2, "0");
const numberOf = (name: string): string => two(String(MONTHS.indexOf(name.slice(0, 3).toLowerCase()) + 1));

function dateCanon(item: string): string | undefined {
  const dayFirst = DAY_FIRST.exec(item);
  if (dayFirst) return `${dayFirst[3] ?? "xxxx"}-${numberOf(dayFirst[2] ?? "")}-${two(dayFirst[1] ?? "")}`;
  const monthFirst = MONTH_FIRST.exec(item);
  if (monthFirst) return `${monthFirst[3] ?? "xxxx"}-${numberOf(monthFirst[1] ?? "")}-${two(monthFirst[2] ?? "")}`;
  const monthYear = MONTH_YEAR.exec(item);
  if (monthYear) return `${monthYear[2]}-${numberOf(monthYear[1] ?? "")}-xx`;
  return MONTH_ALONE.test(item) ? `xxxx-${numberOf(item)}-xx` : undefined;
}

/** A float as the published files write it: `3` is `3.0`, `0.000004` is `4e-06`. */
function floatText(value: number): string {
  if (Number.isInteger(value)) return `${value}.0`;
  const [digits, power] = value.toExponential().split("e-");
  return power !== undefined && Number(power) > 4 ? `${digits}e-${two(power)}` : String(value);
}

const scales: Readonly<Record<string, number>> = { million: 1e6, billion: 1e9 };

/** Canonical form of one item: a float, a `y-m-d` date, or the item itself. */
export function deriveCanon(item: string): string {
  const [found, digits, scale = ""] = NUMBER.exec(item) ?? [];
  if (found === undefined || digits === undefined) return dateCanon(item) ?? item;
  const number = Number(digits.replaceAll(",", ""));
  // Rounded, because 24.86 times a million is not a whole number in binary.
  return floatText(scale === "" ? number : Math.round(number * (scales[scale.toLowerCase()] ?? 1)));
}
