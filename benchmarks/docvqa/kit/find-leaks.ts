/** Everything in a text that gives away the reference answer or belongs to this task only. */
import type { Leak } from "../../../harness/core/contract.ts";
import { daysIn, type Found, figuresIn, plain, significantDigits, withoutInvisible, wordsOf } from "./plain-text.ts";

export interface TaskFacts {
  readonly answers: readonly string[];
  readonly question: string;
  readonly id: string;
  /** Document and page: also the name of its picture. */
  readonly page: string;
}

type Placed = Leak & { readonly at: number };

const isValue = "is a value of the reference answer";
const isNamed = "names a reference answer, which nobody has when the lesson is used";

/** In the order of the text, each finding once. Ordinary words, small numbers, years and what the question itself says are no leaks. */
export function findLeaks(text: string, facts: TaskFacts): readonly Leak[] {
  const seen = withoutInvisible(text);
  const all = [
    ...namings(seen),
    ...wholeAnswers(seen, facts),
    ...words(seen, facts),
    ...figures(seen, facts),
    ...days(seen, facts),
    ...constants(seen, facts),
  ];
  const leaks = new Map<string, Leak>();
  for (const { found, why } of all.sort((a, b) => a.at - b.at)) {
    const key = `${found.toLowerCase()}\n${why}`;
    if (!leaks.has(key)) leaks.set(key, { found, why });
  }
  return [...leaks.values()];
}

const placed = (found: readonly Found[], why: string): Placed[] =>
  found.map(({ found: words_, at }) => ({ found: words_.trim(), why, at }));
const matches = (text: string, pattern: RegExp): Found[] => [...text.matchAll(pattern)].map((m) => ({ found: m[0], at: m.index }));
const escaped = (text: string): string => text.replace(/[.*+?^${}()|[\]\\]/g, "\\$&");

/** Words that show that somebody has seen a reference answer. */
const NAMINGS: readonly RegExp[] = [
  /\bground[- ]?truths?\b/giu,
  /\bgold(?:en)?[- ](?:standard|answers?|labels?|references?|texts?|spans?)\b/giu,
  /\breference (?:answers?|texts?|spans?|solutions?|results?)\b/giu,
  /\b(?:expected|correct|official|hidden) (?:answers?|spans?|solutions?)(?: (?:is|was|are|were|reads?|says?)\b)/giu,
  /\banswer[- ]?keys?\b/giu,
  /\b(?:comparison|mismatch) (?:script|reports?|tool)\b/giu,
  /\bcompare\.cjs\b|\banswers\.json\b|(?:^|[\s"'`(])(?:\/work\/)?kit\/\S*/giu,
];

function namings(text: string): Placed[] {
  return NAMINGS.flatMap((pattern) => placed(matches(text, pattern), isNamed));
}

/** Words that stand in many answers and in many lessons; alone they give nothing away. */
const ORDINARY = new Set(
  (
    "yes no none true false total totals subtotal amount amounts number numbers date dates name names title titles page pages table tables figure figures form forms letter letters " +
    "invoice invoices report reports item items unit units year years month months day days chairman president director manager secretary treasurer department company university " +
    "january february march april may june july august september october november december monday tuesday wednesday thursday friday saturday sunday north south east west the and for with"
  ).split(" "),
);

/** The answer as words of their own, where it has several or holds a digit. Sets of ordinary words do not count. */
function wholeAnswers(text: string, { answers, question }: TaskFacts): Placed[] {
  const flat = plain(text);
  return answers.flatMap((answer) => {
    const value = plain(answer).replace(/^["'(]+|["'.,;:)]+$/g, "");
    const parts = wordsOf(value);
    if (parts.length < 2 || value.length < 5 || parts.every((part) => ORDINARY.has(part)) || plain(question).includes(value)) return [];
    if (/^[\d\s.,$€£%/-]+$/.test(value)) return [];
    const edged = new RegExp(`(?<![\\p{L}\\p{N}])${escaped(value)}(?![\\p{L}\\p{N}])`, "gu");
    return placed(matches(flat, edged), isValue);
  });
}

/** Single words of the answer, where they are quoted or written as names inside a sentence. */
function words(text: string, { answers, question }: TaskFacts): Placed[] {
  const asked = new Set(wordsOf(plain(question)));
  return answers.flatMap((answer) =>
    wordsOf(answer)
      .filter((word) => word.length >= 4 && /\p{L}/u.test(word) && !ORDINARY.has(word.toLowerCase()) && !asked.has(word.toLowerCase()))
      .flatMap((word) => {
        const alone = wordsOf(answer).length === 1;
        const quoted = alone ? matches(text, new RegExp(`(?<=["'\`“‘«])${escaped(word)}(?=["'\`”’»])`, "giu")) : [];
        const isName = /^\p{Lu}\p{L}*$/u.test(word) || (/\p{N}/u.test(word) && alone);
        const proper = `${word.slice(0, 1).toUpperCase()}${word.slice(1).toLowerCase()}`;
        const pattern = `(?<=[\\p{Ll}\\p{N},;:] )(?:${escaped(word)}|${escaped(proper)}|${escaped(word.toUpperCase())})(?![\\p{L}\\p{N}])`;
        return placed([...quoted, ...(isName && word.length >= 5 ? matches(text, new RegExp(pattern, "gu")) : [])], isValue);
      }),
  );
}

const isYear = (reading: string): boolean => /^(?:1[89]|20)\d\d$/.test(reading);

/** Figures of the answer with three digits or more that say something, in any spelling. */
function figures(text: string, { answers, question }: TaskFacts): Placed[] {
  const readings = (source: string): readonly string[] => figuresIn(source).flatMap((figure) => figure.readings);
  const asked = new Set(readings(question));
  const secrets = new Set(answers.flatMap(readings).filter((r) => significantDigits(r) >= 3 && !isYear(r) && !asked.has(r)));
  return placed(
    figuresIn(text).filter((figure) => figure.readings.some((reading) => secrets.has(reading))),
    isValue,
  );
}

function days(text: string, { answers, question }: TaskFacts): Placed[] {
  const secrets = new Set(answers.flatMap((answer) => daysIn(answer).flatMap((day) => day.readings)));
  for (const day of daysIn(question)) for (const reading of day.readings) secrets.delete(reading);
  return placed(
    daysIn(text).filter((day) => day.readings.some((reading) => secrets.has(reading))),
    isValue,
  );
}

/** The page's id, the question's number, and the question itself. */
function constants(text: string, { id, page, question }: TaskFacts): Placed[] {
  const document = page.replace(/_[^_]*$/, "");
  const names = new RegExp(`(?<![\\p{L}\\p{N}])${escaped(document)}(?:_\\w+)?(?:\\.(?:png|jpg))?(?![\\p{L}\\p{N}])`, "giu");
  const numbered = new RegExp(`\\b(?:task|question|id|case)(?: (?:no\\.?|number|id))? ?#?${escaped(id)}(?![\\p{N}])`, "giu");
  const flat = plain(text);
  const asked = plain(question).replace(/[?.!]+$/, "");
  const at = wordsOf(asked).length >= 4 ? flat.indexOf(asked) : -1;
  return [
    ...(document.length >= 5 ? placed(matches(text, names), "is the name of this task's page") : []),
    ...placed(matches(text, numbered), "is this task's id"),
    ...(at < 0 ? [] : [{ found: flat.slice(at, at + asked.length), why: "is the question of this task", at }]),
  ];
}
