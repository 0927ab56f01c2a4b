/**
 * Text and numbers as Python 2.7 has them, which the published evaluator is written in: Unicode 5.2, `int()` and `float()` on unicode text. Checked against
 * CPython 2.7.18 character by character (python2-text.test.ts says how).
 */

/** `unicode.isspace()`: what `strip()`, `\s` under re.U, `int()` and `float()` take for blank. Later Unicode versions no longer count U+180E. */
const BLANKS =
  "\t\n\v\f\r\x1c\x1d\x1e\x1f \x85\xa0\u1680\u180e\u2000\u2001\u2002\u2003\u2004\u2005\u2006\u2007\u2008\u2009\u200a\u2028\u2029\u202f\u205f\u3000";
// biome-ignore lint/suspicious/noControlCharactersInRegex: Python's separators U+001C to U+001F are blanks.
const BLANK_RUNS = /[\t-\r\x1c-\x20\x85\xa0\u1680\u180e\u2000-\u200a\u2028\u2029\u202f\u205f\u3000]+/g;

/**
 * Characters whose decomposition, mark, case or digit value is younger than Unicode 5.2 or has changed since: Python 2.7 leaves them as they are. Cherokee
 * (13a0–13f5) got small letters in Unicode 8.
 */
const YOUNGER =
  "37f 526-52e 65f 7fd 859-8ff 93a 956-957 9fe afa-aff b55 c00 c04 c3c c81 d00-d01 d3b-d3c d81 de6-def eba ece f8d-f8f 10c7-10cd 135d-135e 13a0-13f5 17b4-17b5 " +
  "180f 1885-1886 1a1b 1ab0-1aeb 1bab-1bad 1be6-1bf1 1c89-1cbf 1cf4-1cf9 1de7-1dfc 2095-209c 2c2f 2cf2 2d7f 32ff a660 a674-a67b a698-a69f a78d-a7f9 a82c a8c5 a8ff " +
  "a9bd a9e5-a9f9 aa7c aaec-ab69 fa2e-fa2f fe27-fe2f 102e0 10376-1037a 104b0-107ba 10ae5-10ae6 10c80-10d6d 10eab-1107f 110c2-11f5a 13440-1cf46 1da00-1eebb 1f130 " +
  "1f132-1f13c 1f13e 1f140-1f141 1f143-1f145 1f147-1f149 1f14f 1f16a-1f16c 1f201-1f202 1f232-1f23b 1f250-1fbf9";
const classOf = (ranges: string): string => ranges.replace(/[0-9a-f]+/g, (hex) => `\\u{${hex}}`).replaceAll(" ", "");
const YOUNGER_RUNS = new RegExp(`([${classOf(YOUNGER)}]+)`, "u");
const ANY_YOUNGER = new RegExp(`[${classOf(YOUNGER)}]`, "u");

/** Non-spacing marks; three of Unicode 5.2 have another category today. */
const MARKS = /[\p{Mn}\u1734\u302e\u302f]/gu;

/** Text without the blanks of Python 2 at both ends. Walks inwards: a pattern anchored at the end is quadratic in long blanks. */
export function strip(text: string): string {
  let start = 0;
  let end = text.length;
  while (start < end && BLANKS.includes(text.charAt(start))) start += 1;
  while (end > start && BLANKS.includes(text.charAt(end - 1))) end -= 1;
  return text.slice(start, end);
}

/** Every run of blanks as one ordinary blank. */
export const collapseBlanks = (text: string): string => text.replace(BLANK_RUNS, " ");

/** Decomposition sorts a run of marks by their class, in quadratic time. No language has runs as long as this; they are left in their order. */
const MANY_MARKS = /(\p{M}{50,})/u;

/** Compatibility decomposition without non-spacing marks, so that é is e and ５ is 5. */
export function withoutMarks(text: string): string {
  const plain = (part: string): string =>
    part
      .split(MANY_MARKS)
      .map((piece, i) => (i % 2 === 1 ? piece : piece.normalize("NFKD")).replace(MARKS, ""))
      .join("");
  if (!ANY_YOUNGER.test(text)) return plain(text);
  return text
    .split(YOUNGER_RUNS)
    .map((part, i) => (i % 2 === 1 ? part : plain(part)))
    .join("");
}

/** `unicode.lower()`: character by character, so a sigma at the end of a word stays an ordinary small sigma. */
export function lower(text: string): string {
  // biome-ignore lint/suspicious/noControlCharactersInRegex: nearly all text is ASCII, for which the built-in does the same and faster.
  if (/^[\x00-\x7f]*$/.test(text)) return text.toLowerCase();
  let out = "";
  for (const char of text) out += char === "\u0130" ? "i" : ANY_YOUNGER.test(char) ? char : char.toLowerCase();
  return out;
}

const DECIMAL = /[\p{Nd}\u{19da}]/u;
const FOREIGN_DECIMALS = /[^\P{Nd}0-9]|\u{19da}/gu;

/** Value 0–9 of a decimal digit of any script. Decimal digits come in unbroken runs of ten, so the place in the run is the value. */
function digitValue(digit: string): string {
  const code = digit.codePointAt(0) ?? 0;
  if (code === 0x19da) return "1";
  let start = code;
  while (DECIMAL.test(String.fromCodePoint(start - 1))) start -= 1;
  return String((code - start) % 10);
}

/** What the number parsers get to see: digits of any script as ASCII, blanks as ordinary ones. */
function numeral(text: string): string {
  const blanked = collapseBlanks(text);
  // biome-ignore lint/suspicious/noControlCharactersInRegex: the quick way for ASCII text.
  if (/^[\x00-\x7f]*$/.test(blanked)) return blanked.trim();
  return blanked.replace(FOREIGN_DECIMALS, (digit) => (ANY_YOUNGER.test(digit) ? digit : digitValue(digit))).trim();
}

/** `int(text)`; undefined where it raises. Blanks may stand around the number and, unlike in Python 3, behind its sign; there are no underscores. */
export function pythonInt(text: string): bigint | undefined {
  const match = /^([+-]?) *0*([0-9]+)$/.exec(numeral(text));
  if (match === null) return undefined;
  const digits = match[2] ?? "";
  // Longer ones are beyond every use here: the evaluator stops at them (BEYOND_FLOAT); reading them all would only take time.
  const value = digits.length > MAX_DIGITS ? BEYOND_FLOAT : BigInt(digits);
  return match[1] === "-" ? -value : value;
}

const MAX_DIGITS = 400;
/** An integer that `float()` refuses with OverflowError. */
const BEYOND_FLOAT = 10n ** 400n;

/** `float(text)` where it is a finite number; undefined where it raises or gives an infinity or NaN, which the evaluator takes for no number. */
export function pythonFloat(text: string): number | undefined {
  const plain = numeral(text);
  if (!/^[+-]?(?:[0-9]+\.?[0-9]*|\.[0-9]+)(?:[eE][+-]?[0-9]+)?$/.test(plain)) return undefined;
  const value = Number(plain);
  return Number.isFinite(value) ? value : undefined;
}

/** `str(x)` of a float: twelve significant digits, an exponent from 1e11 on and below 1e-4, `.0` behind what looks like an integer. */
export function pythonStr(value: number): string {
  const [digits = "", power = ""] = value.toExponential(11).split("e");
  const exponent = Number(power);
  if (exponent < -4 || exponent >= 11)
    return `${digits.replace(/\.?0+$/, "")}e${exponent < 0 ? "-" : "+"}${String(Math.abs(exponent)).padStart(2, "0")}`;
  const plain = value.toPrecision(12);
  const short = plain.includes(".") ? plain.replace(/\.?0+$/, "") : plain;
  return short.includes(".") ? short : `${short}.0`;
}
