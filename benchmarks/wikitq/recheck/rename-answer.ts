/** The table with the entries that are asked for under other names, and the answer that follows. */
import type { Random } from "../sample/random.ts";
import type { Target } from "../score/check-denotation.ts";
import { normalize } from "../score/normalize.ts";
import { toValue } from "../score/values.ts";
import type { Grid } from "../workbook/read-start.ts";

/** Questions that hang on how a name is spelled, or on knowledge of it. */
const ABOUT_NAMES =
  /\b(?:letters?|words?|spell\w*|alphabet\w*|longest|shortest|starts?|begins?|starting|beginning|ends? (?:in|with)|contain\w*|name[ds]? (?:after|for)|same)\b/i;

const syllables = "va ren to lis mor ka dun bel sho tar qui nef os pra lum gil".split(" ");

function newName(random: Random): string {
  const word = (): string => {
    const text = Array.from({ length: random.int(3, 4) }, () => random.pick(syllables)).join("");
    return text.charAt(0).toUpperCase() + text.slice(1);
  };
  return `${word()} ${word()}`;
}

/**
 * Undefined unless every item of the answer is a text that stands in the table as a whole cell (capitals, blanks and notes aside), nowhere else in it, neither in the
 * question nor in the header.
 */
export function renameAnswer(
  grid: Grid,
  question: string,
  target: Target,
  random: Random,
): { readonly rows: Grid; readonly target: Target } | undefined {
  if (ABOUT_NAMES.test(question)) return undefined;
  const names = new Map<string, string>();
  const asked = normalize(question);
  const [header = [], ...records] = grid;
  const cells = records.flat().map((cell) => normalize(String(cell ?? "")));
  for (const item of target.values) {
    const key = normalize(item);
    if (toValue(item).kind !== "text" || key.replace(/[^\p{L}]/gu, "").length < 3) return undefined;
    if (asked.includes(key) || header.some((cell) => normalize(String(cell ?? "")).includes(key))) return undefined;
    const touched = cells.filter((cell) => cell.includes(key));
    if (touched.length === 0 || touched.some((cell) => cell !== key)) return undefined;
    names.set(key, names.get(key) ?? newName(random));
  }
  const rename = (cell: string | number | null): string | number | null =>
    typeof cell === "string" ? (names.get(normalize(cell)) ?? cell) : cell;
  const values = target.values.map((item) => names.get(normalize(item)) ?? item);
  return { rows: [header, ...records.map((row) => row.map(rename))], target: { values, canon: values } };
}
