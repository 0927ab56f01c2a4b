/** Constants of one task inside a text: where its answer goes, what its files, sheets and columns are called. */
import type { Leak } from "../../../harness/core/contract.ts";
import type { AnswerFacts } from "./answer-facts.ts";

type Placed = Leak & { readonly at: number };

const RANGE =
  /(?<![\p{L}\p{N}_$])(\$?[A-Z]{1,3}\$?\d{1,7}|\$?[A-Z]{1,3}):(\$?[A-Z]{1,3}\$?\d{1,7}|\$?[A-Z]{1,3}|\d{1,7})(?![\p{L}\p{N}_(])/gu;
const CELL = /(?<![\p{L}\p{N}_$:])\$?[A-Z]{1,3}\$?\d{1,7}(?![\p{L}\p{N}_(:])/gu;
/** Corners that every explanation uses. */
const EXAMPLE_CELLS = new Set(["A1", "A2", "B1", "B2", "C1", "C2", "D1", "D2"]);
const EXAMPLE_RANGES = /^(?:A1:|[A-Z]:[A-Z]$|[A-D][12]:[A-D](?:5|10|20|100|1000)$)/;

const bare = (reference: string): string => reference.replaceAll("$", "").toUpperCase();

function placed(text: string, pattern: RegExp, why: string): Placed[] {
  return [...text.matchAll(pattern)].map((match) => ({ found: match[0].trim(), why, at: match.index }));
}

function positionLeaks(text: string, { position, instruction }: AnswerFacts): Placed[] {
  const inAnswer = new Set([...position.toUpperCase().matchAll(RANGE)].map((match) => bare(match[0])));
  const asked = new Set([...instruction.matchAll(RANGE)].map((match) => bare(match[0])));
  const cells = new Set(
    [...inAnswer].flatMap((range) => range.split(":")).filter((cell) => /^[A-Z]+\d+$/.test(cell) && !EXAMPLE_CELLS.has(cell)),
  );
  for (const [cell] of position.toUpperCase().matchAll(CELL)) if (!EXAMPLE_CELLS.has(bare(cell))) cells.add(bare(cell));
  const leaks: Placed[] = [];
  for (const match of text.matchAll(RANGE)) {
    const range = bare(match[0]);
    if (inAnswer.has(range)) leaks.push({ found: match[0], why: "is this task's answer position", at: match.index });
    else if (asked.has(range) && !EXAMPLE_RANGES.test(range))
      leaks.push({ found: match[0], why: "is a range of this task's instruction", at: match.index });
  }
  for (const match of text.matchAll(CELL)) {
    if (cells.has(bare(match[0]))) leaks.push({ found: match[0], why: "is a cell of this task's answer position", at: match.index });
  }
  return leaks;
}

const escapeRegExp = (text: string): string => text.replace(/[.*+?^${}()|[\]\\]/g, "\\$&");
const quotedOrNot = (name: string): RegExp => new RegExp(`(?<![\\p{L}\\p{N}])${escapeRegExp(name)}(?![\\p{L}\\p{N}])`, "giu");

const DEFAULT_SHEET = /^(?:sheet|tabelle|feuil|hoja|blad|foglio|planilha|list|ark|arkusz|лист|工作表)\s*\(?\d*\)?$/iu;

/** A name is distinctive when nobody would write it by chance: several words, or letters mixed with digits or underscores. */
function isDistinctive(name: string): boolean {
  const words = name.match(/[\p{L}\p{N}]+/gu) ?? [];
  return words.length >= 2 ? name.length >= 6 : name.length >= 4 && /\p{L}/u.test(name) && /[\p{N}_]/u.test(name);
}

function sheetLeaks(text: string, facts: AnswerFacts): Placed[] {
  const why = "is the name of a sheet of this task's workbook";
  return facts.sheetNames
    .filter((name) => !DEFAULT_SHEET.test(name.trim()) && name.trim().length >= 3)
    .flatMap((name) => {
      if (isDistinctive(name)) return placed(text, quotedOrNot(name.trim()), why);
      // One ordinary word ("Orders") is a constant only where it is used as a sheet's name.
      const word = escapeRegExp(name.trim());
      const used = new RegExp(`(?<=["'\`“‘])${word}(?=["'\`”’])|(?<![\\p{L}\\p{N}])${word}(?=!\\$?[A-Z]|['"]?\\])`, "gu");
      return placed(text, used, why);
    });
}

/** Ordinary column names ("Order Date") are how lessons speak; long and coded ones belong to one workbook. */
function headingLeaks(text: string, facts: AnswerFacts): Placed[] {
  const why = "is a heading found in this task's workbook only";
  const belongs = (name: string): boolean => {
    const words = name.match(/[\p{L}\p{N}]+/gu) ?? [];
    const coded = words.some((word) => word.length >= 5 && /\p{L}/u.test(word) && /\p{N}/u.test(word));
    return words.length >= 5 || name.length >= 28 || coded || /\p{L}_\p{L}/u.test(name);
  };
  return facts.headings
    .map((name) => name.trim())
    .filter((name) => name.length >= 6 && belongs(name))
    .flatMap((name) => placed(text, quotedOrNot(name), why));
}

function idLeaks(text: string, { id, fileNames }: AnswerFacts): Placed[] {
  const number = escapeRegExp(id);
  const named = new RegExp(`\\b(?:task|instance|case|problem|question|id) (?:no\\. ?|number |#)?${number}(?![\\p{N}-])`, "giu");
  const alone =
    id.length >= 5
      ? placed(text, new RegExp(`(?<![\\p{L}\\p{N}.,-])${number}(?![\\p{L}\\p{N}-]|[.,]\\p{N})`, "gu"), "is this task's id")
      : [];
  const files = fileNames.flatMap((name) => placed(text, new RegExp(escapeRegExp(name), "giu"), "is a file name of this task"));
  return [...placed(text, named, "names this task"), ...alone, ...files];
}

/** Every constant of the task that stands in the text. */
export function constantLeaks(text: string, facts: AnswerFacts): readonly Placed[] {
  return [...positionLeaks(text, facts), ...sheetLeaks(text, facts), ...headingLeaks(text, facts), ...idLeaks(text, facts)];
}
