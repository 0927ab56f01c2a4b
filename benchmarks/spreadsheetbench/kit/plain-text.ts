/** Texts and the numbers in them, in forms that can be compared. */

/** Lower case, blanks of every kind as one, typographic quotes and dashes as plain ones. */
export function plain(text: string): string {
  return text
    .normalize("NFKC")
    .toLowerCase()
    .replace(/[‘’´`]/g, "'")
    .replace(/[“”]/g, '"')
    .replace(/[‐-―−]/g, "-")
    .replace(/\s+/g, " ")
    .trim();
}

/** Runs of letters and digits. */
export const wordsOf = (text: string): readonly string[] => text.match(/[\p{L}\p{N}]+/gu) ?? [];

export interface NumberIn {
  /** As it stands in the text. */
  readonly found: string;
  readonly at: number;
  readonly value: number;
  /** Digits behind the decimal point. */
  readonly decimals: number;
  /** Digits without zeros at either end. */
  readonly significant: number;
}

// Not inside a word, a cell name ($B$12) or a version (3.1.3); groups of three may be set apart by comma, blank or apostrophe.
const NUMBER =
  /(?<![\p{L}\p{N}_.$]|\p{L}\$|\d,)[-−]?(?:\p{Sc} ?)?(\d{1,3}(?:[,'\u00a0\u202f ]\d{3})+(?!\d)|\d+)(\.\d+)?( ?%)?(?![\p{L}\p{N}_]|\.\d)/gu;

/** How many digits of a number carry information: 1,200 has two, 0.050 one. */
export function significantDigits(number: number): number {
  const digits = Math.abs(number).toPrecision(12).replace(/e.*$/, "").replace(".", "");
  return digits.replace(/^0+/, "").replace(/0+$/, "").length;
}

/** The numbers of a text in any usual spelling; a percentage counts as the share it means and as the number before the sign. */
export function numbersIn(text: string): readonly NumberIn[] {
  const numbers: NumberIn[] = [];
  for (const match of text.matchAll(NUMBER)) {
    const [found, whole = "", fraction = "", percent] = match;
    const sign = /^[-−]/.test(found) ? -1 : 1;
    const value = sign * Number(whole.replace(/\D/g, "") + fraction);
    const base = { found: found.trim(), at: match.index, significant: significantDigits(value) };
    const decimals = Math.max(0, fraction.length - 1);
    numbers.push({ ...base, value, decimals });
    if (percent !== undefined) numbers.push({ ...base, value: value / 100, decimals: decimals + 2 });
  }
  return numbers;
}
