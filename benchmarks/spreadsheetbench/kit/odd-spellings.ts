/** Values in spellings that no workbook shows but a lesson may use: they tell as much. */
import type { DateIn } from "./dates-in.ts";
import { type NumberIn, significantDigits, wordsOf } from "./plain-text.ts";

/** Takes signs out of a text that nobody sees; a value broken up by them reads as if they were not there. */
export function withoutInvisible(text: string): string {
  return text.replace(/[\u00ad\u180e\u200b-\u200f\u2060-\u2064\ufeff]/g, "");
}

const numberOf = (found: string, at: number, digits: string): NumberIn => {
  const value = Number(digits);
  const decimals = /\.(\d+)$/.exec(digits)?.[1]?.length ?? 0;
  return { found: found.trim(), at, value, decimals, significant: significantDigits(value) };
};

const plainDigits = (text: string): string => text.replace(/[,'\u00a0\u202f ]/g, "");

/** How each spelling reads: its expression and the digits with a decimal point. */
const SPELLINGS: readonly (readonly [RegExp, (match: RegExpMatchArray) => string])[] = [
  // 5.463,26 and 463,26
  [
    /(?<![\p{L}\p{N}_.,])(\d{1,3}(?:\.\d{3})+|\d+),(\d{1,6})(?![\p{L}\p{N}_]|[.,]\d)/gu,
    ([, whole, part]) => `${whole?.replaceAll(".", "")}.${part}`,
  ],
  // 5.463.260 and 5.463
  [/(?<![\p{L}\p{N}_.,])(\d{1,3}(?:\.\d{3})+)(?![\p{L}\p{N}_]|[.,]\d)/gu, ([, whole]) => `${whole?.replaceAll(".", "")}`],
  // 1234km, 12.5kg, 1234th
  [
    /(?<![\p{L}\p{N}_.$,])(\d{1,3}(?:,\d{3})+|\d+)(\.\d+)?(?=\p{L}{1,4}(?![\p{L}\p{N}_]))/gu,
    ([, whole, part]) => plainDigits(whole ?? "") + (part ?? ""),
  ],
  // EUR1234.50, Rs.1234
  [
    /(?<![\p{L}\p{N}_])(?:[A-Z]{3}|Rs\.?|kr\.?)(\d{1,3}(?:,\d{3})+|\d+)(\.\d+)?(?![\p{L}\p{N}_]|\.\d)/gu,
    ([, whole, part]) => plainDigits(whole ?? "") + (part ?? ""),
  ],
  // 1.2345e3
  [/(?<![\p{L}\p{N}_.$])(\d+(?:\.\d+)?[eE][-+]?\d{1,2})(?![\p{L}\p{N}_]|\.\d)/gu, ([, all]) => String(Number(all))],
];

/** Numbers that `numbersIn` takes for something else. */
export function oddNumbersIn(text: string): readonly NumberIn[] {
  return SPELLINGS.flatMap(([pattern, read]) =>
    [...text.matchAll(pattern)].map((match) => numberOf(match[0], match.index ?? 0, read(match))),
  );
}

/** Days written as one number of eight digits, 20240111. */
export function compactDatesIn(text: string, dayNumber: (y: number, m: number, d: number) => number | undefined): readonly DateIn[] {
  return [...text.matchAll(/(?<!\d)((?:19|20)\d{2})(0[1-9]|1[0-2])(0[1-9]|[12]\d|3[01])(?!\d)/g)].map((match) => ({
    found: match[0],
    at: match.index,
    days: [dayNumber(Number(match[1]), Number(match[2]), Number(match[3])) ?? []].flat(),
  }));
}

/** Where all words of `value` stand side by side in another order, as in "Okafor, Ada"; undefined when they do not. Both texts as `plain` has them. */
export function reordered(value: string, text: string): { readonly found: string; readonly at: number } | undefined {
  const wanted = wordsOf(value);
  if (wanted.length < 2 || wanted.length > 5) return undefined;
  const sorted = [...wanted].sort().join(" ");
  const words = [...text.matchAll(/[\p{L}\p{N}]+/gu)];
  for (let i = 0; i + wanted.length <= words.length; i += 1) {
    const run = words.slice(i, i + wanted.length);
    const [first, last] = [run[0], run.at(-1)];
    if (first === undefined || last === undefined) continue;
    if (
      run
        .map(([word]) => word)
        .sort()
        .join(" ") !== sorted
    )
      continue;
    return { found: text.slice(first.index, last.index + last[0].length), at: first.index };
  }
  return undefined;
}
