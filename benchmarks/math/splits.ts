/** Which problems of which set make up a split. */
import type { SplitInfo } from "../../harness/core/contract.ts";
import { UsageError } from "../../harness/core/errors.ts";
import { sha256 } from "../../harness/core/json.ts";
import type { Problem } from "./read-problems.ts";

export interface Split extends SplitInfo {
  /** Folder below the data folder, and the name of its file without the ending. `user`: any number of files, named by their users. */
  readonly set: string;
  /** Name of one file of the user's own. */
  readonly file?: string;
  /** Number of problems when the whole set is there; undefined for sets of any size. */
  readonly expected?: number;
  /** A set from which a training and a test part are drawn: the same text is one problem, however often it is in the file. */
  readonly drawn: boolean;
  /** Skills are learned on these. */
  readonly evolve: boolean;
  select(problems: readonly Problem[]): readonly Problem[];
}

const trainSize = 400;
const testSize = 100;

/**
 * The rule by which the training and the test part of a set are drawn: problems in the order of the SHA-256 of their text; the first 400 are for training, the
 * next 100 for testing. Of a set with fewer than 500 problems four fifths are for training and the rest for testing.
 */
export function drawParts(problems: readonly Problem[]): { readonly train: readonly Problem[]; readonly test: readonly Problem[] } {
  const hashed = problems.map((problem) => ({ problem, hash: sha256(problem.problem) }));
  const ordered = hashed.sort((a, b) => (a.hash < b.hash ? -1 : a.hash > b.hash ? 1 : 0)).map(({ problem }) => problem);
  const cut = ordered.length >= trainSize + testSize ? trainSize : Math.round((ordered.length * trainSize) / (trainSize + testSize));
  return { train: ordered.slice(0, cut), test: ordered.slice(cut, cut + testSize) };
}

const all = (problems: readonly Problem[]): readonly Problem[] => problems;
const plain = { synthetic: false, drawn: false, evolve: false, select: all } as const;

const drawnFrom = (set: string, name: string): readonly Split[] => [
  {
    ...plain,
    id: `${set}/train`,
    label: `${name}, 400 problems to learn from`,
    set,
    expected: trainSize,
    drawn: true,
    evolve: true,
    select: (p) => drawParts(p).train,
  },
  {
    ...plain,
    id: `${set}/test`,
    label: `${name}, 100 other problems`,
    set,
    expected: testSize,
    drawn: true,
    select: (p) => drawParts(p).test,
  },
];

/** A generated set is halved by position: the generator interleaves its families, so both halves hold all of them. */
const half = (problems: readonly Problem[]): number => Math.ceil(problems.length / 2);

const table: readonly Split[] = [
  ...drawnFrom("dapo", "DAPO-Math"),
  ...drawnFrom("math-train", "MATH training problems with numeric answers"),
  { ...plain, id: "aime-2024", label: "AIME 2024, I and II", set: "aime-2024", expected: 30 },
  { ...plain, id: "aime-2025", label: "AIME 2025, I and II", set: "aime-2025", expected: 30 },
  { ...plain, id: "aime-2026", label: "AIME 2026, I and II", set: "aime-2026", expected: 30 },
  { ...plain, id: "math-500", label: "MATH-500", set: "math-500", expected: 500 },
  { ...plain, id: "user", label: "All files of your own", set: "user" },
  {
    ...plain,
    id: "sample/evolve",
    label: "Generated sample, evolve half",
    set: "sample",
    synthetic: true,
    evolve: true,
    select: (p) => p.slice(0, half(p)),
  },
  { ...plain, id: "sample/test", label: "Generated sample, test half", set: "sample", synthetic: true, select: (p) => p.slice(half(p)) },
  {
    ...plain,
    id: "sample/contest",
    label: "Generated sample, second half of the test half, for problems that are attempted several times",
    set: "sample",
    synthetic: true,
    select: (p) => p.slice(half(p) + Math.ceil((p.length - half(p)) / 2)),
  },
  { ...plain, id: "sample/all", label: "Generated sample", set: "sample", synthetic: true },
];

export const splits: readonly SplitInfo[] = table.map(({ id, label, synthetic }) => ({ id, label, synthetic }));

/** The split called `id`; `user/<name>` is the file `<name>.jsonl` in the folder `user`. Throws UsageError listing the splits there are. */
export function findSplit(id: string): Split {
  const found = table.find((s) => s.id === id);
  if (found) return found;
  const own = userSplit(id);
  if (own !== undefined) return own;
  throw new UsageError(
    `math has no split "${id}"; choose one of: ${table.map((s) => s.id).join(", ")}, or user/NAME for a file NAME.jsonl of yours.`,
  );
}

/** The split of one file of the user's own; undefined for another name. */
export function userSplit(id: string): Split | undefined {
  const file = /^user\/([\p{L}\p{N}][\p{L}\p{N}._-]*)$/u.exec(id)?.[1];
  return file === undefined ? undefined : { ...plain, id, label: `Your file ${file}.jsonl`, set: "user", file };
}

/** Ids of the problems of a whole set that belong to its evolve part. */
export function evolveIds(set: string, problems: readonly Problem[]): ReadonlySet<string> {
  return new Set(table.filter((s) => s.set === set && s.evolve).flatMap((s) => s.select(problems).map((p) => p.id)));
}
