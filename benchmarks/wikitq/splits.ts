/** Which questions of which set make up a split. */
import type { SplitInfo } from "../../harness/core/contract.ts";
import { UsageError } from "../../harness/core/errors.ts";

export interface Split extends SplitInfo {
  /** Folders below the data folder that may hold it, in the order to look. */
  readonly sets: readonly string[];
  /** Base name of its files. */
  readonly file: string;
  /** Questions of the published split; undefined for sets of any size. */
  readonly expected?: number;
  /** Whether its target canons were published (tagged/data/*.tagged). */
  readonly canon: "official" | "derived";
  /** Part of a generated set, which is halved by position: the generator interleaves its families. */
  readonly half?: "evolve" | "test";
}

const published = ["wikitq", "release"];
const sample = { sets: ["sample"], file: "sample", synthetic: true, canon: "official" } as const;

const table: readonly Split[] = [
  {
    id: "test",
    label: "WikiTableQuestions test (pristine-unseen-tables)",
    synthetic: false,
    sets: published,
    file: "pristine-unseen-tables",
    expected: 4344,
    canon: "official",
  },
  {
    id: "seen",
    label: "WikiTableQuestions, held-out questions on training tables (pristine-seen-tables)",
    synthetic: false,
    sets: published,
    file: "pristine-seen-tables",
    expected: 3537,
    canon: "official",
  },
  {
    id: "dev",
    label: "WikiTableQuestions development (random-split-1)",
    synthetic: false,
    sets: published,
    file: "random-split-1-dev",
    expected: 2831,
    canon: "derived",
  },
  {
    id: "train",
    label: "WikiTableQuestions training (random-split-1)",
    synthetic: false,
    sets: published,
    file: "random-split-1-train",
    expected: 11_321,
    canon: "derived",
  },
  { ...sample, id: "sample/evolve", label: "Generated sample, evolve half", half: "evolve" },
  { ...sample, id: "sample/test", label: "Generated sample, test half", half: "test" },
  { ...sample, id: "sample/all", label: "Generated sample" },
];

export const splits: readonly SplitInfo[] = table.map(({ id, label, synthetic }) => ({ id, label, synthetic }));

/** The split called `id`. Throws UsageError listing the splits there are. */
export function findSplit(id: string): Split {
  const found = table.find((split) => split.id === id);
  if (found) return found;
  throw new UsageError(`wikitq has no split "${id}"; choose one of: ${table.map((split) => split.id).join(", ")}.`);
}

/** The rows of a split among those of its file. */
export function selectHalf<T>(split: Split, rows: readonly T[]): readonly T[] {
  const middle = Math.ceil(rows.length / 2);
  if (split.half === undefined) return rows;
  return split.half === "evolve" ? rows.slice(0, middle) : rows.slice(middle);
}
