/** The table cut to a few rows with other figures, so that a figure worked out from all of it is wrong. */
import type { Random } from "../sample/random.ts";
import type { Target } from "../score/check-denotation.ts";
import { normalize } from "../score/normalize.ts";
import { toValue } from "../score/values.ts";
import type { Grid } from "../workbook/read-start.ts";

/** From this size on a figure does not come up by chance. */
const TELLING_FROM = 20;
const COUNTING = /\b(?:how many|how often|number of|count|times)\b/i;

/** Digits changed one by one, the first never to 0; month names and separators stay, days of dates stay possible. */
function otherFigures(cell: string | number | null, random: Random): string | number | null {
  if (cell === null) return cell;
  const change = (digits: string): string => {
    if (digits.length <= 2) return digits;
    return [...digits].map((_, i) => String(random.int(i === 0 ? 1 : 0, i === 0 && digits.length === 4 ? 1 : 9))).join("");
  };
  if (typeof cell === "number") {
    const size = Math.max(10, Math.abs(cell));
    return Math.sign(cell || 1) * random.int(1, Math.ceil(size * 1.7)) + (Number.isInteger(cell) ? 0 : 0.5);
  }
  return /\d/.test(cell) && cell.length <= 40 ? cell.replace(/\d+/g, change) : cell;
}

/**
 * Undefined unless the answer is one number that the cut cannot leave as it is: a count above the rows that are left, or a figure of some size. Rows of entries that
 * the question names stay, so that an honest script finds them.
 */
export function cutTable(grid: Grid, question: string, target: Target, random: Random): Grid | undefined {
  const [only] = target.values.map((item, i) => toValue(item, target.canon?.[i]));
  if (target.values.length !== 1 || only?.kind !== "number") return undefined;
  const answer = Math.abs(Number(only.amount));
  const [header = [], ...records] = grid;
  const asked = ` ${normalize(question)} `;
  const named = (cell: string | number | null): boolean => {
    const key = normalize(String(cell ?? ""));
    if (typeof cell !== "string" || key.length < 3 || !asked.includes(key)) return false;
    return records.filter((row) => row.some((other) => normalize(String(other ?? "")) === key)).length === 1;
  };
  const kept = new Set(records.filter((row) => row.some(named)));
  const filled = records.filter((row) => row.some((cell) => cell !== null && cell !== ""));
  for (const row of random.shuffle(filled.map((_, i) => i))) {
    if (kept.size >= 2) break;
    const record = filled[row];
    if (record !== undefined) kept.add(record);
  }
  const sure = COUNTING.test(question) ? answer > kept.size || answer >= TELLING_FROM : answer >= TELLING_FROM;
  if (!sure) return undefined;
  return [header, ...records.filter((row) => kept.has(row)).map((row) => row.map((cell) => otherFigures(cell, random)))];
}
