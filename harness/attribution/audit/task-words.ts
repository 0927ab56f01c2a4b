/** What the texts of all tasks have in common, so that what belongs to one of them can be told. */
import type { Json } from "../../core/json.ts";
import type { Task } from "../../core/record.ts";
import type { Sealed } from "../../core/sealed.ts";

/** Words in a row that are no chance any more. */
export const quotedWords = 8;

/** One task's own words: what it says, what its files are called, and what only its truth says. */
export interface TaskWords {
  /** Runs of `quotedWords` words of the task's texts. */
  readonly runs: ReadonlySet<string>;
  /** Distinctive tokens of its texts and file names. */
  readonly tokens: ReadonlySet<string>;
  /** Distinctive tokens that stand in the truth and nowhere in what an agent sees. */
  readonly secrets: ReadonlySet<string>;
}

export const wordsIn = (text: string): RegExpMatchArray[] => [...text.matchAll(/[\p{L}\p{N}]+/gu)];

/** Tokens that nobody writes by chance: letters with digits or signs inside, long numbers, file names. Lower case; versions, ranges and what every workbook has are left out. */
export function tokensIn(text: string): { readonly token: string; readonly at: number }[] {
  return [...text.matchAll(/[\p{L}\p{N}](?:[\p{L}\p{N}]|[._/#-](?=[\p{L}\p{N}]))*/gu)].flatMap((match) => {
    const token = match[0].toLowerCase();
    return isDistinctive(token) ? [{ token, at: match.index }] : [];
  });
}

function isDistinctive(token: string): boolean {
  if (token.length < 5) return false;
  if (/^\d+$/.test(token)) return token.replace(/0+$/, "").length >= 6;
  if (!/\d/.test(token)) return /^[\p{L}]+(?:_[\p{L}]+)+$/u.test(token) && token.length >= 8;
  // Versions, decimals, dates, cell ranges, ordinals and sizes are how everybody writes.
  if (
    /^v?\d+(?:[.,/-]\d+)*$/.test(token) ||
    /^v?\d+(?:\.\d+)+-[a-z]+\d*$/.test(token) ||
    /^\$?[a-z]{1,3}\$?\d{1,7}$/.test(token) ||
    /^\d+[a-z]{1,3}$/.test(token)
  )
    return false;
  return /\p{L}/u.test(token) && (token.match(/\d/g) ?? []).length >= 2;
}

/** The words of one task. */
export function wordsOfTask(task: Task, sealed: Sealed): TaskWords {
  const shown = Object.values(task.slots);
  const names = [...Object.values(task.origin), ...task.files.map(({ path }) => path)].map((path) => path.slice(path.lastIndexOf("/") + 1));
  const runs = new Set(shown.flatMap((text) => runsIn(wordsIn(text).map(([word]) => word.toLowerCase()))));
  const tokens = new Set([...shown, ...names].flatMap((text) => tokensIn(text).map(({ token }) => token)));
  const secrets = new Set(stringsIn(sealed.fields).flatMap((text) => tokensIn(text).map(({ token }) => token)));
  for (const token of tokens) secrets.delete(token);
  return { runs, tokens, secrets };
}

/** Every run of `quotedWords` words. */
export function runsIn(words: readonly string[]): string[] {
  return Array.from({ length: Math.max(0, words.length - quotedWords + 1) }, (_, i) => words.slice(i, i + quotedWords).join(" "));
}

function stringsIn(value: Json): string[] {
  if (typeof value === "string") return [value];
  if (Array.isArray(value)) return value.flatMap(stringsIn);
  return value !== null && typeof value === "object"
    ? Object.values(value).flatMap((one) => (one === undefined ? [] : stringsIn(one)))
    : [];
}
