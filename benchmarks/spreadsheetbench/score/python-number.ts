/**
 * Number grammar and rounding of Python 3, which the published evaluators are written in. Verdicts hang on details such as
 * "1_000" being a number and 2.675 rounding to 2.67, so they are ported exactly rather than approximated with Number().
 */

/** What `str.strip()` and `float()` of Python treat as blank; unlike JavaScript's trim it has U+001C–001F and U+0085 and lacks U+FEFF. */
const BLANKS =
  "\t\n\v\f\r\x1c\x1d\x1e\x1f \x85\xa0\u1680\u2000\u2001\u2002\u2003\u2004\u2005\u2006\u2007\u2008\u2009\u200a\u2028\u2029\u202f\u205f\u3000";
const DECIMAL = /\p{Nd}/u;
const NON_ASCII_DECIMALS = /[^\P{Nd}0-9]/gu;
const FLOAT = /^[+-]?(?:(?:\d+\.?\d*|\.\d+)(?:e[+-]?\d+)?|inf|infinity|nan)$/i;
const INT = /^[+-]?\d+$/;
/** CPython refuses to convert longer decimal strings to int (`sys.int_info.default_max_str_digits`). */
const MAX_INT_DIGITS = 4300;

/** Text without the blanks Python strips from both ends. Walks inwards, because a pattern anchored at the end is quadratic in long blanks. */
export function pythonStrip(text: string): string {
  let start = 0;
  let end = text.length;
  while (start < end && BLANKS.includes(text.charAt(start))) start += 1;
  while (end > start && BLANKS.includes(text.charAt(end - 1))) end -= 1;
  return text.slice(start, end);
}

/** Value 0–9 of a decimal digit of any script. Decimal digits come in unbroken runs of ten, so the place in the run is the value. */
function digitValue(digit: string): number {
  const code = digit.codePointAt(0) ?? 0;
  let start = code;
  while (DECIMAL.test(String.fromCodePoint(start - 1))) start -= 1;
  return (code - start) % 10;
}

/** The text with foreign digits as ASCII and digit-group underscores removed; undefined when an underscore stands where Python forbids it. */
function plainNumberText(text: string): string | undefined {
  const ascii = pythonStrip(text).replace(NON_ASCII_DECIMALS, (digit) => String(digitValue(digit)));
  if (!ascii.includes("_")) return ascii;
  if (/^_|_$|[^0-9]_|_[^0-9]/.test(ascii)) return undefined;
  return ascii.replaceAll("_", "");
}

/** Plain spellings need none of the care below; nearly every number cell is one. */
const PLAIN_FLOAT = /^-?\d+(?:\.\d+)?(?:[eE][+-]?\d+)?$/;
const PLAIN_INT = /^\d{1,15}$/;

/** `float(text)`: the nearest double, ±Infinity on overflow, NaN for "nan"; undefined where Python raises ValueError. */
export function pythonFloat(text: string): number | undefined {
  if (PLAIN_FLOAT.test(text)) return Number(text);
  const plain = plainNumberText(text);
  if (plain === undefined || !FLOAT.test(plain)) return undefined;
  const number = Number(plain);
  if (!Number.isNaN(number)) return number;
  if (/nan/i.test(plain)) return Number.NaN;
  return plain.startsWith("-") ? Number.NEGATIVE_INFINITY : Number.POSITIVE_INFINITY;
}

/** `int(text)` as the nearest double, ±Infinity when the integer is beyond every double; undefined where Python raises ValueError. */
export function pythonInt(text: string): number | undefined {
  if (PLAIN_INT.test(text)) return Number(text);
  const plain = plainNumberText(text);
  if (plain === undefined || !INT.test(plain)) return undefined;
  if (plain.length - (/^[+-]/.test(plain) ? 1 : 0) > MAX_INT_DIGITS) return undefined;
  return Number(plain) + 0; // the integer -0 is 0
}

/** `round(x)` and `round(x, 0)`: to the nearest integer, halves to the even one. */
export function roundHalfEven(x: number): number {
  const below = Math.floor(x);
  const rest = x - below;
  if (rest < 0.5) return below;
  if (rest > 0.5) return below + 1;
  return below % 2 === 0 ? below : below + 1;
}

/**
 * `round(x, 2)`: the double nearest to the exact binary value rounded to two decimals, halves to even.
 * toFixed works on the exact value too and differs only for exact halves, which exist only where x is an odd multiple of 1/8.
 */
export function roundTo2(x: number): number {
  const size = Math.abs(x);
  if (!(size < 2 ** 50)) return x; // no two decimals left, or not finite
  const eighths = size * 8;
  if (!Number.isInteger(eighths) || eighths % 2 === 0) return Number(x.toFixed(2));
  const twiceHundredths = BigInt(eighths) * 25n;
  const lower = twiceHundredths / 2n;
  const even = lower % 2n === 0n ? lower : lower + 1n;
  const digits = even.toString().padStart(3, "0");
  const rounded = Number(`${digits.slice(0, -2)}.${digits.slice(-2)}`);
  return x < 0 ? -rounded : rounded;
}
