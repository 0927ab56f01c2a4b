/** What a lesson may not give away about a question: its answer, and names and figures of this very task. */
import type { Leak } from "../../../harness/core/contract.ts";
import { normalize } from "../score/normalize.ts";
import { pythonFloat } from "../score/python2-text.ts";

export interface LeakFacts {
  readonly id: string;
  readonly question: string;
  readonly answers: readonly string[];
  readonly canons: readonly string[];
  readonly headers: readonly string[];
  /** Texts of the table's cells, header left out. */
  readonly cells: readonly string[];
}

/** Words as common in lessons as in tables; alone they give nothing away. */
const ORDINARY = new Set(
  (
    "yes no true false none total totals sum name names date dates year years month day days number numbers first last next previous same other north south east west " +
    "won lost win loss draw male female home away left right high low january february march april may june july august september october november december " +
    "monday tuesday wednesday thursday friday saturday sunday active inactive open closed unknown result results answer question table row column entry"
  ).split(" "),
);
/** Whole numbers up to this one are everywhere and no secret. */
const MOST_TINY = 12;
const FEWEST_LETTERS = 4;

const squeezed = (text: string): string =>
  normalize(text)
    .replace(/[^\p{L}\p{N}]+/gu, " ")
    .trim();

/** Numbers of a text in plain, grouped and decimal spellings. */
function numbersIn(text: string): readonly { readonly found: string; readonly value: number }[] {
  return [...text.matchAll(/(?<![\p{L}\p{N}_.])[-−]?\d+(?:[,.' \u00a0\u202f]\d{3})*(?:[.,]\d+)?(?![\p{L}\p{N}_])/gu)].flatMap(([found]) => {
    const plain = found.replace("−", "-");
    const readings = [plain.replace(/[,' \u00a0\u202f](?=\d{3})/g, ""), plain.replace(/[.' ](?=\d{3})/g, "").replace(",", ".")];
    return readings.map((reading) => ({ found: found.trim(), value: Number(reading) })).filter(({ value }) => Number.isFinite(value));
  });
}

function telling(text: string, facts: LeakFacts): string | undefined {
  const words = squeezed(text);
  if (words.replace(/[^\p{L}]/gu, "").length < FEWEST_LETTERS || ORDINARY.has(words)) return undefined;
  return facts.headers.some((header) => squeezed(header) === words) ? undefined : words;
}

/** Every finding once, the answer's first. */
export function findLeaks(text: string, facts: LeakFacts): readonly Leak[] {
  const leaks = new Map<string, string>();
  const add = (found: string, why: string): void => {
    if (!leaks.has(found)) leaks.set(found, why);
  };
  const all = ` ${squeezed(text.normalize("NFKC"))} `;
  const turned = (words: string): string => words.split(" ").reverse().join(" ");
  const asked = ` ${squeezed(facts.question)} `;
  for (const answer of facts.answers) {
    const words = telling(answer, facts);
    if (words !== undefined && (all.includes(` ${words} `) || (words.includes(" ") && all.includes(` ${turned(words)} `))))
      add(answer, "is the reference answer");
  }
  const secret = [...facts.answers, ...facts.canons].flatMap((answer) => pythonFloat(answer) ?? []);
  const named = numbersIn(facts.question).map(({ value }) => value);
  for (const { found, value } of numbersIn(text)) {
    if (Number.isInteger(value) && Math.abs(value) <= MOST_TINY) continue;
    if (secret.some((number) => Math.abs(number - value) < 1e-6)) add(found, "is the reference answer");
    else if (Math.abs(value) >= 100 && named.includes(value)) add(found, "is a figure of this question");
  }
  for (const cell of new Set(facts.cells)) {
    const words = telling(cell, facts);
    if (words !== undefined && asked.includes(` ${words} `) && all.includes(` ${words} `))
      add(cell.trim(), "is a value of this table that the question names");
  }
  if (new RegExp(`(?<![\\w-])${facts.id.replace(/[.*+?^${}()|[\]\\]/g, "\\$&")}(?![\\w-])`).test(text))
    add(facts.id, "is the id of this question");
  return [...leaks].map(([found, why]) => ({ found, why }));
}
