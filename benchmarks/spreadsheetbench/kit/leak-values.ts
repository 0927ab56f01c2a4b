/** Values of the reference answer inside a text. */
import type { Leak } from "../../../harness/core/contract.ts";
import type { AnswerFacts } from "./answer-facts.ts";
import { numbersIn, plain, significantDigits } from "./plain-text.ts";

type Placed = Leak & { readonly at: number };
const why = "is a value of the reference answer";

/** Numbers that say something about spreadsheets or calendars rather than about one answer. */
const COMMON = new Set([
  101, 128, 255, 256, 360, 364, 365, 366, 512, 1024, 2048, 4096, 8192, 16_384, 32_767, 65_536, 1_048_576, 25_569, 3600, 86_400, 1440,
]);
const isYear = (n: number): boolean => Number.isInteger(n) && n >= 1900 && n <= 2100;

/** Single words as common in lessons about workbooks as in workbooks; alone they give nothing away. */
const ORDINARY = new Set(
  (
    "total totals subtotal subtotals grand sum average count date dates time name names value values amount amounts number numbers text type status " +
    "item items product products category price quantity unit units year years month months week weeks quarter day days hours minutes true false " +
    "none null blank empty error errors invalid valid unknown missing other others active inactive open closed pending complete completed done paid " +
    "unpaid high medium low small large pass passed fail failed male female north south east west left right first last next previous match matched " +
    "found not-found duplicate unique new old start end begin finish sheet sheets row rows column columns cell cells table data header headers key keys " +
    "result results output input formula formulas list report summary details notes note comment comments n/a null january february march april may june " +
    "july august september october november december monday tuesday wednesday thursday friday saturday sunday"
  ).split(" "),
);

const words = (text: string): readonly string[] => text.match(/[\p{L}\p{N}]+/gu) ?? [];
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
    if (value.startsWith("#") || !flat.includes(value)) continue;
    const parts = words(value);
    if (parts.length === 0 || parts.every((word) => ORDINARY.has(word))) continue;
    const at = placesOf(value, flat)[0];
    if (at === undefined) continue;
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
  return numbersIn(text)
    .filter((n) => n.significant >= 3)
    .filter((n) => secrets.some((secret) => tells({ ...n, value: Math.abs(n.value) }, secret)))
    .map(({ found, at }) => ({ found, why, at }));
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

function dateLeaks(text: string, facts: AnswerFacts): Placed[] {
  if (facts.days.size === 0) return [];
  const asked = facts.instruction;
  return DATES.flatMap(([pattern, read]) =>
    [...text.matchAll(pattern)]
      .filter((match) =>
        read(match).some(([y, m, d]) => facts.days.has(Date.UTC(Number(y), Number(m) - 1, Number(d)) / 86_400_000 + 25_569)),
      )
      .filter((match) => !asked.includes(match[0]))
      .map((match) => ({ found: match[0], why, at: match.index })),
  );
}

/** Every value that gives something away; tiny integers, years and words that are everywhere do not. */
export function valueLeaks(text: string, facts: AnswerFacts): readonly Placed[] {
  return [...textLeaks(text, facts), ...numberLeaks(text, facts), ...dateLeaks(text, facts)];
}
