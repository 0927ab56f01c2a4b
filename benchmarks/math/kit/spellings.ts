/** Numbers as people write them: digits in several spellings, fractions, English words. */

/** A number found in a text, as a numerator over a denominator. */
export interface NumberIn {
  readonly found: string;
  readonly at: number;
  readonly n: number;
  readonly d: number;
  /** Places behind the decimal point. */
  readonly places: number;
}

const digits = String.raw`\d{1,3}(?:(?:,|\{,\}|\\,|[\u00a0\u202f' ])\d{3})+|\d+`;
const decimal = new RegExp(String.raw`(?<![\p{L}\p{N}_.\\])(-\s?|\u2212\s?)?(${digits})(?:\.(\d+))?(?![\p{N}_])`, "gu");
const fractions: readonly RegExp[] = [
  /(-|\u2212)?\s*\\[dt]?frac\s*\{?\s*(\d+)\s*\}?\s*\{?\s*(\d+)\s*\}?/gu,
  /(?<![\p{N}.])(-|\u2212)?(\d+)\s*(?:\/|\u2044|\bover\b)\s*(\d+)(?![\p{N}])/gu,
];

/** Every number written in digits; of a fraction its value, and its parts as well. */
export function numbersIn(text: string): readonly NumberIn[] {
  const plain = [...text.matchAll(decimal)].map((match): NumberIn => {
    const [found, sign, whole = "", part = ""] = match;
    const size = Number(`${whole.replace(/[^\d]/g, "")}${part}`);
    return { found: found.trim(), at: match.index, n: sign === undefined ? size : -size, d: 10 ** part.length, places: part.length };
  });
  const over = fractions.flatMap((expression) =>
    [...text.matchAll(expression)].map((match): NumberIn => {
      const [found, sign, top, bottom] = match;
      return { found: found.trim(), at: match.index, n: (sign === undefined ? 1 : -1) * Number(top), d: Number(bottom), places: 0 };
    }),
  );
  return [...plain, ...over, ...wordsIn(text)].filter(({ d }) => d !== 0);
}

const small =
  "zero one two three four five six seven eight nine ten eleven twelve thirteen fourteen fifteen sixteen seventeen eighteen nineteen".split(
    " ",
  );
const tens = "twenty thirty forty fifty sixty seventy eighty ninety".split(" ");
const scale: Readonly<Record<string, number>> = { hundred: 100, thousand: 1000, million: 1_000_000 };
const numeral = [...small, ...tens, ...Object.keys(scale)].join("|");
const spelled = new RegExp(String.raw`\b(?:${numeral})(?:(?:[\s-]+|\s+and\s+)(?:${numeral}))*\b`, "giu");

/** Numbers in English words, such as "two hundred and four". */
function wordsIn(text: string): readonly NumberIn[] {
  return [...text.matchAll(spelled)].map((match) => ({ found: match[0], at: match.index, n: spelledValue(match[0]), d: 1, places: 0 }));
}

function spelledValue(words: string): number {
  let total = 0;
  let group = 0;
  for (const word of words.toLowerCase().split(/[\s-]+/)) {
    const factor = scale[word];
    if (factor === 100) group = Math.max(1, group) * 100;
    else if (factor !== undefined) {
      total += Math.max(1, group) * factor;
      group = 0;
    } else if (word !== "and") group += small.includes(word) ? small.indexOf(word) : (tens.indexOf(word) + 2) * 10;
  }
  return total + group;
}
