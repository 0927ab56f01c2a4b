import { equivalenceP } from "../stats/equivalence.ts";
import { holmAdjust } from "../stats/holm.ts";
import { fixed } from "./number-text.ts";
import type { Comparison, Range, Verdict } from "./result-table.ts";

/** Error rate of the family of declared comparisons. */
const familyError = 0.05;

/** A comparison before what depends on its family, the declared comparisons of all benchmarks. */
export type Draft = Omit<Comparison, "verdict" | "conclusion" | "pAdjusted" | "simultaneous" | "equivalence"> & {
  readonly sameEpisodes: boolean;
  readonly incomplete: boolean;
  /** What is tested instead of this; its own difference is then descriptive. */
  readonly instead?: string;
  /** Its interval at another level. */
  readonly intervalAt: (level: number) => Range | null;
};

/** Adjusts the tests of one family and puts every comparison into words. Returns them in the order given. */
export function concludeFamily(
  drafts: readonly Draft[],
  margin?: number,
): { readonly comparisons: readonly Comparison[]; readonly size: number } {
  const tested = drafts.filter((draft) => draft.p !== null);
  const adjusted = byDraft(tested, holmAdjust(tested.map(({ p }) => p ?? 1)));
  const ps = tested.map((draft) => equivalenceOf(draft, margin));
  const equivalent = byDraft(tested, holmAdjust(ps.map((p) => p ?? 1)));
  const raw = byDraft(tested, ps);
  const comparisons = drafts.map((draft): Comparison => {
    const { sameEpisodes, incomplete, instead, intervalAt, ...rest } = draft;
    const pAdjusted = adjusted.get(draft) ?? null;
    const p = raw.get(draft) ?? null;
    const equivalence = margin === undefined || p === null ? null : { margin, p, pAdjusted: equivalent.get(draft) ?? 1 };
    const verdict = verdictOf(draft, pAdjusted, equivalence);
    const words = [
      inWords(verdict, draft.detectable, margin),
      ...(verdict === "descriptive" && instead !== undefined ? [`this skill alone; tested is ${instead}`] : []),
      ...((verdict === "better" || verdict === "worse") && equivalence !== null && equivalence.pAdjusted <= familyError
        ? [`by less than ${points(equivalence.margin)}`]
        : []),
      ...(incomplete ? ["incomplete arm"] : []),
    ];
    return {
      ...rest,
      pAdjusted,
      simultaneous: pAdjusted === null ? null : intervalAt(1 - familyError / tested.length),
      equivalence,
      verdict,
      conclusion: words.join("; "),
    };
  });
  return { comparisons, size: tested.length };
}

const byDraft = <T>(drafts: readonly Draft[], values: readonly T[]): ReadonlyMap<Draft, T> =>
  new Map(drafts.flatMap((draft, i) => (values[i] === undefined ? [] : [[draft, values[i]] as const])));

function equivalenceOf({ difference, interval }: Draft, margin: number | undefined): number | null {
  if (margin === undefined || difference === null || interval === null || !(interval.df > 0)) return null;
  return equivalenceP({ difference, se: interval.se, df: interval.df }, margin);
}

function verdictOf(draft: Draft, pAdjusted: number | null, equivalence: Comparison["equivalence"]): Verdict {
  if (draft.sameEpisodes) return "same-episodes";
  if (draft.difference === null) return "no-data";
  if (!draft.declared) return "undeclared";
  if (pAdjusted === null) return "descriptive";
  if (pAdjusted <= familyError && draft.difference !== 0) return draft.difference > 0 ? "better" : "worse";
  return equivalence !== null && equivalence.pAdjusted <= familyError ? "equivalent" : "no-difference-detected";
}

const points = (share: number): string => `${fixed(share * 100, 1)} pp`;

function inWords(verdict: Verdict, detectable: number | null, margin: number | undefined): string {
  switch (verdict) {
    case "better":
    case "worse":
      return verdict;
    case "equivalent":
      return `equivalent within ${points(margin ?? 0)}`;
    case "no-difference-detected":
      // A difference of shares cannot exceed 100 points: with so few pairs no difference at all could have been seen.
      if (detectable !== null && detectable > 1) return "no difference detected (too few pairs to detect any)";
      return `no difference detected (detectable: ${detectable === null ? "unknown" : points(detectable)})`;
    case "descriptive":
      return "descriptive";
    case "undeclared":
      return "not tested";
    case "same-episodes":
      return "same episodes";
    case "no-data":
      return "nothing graded in both arms";
  }
}
