/** Texts, numbers and dates in forms that can be compared. */

/** Lower case, blanks of every kind as one, typographic quotes and dashes as plain ones, signs that nobody sees left out. */
export function plain(text: string): string {
  return withoutInvisible(text)
    .normalize("NFKC")
    .toLowerCase()
    .replace(/[‘’´`]/g, "'")
    .replace(/[“”]/g, '"')
    .replace(/[‐-―−]/g, "-")
    .replace(/\s+/g, " ")
    .trim();
}

/** A value broken up by signs that nobody sees reads as if they were not there. */
export function withoutInvisible(text: string): string {
  return text.replace(/[\u00ad\u180e\u200b-\u200f\u2060-\u2064\ufeff]/g, "");
}

/** Runs of letters and digits. */
export const wordsOf = (text: string): readonly string[] => text.match(/[\p{L}\p{N}]+/gu) ?? [];

export interface Found {
  readonly found: string;
  readonly at: number;
}

/** Figures in any usual spelling (1,234.5, 1 234.5, 1.234,5, 1234.50), each as its digits without separators and zeros at the ends; two readings where a mark may be either. */
export function figuresIn(text: string): readonly (Found & { readonly readings: readonly string[] })[] {
  return [...text.matchAll(/(?<![\p{L}\p{N}_.,])\d+(?:[.,'\u00a0\u202f ]\d{3}(?!\d))*(?:[.,]\d+)?(?![\p{L}_]{5})/gu)].map((match) => {
    const bare = match[0].replace(/['\u00a0\u202f ]/g, "");
    const whole = bare.replace(/[.,]/g, "");
    const [, before = bare, after = ""] = /^(.*)[.,](\d+)$/.exec(bare) ?? [];
    const decimal = `${before.replace(/[.,]/g, "")}.${after}`.replace(/0+$/, "").replace(/\.$/, "");
    return { found: match[0], at: match.index, readings: [...new Set([whole, decimal])].map((digits) => digits.replace(/^0+(?=\d)/, "")) };
  });
}

/** How many digits of a figure carry information: 1200 has two, 0.05 one. */
export function significantDigits(reading: string): number {
  return reading.replace(".", "").replace(/^0+/, "").replace(/0+$/, "").length;
}

const MONTHS = "jan|feb|mar|apr|may|jun|jul|aug|sep|oct|nov|dec".split("|");

/** Days in any usual spelling, as y-m-d; two readings where day and month may stand in either order. */
export function daysIn(text: string): readonly (Found & { readonly readings: readonly string[] })[] {
  const name = "(jan|feb|mar|apr|may|jun|jul|aug|sep|oct|nov|dec)[a-z]*\\.?";
  const month = (word: string | undefined): number => MONTHS.indexOf((word ?? "").slice(0, 3).toLowerCase()) + 1;
  const year = (digits: string | undefined): number => (digits?.length === 2 ? 1900 + Number(digits) : Number(digits));
  const forms: readonly (readonly [RegExp, (m: RegExpMatchArray) => readonly (readonly number[])[]])[] = [
    [new RegExp(`\\b${name} (\\d{1,2})(?:st|nd|rd|th)?,? (\\d{4})\\b`, "gi"), (m) => [[year(m[3]), month(m[1]), Number(m[2])]]],
    [new RegExp(`\\b(\\d{1,2})(?:st|nd|rd|th)?(?: of)? ${name},? (\\d{4})\\b`, "gi"), (m) => [[year(m[3]), month(m[2]), Number(m[1])]]],
    [/\b(\d{4})[-/.](\d{1,2})[-/.](\d{1,2})\b/g, (m) => [[year(m[1]), Number(m[2]), Number(m[3])]]],
    [/\b((?:19|20)\d\d)(\d\d)(\d\d)\b/g, (m) => [[year(m[1]), Number(m[2]), Number(m[3])]]],
    [
      /\b(\d{1,2})[-/.](\d{1,2})[-/.](\d{4}|\d{2})\b/g,
      (m) => [
        [year(m[3]), Number(m[1]), Number(m[2])],
        [year(m[3]), Number(m[2]), Number(m[1])],
      ],
    ],
  ];
  return forms.flatMap(([form, read]) =>
    [...text.matchAll(form)].map((m) => ({ found: m[0], at: m.index, readings: read(m).map((parts) => parts.join("-")) })),
  );
}
