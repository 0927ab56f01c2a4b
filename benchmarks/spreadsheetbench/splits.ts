/** Which instances of which published set make up a split. */
import type { SplitInfo } from "../../harness/core/contract.ts";
import { UsageError } from "../../harness/core/errors.ts";
import evolveIds from "./evolve-ids.json" with { type: "json" };
import type { Instance } from "./read-index.ts";

export type SetName = "verified" | "full" | "sample";

interface Split extends SplitInfo {
  readonly set: SetName;
  /** Instances of the published set that belong to the split; undefined for sets of any size. */
  readonly expected?: number;
  select(instances: readonly Instance[]): readonly Instance[];
}

/** Rows 0–199 of the verified set, as ids, because the same instances must be found again in the 912 set and in partial copies. */
const evolve: ReadonlySet<string> = new Set(evolveIds.ids);
const isEvolve = (instance: Instance): boolean => evolve.has(instance.id);
const all = (instances: readonly Instance[]): readonly Instance[] => instances;

/** A generated set is halved by position: the generator interleaves its families, so both halves hold all of them. */
const firstHalf = (count: number): number => Math.ceil(count / 2);

const table: readonly Split[] = [
  {
    id: "verified/evolve",
    label: "Verified, evolve half (rows 0–199)",
    set: "verified",
    synthetic: false,
    expected: 200,
    select: (i) => i.filter(isEvolve),
  },
  {
    id: "verified/test",
    label: "Verified, test half (rows 200–399)",
    set: "verified",
    synthetic: false,
    expected: 200,
    select: (i) => i.filter((x) => !isEvolve(x)),
  },
  { id: "verified/all", label: "Verified, all 400", set: "verified", synthetic: false, expected: 400, select: all },
  { id: "full", label: "SpreadsheetBench, all 912 (200 of them evolve tasks)", set: "full", synthetic: false, expected: 912, select: all },
  {
    id: "full-minus-evolve",
    label: "SpreadsheetBench without the evolve ids (712)",
    set: "full",
    synthetic: false,
    expected: 712,
    select: (i) => i.filter((x) => !isEvolve(x)),
  },
  {
    id: "sample/evolve",
    label: "Generated sample, evolve half",
    set: "sample",
    synthetic: true,
    select: (i) => i.slice(0, firstHalf(i.length)),
  },
  { id: "sample/test", label: "Generated sample, test half", set: "sample", synthetic: true, select: (i) => i.slice(firstHalf(i.length)) },
  { id: "sample/all", label: "Generated sample", set: "sample", synthetic: true, select: all },
];

export const splits: readonly SplitInfo[] = table.map(({ id, label, synthetic }) => ({ id, label, synthetic }));

/** The split called `id`. Throws UsageError listing the splits there are. */
export function findSplit(id: string): Split {
  const found = table.find((s) => s.id === id);
  if (found) return found;
  throw new UsageError(`spreadsheetbench has no split "${id}"; choose one of: ${table.map((s) => s.id).join(", ")}.`);
}

/** True when skills are evolved on this instance, which stands at `position` of `count` in its set. */
export function inEvolveHalf(set: SetName, id: string, position: number, count: number): boolean {
  return set === "sample" ? position < firstHalf(count) : evolve.has(id);
}
