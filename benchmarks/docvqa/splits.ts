/** Which questions make up a split. */
import type { SplitInfo } from "../../harness/core/contract.ts";
import { UsageError } from "../../harness/core/errors.ts";
import type { Question } from "./read-annotations.ts";

export type SetName = "val" | "sample";

/** Questions of the published validation file. */
export const publishedQuestions = 5349;
/** Rows of it that skills are evolved on; the others are for testing. */
const evolveRows = 2700;

interface Split extends SplitInfo {
  readonly set: SetName;
  /** Questions the split has in the published file; undefined for sets of any size. */
  readonly expected?: number;
  select(questions: readonly Question[]): readonly Question[];
}

const all = (questions: readonly Question[]): readonly Question[] => questions;

/** Number of questions, from the first, that stand on the first half of the pages: no page of a generated set is in both halves. */
function firstHalf(questions: readonly Question[]): number {
  const pages = [...new Set(questions.map((q) => q.page))];
  const second = new Set(pages.slice(Math.ceil(pages.length / 2)));
  const at = questions.findIndex((q) => second.has(q.page));
  return at === -1 ? questions.length : at;
}

const table: readonly Split[] = [
  {
    id: "evolve",
    label: "Validation, evolve part (rows 0–2699)",
    set: "val",
    synthetic: false,
    expected: evolveRows,
    select: (q) => q.slice(0, evolveRows),
  },
  {
    id: "test",
    label: "Validation, test part (rows 2700–5348)",
    set: "val",
    synthetic: false,
    expected: publishedQuestions - evolveRows,
    select: (q) => q.slice(evolveRows),
  },
  { id: "all", label: "Validation, all 5,349 questions", set: "val", synthetic: false, expected: publishedQuestions, select: all },
  { id: "val", label: "Validation, whatever part is on disk", set: "val", synthetic: false, select: all },
  {
    id: "sample/evolve",
    label: "Generated sample, evolve half",
    set: "sample",
    synthetic: true,
    select: (q) => q.slice(0, firstHalf(q)),
  },
  { id: "sample/test", label: "Generated sample, test half", set: "sample", synthetic: true, select: (q) => q.slice(firstHalf(q)) },
  { id: "sample/all", label: "Generated sample", set: "sample", synthetic: true, select: all },
];

export const splits: readonly SplitInfo[] = table.map(({ id, label, synthetic }) => ({ id, label, synthetic }));

/** The split called `id`. Throws UsageError listing the splits there are. */
export function findSplit(id: string): Split {
  const found = table.find((s) => s.id === id);
  if (found) return found;
  throw new UsageError(`docvqa has no split "${id}"; choose one of: ${table.map((s) => s.id).join(", ")}.`);
}

/** Number of questions, from the first, that skills are evolved on. */
export function evolveCount(set: SetName, questions: readonly Question[]): number {
  return set === "sample" ? firstHalf(questions) : Math.min(evolveRows, questions.length);
}
