/** Values of the reference answer inside a text. */
import type { Leak } from "../../../harness/core/contract.ts";
import { dayNumber } from "../score/cell-value.ts";
import type { AnswerFacts } from "./answer-facts.ts";
import { datesIn } from "./dates-in.ts";
import { compactDatesIn, oddNumbersIn, reordered } from "./odd-spellings.ts";
import { isOrdinary } from "./ordinary-words.ts";
import { numbersIn, plain, significantDigits, wordsOf } from "./plain-text.ts";

type Placed = Leak & { readonly at: number };
const why = "is a value of the reference answer";

/** Numbers that say something about spreadsheets or calendars rather than about one answer. */
const COMMON = new Set([
  101, 128, 255, 256, 360, 364, 365, 366, 512, 1024, 2048, 4096, 8192, 16_384, 32_767, 65_536, 1_048_576, 25_569, 3600, 86_400, 1440,
]);
const isYear = (n: number): boolean => Number.isInteger(n) && n >= 1900 && n <= 2100;

const edge = /[\p{L}\p{N}]/u;

/** Where `value` stands in `text` as words of their own; both as `plain` has them. */
function placesOf(value: string, text: string): number[] {
  const places: number[] = [];
  for (let at = text.indexOf(value); at >= 0; at = text.indexOf(value, at + 1)) {
    const [before = "", after = ""] = [text[at - 1], text[at + value.length]];
    const inside = (edge.test(before) && edge.test(value[0] ?? "")) || (edge.test(after) && edge.test(value.at(-1) ?? ""));
    if (!inside) places.push(at);
  }
  return places;
}

/** A single word gives a value away only where it is quoted or written as a name in the middle of a sentence. */
function namedInText(word: string, text: string): string | undefined {
  const escaped = word.replace(/[.*+?^${}()|[\]\\]/g, "\\$&");
  const quoted = new RegExp(`["'\`“‘«]${escaped}["'\`”’»]`, "iu").exec(text);
  if (quoted !== null) return quoted[0].slice(1, -1);
  const proper = `${escaped.slice(0, 1).toUpperCase()}${escaped.slice(1)}`;
  return new RegExp(`(?<=[\\p{Ll}\\p{N},] )(?:${proper}|${escaped.toUpperCase()})(?![\\p{L}\\p{N}])`, "u").exec(text)?.[0];
}

function textLeaks(text: string, facts: AnswerFacts): Placed[] {
  const flat = plain(text);
  const leaks: Placed[] = [];
  for (const value of facts.texts) {
    if (value.startsWith("#")) continue;
    const parts = wordsOf(value);
    if (parts.length === 0 || parts.every(isOrdinary)) continue;
    const at = flat.includes(value) ? placesOf(value, flat)[0] : undefined;
    if (at === undefined) {
      const turned = parts.some((part) => !isOrdinary(part) && !flat.includes(part)) ? undefined : reordered(value, flat);
      if (turned !== undefined) leaks.push({ ...turned, why });
      continue;
    }
    if (parts.length > 1 || /\p{N}/u.test(value) || /[^\p{Script=Latin}\p{P}\s]/u.test(value))
      leaks.push({ found: flat.slice(at, at + value.length), why, at });
    else {
      const found = namedInText(value, text);
      if (found !== undefined) leaks.push({ found, why, at });
    }
  }
  return leaks;
}

/** Equal, or the answer rounded to the digits that are written, when enough of them are. */
function tells(written: { value: number; decimals: number; significant: number }, answer: number): boolean {
  if (Math.abs(written.value - answer) <= Math.abs(answer) * 1e-9) return true;
  if (written.decimals === 0 || written.significant < 4) return false;
  return Math.abs(written.value - answer) <= 0.5000001 * 10 ** -written.decimals && !Number.isInteger(answer);
}

function numberLeaks(text: string, facts: AnswerFacts): Placed[] {
  const secrets = facts.numbers.filter((n) => significantDigits(n) >= 3 && !COMMON.has(n) && !isYear(n)).map(Math.abs);
  if (secrets.length === 0) return [];
  return [...numbersIn(text), ...oddNumbersIn(text)]
    .filter((n) => n.significant >= 3)
    .filter((n) => secrets.some((secret) => tells({ ...n, value: Math.abs(n.value) }, secret)))
    .map(({ found, at }) => ({ found, why, at }));
}

function dateLeaks(text: string, facts: AnswerFacts): Placed[] {
  if (facts.days.size === 0) return [];
  return [...datesIn(text), ...compactDatesIn(text, dayNumber)]
    .filter(({ found, days }) => days.some((day) => facts.days.has(day)) && !facts.instruction.includes(found))
    .map(({ found, at }) => ({ found, why, at }));
}

/** Every value that gives something away; tiny integers, years and words that are everywhere do not. */
export function valueLeaks(text: string, facts: AnswerFacts): readonly Placed[] {
  return [...textLeaks(text, facts), ...numberLeaks(text, facts), ...dateLeaks(text, facts)];
}
