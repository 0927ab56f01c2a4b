/** Dates written in a text. */
import { dayNumber } from "../score/cell-value.ts";

export interface DateIn {
  readonly found: string;
  readonly at: number;
  /** Days since 1899-12-30; two where day and month can be told apart by nothing. */
  readonly days: readonly number[];
}

const MONTHS = "jan feb mar apr may jun jul aug sep oct nov dec".split(" ");
const DATES: readonly [RegExp, (m: readonly string[]) => readonly (readonly [string, string, string])[]][] = [
  [/\b(\d{4})[-/.](\d{1,2})[-/.](\d{1,2})\b/g, ([, y = "", m = "", d = ""]) => [[y, m, d]]],
  [
    /\b(\d{1,2})[-/.](\d{1,2})[-/.](\d{4})\b/g,
    ([, a = "", b = "", y = ""]) => [
      [y, a, b],
      [y, b, a],
    ],
  ],
  [/\b(\d{1,2})(?:st|nd|rd|th)?[ -]([a-z]{3})[a-z]*\.?,?[ -](\d{4})\b/gi, ([, d = "", m = "", y = ""]) => [[y, monthNumber(m), d]]],
  [/\b([a-z]{3})[a-z]*\.? (\d{1,2})(?:st|nd|rd|th)?,? (\d{4})\b/gi, ([, m = "", d = "", y = ""]) => [[y, monthNumber(m), d]]],
];

function monthNumber(word: string): string {
  return String(MONTHS.indexOf(word.toLowerCase()) + 1);
}

/** Every date that is written with a year of four digits. */
export function datesIn(text: string): readonly DateIn[] {
  return DATES.flatMap(([pattern, read]) =>
    [...text.matchAll(pattern)].map((match) => ({
      found: match[0],
      at: match.index,
      days: read(match).flatMap(([y, m, d]) => dayNumber(Number(y), Number(m), Number(d)) ?? []),
    })),
  );
}
