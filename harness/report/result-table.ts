/**
 * What tables are made of: plain JSON, the shape of tables.json. Scores and differences are fractions (0.625 = 62.5 %, 0.083 = 8.3 points);
 * null means that there is nothing to say, never 0.
 */
import type { DifferenceInterval, Interval } from "../stats/choose-interval.ts";
import type { McNemarResult } from "../stats/mcnemar.ts";
import type { NoiseFloor } from "../stats/noise-floor.ts";
import type { Spread } from "../stats/spread.ts";
import type { VarianceSplit } from "../stats/variance-split.ts";
import type { TableMetric } from "./table-design.ts";

export interface Range {
  readonly low: number;
  readonly high: number;
}

/** Slots of one arm with one solver under one scorer. `missing`: planned but not in the ledger, or not judged by this scorer. */
export interface SlotCounts {
  readonly expected: number;
  readonly graded: number;
  readonly ungraded: number;
  readonly errored: number;
  readonly missing: number;
}

/** How many of `rows` rows came from a simulated model or from generated tasks. Anything above 0 is shown. */
export interface SimulatedCounts {
  readonly rows: number;
  readonly model: number;
  readonly tasks: number;
  /** Rows that were not measured here but taken in from another program's outputs; absent: none. */
  readonly imported?: number;
}

/** One number of the table. */
export interface TableCell {
  readonly arm: string;
  readonly solver: string;
  readonly metric: string;
  /** Mean over tasks or clusters of means over graded slots (harness/report/README.md). */
  readonly estimate: number | null;
  readonly interval: Interval | null;
  /** What a repetition of the experiment would spread by; null below two clusters. */
  readonly spread: Spread | null;
  /** Tasks with something graded. */
  readonly tasks: number;
  readonly clusters: number;
  readonly slots: SlotCounts;
  /** The estimate if every errored slot had scored 0, or 1; null when nothing errored. */
  readonly errorBounds: Range | null;
  /** Why the number is not final: too many errors, or slots still missing. */
  readonly incomplete: string | null;
  /** The first arm of the table that shares all episodes with this one for this solver: same skill, same prompts. Null: there is none above it. */
  readonly identicalTo: string | null;
  readonly simulated: SimulatedCounts;
}

/** One estimate per evolution seed, and the t interval over them: these tasks, evolution random. */
export interface EvolutionSeeds {
  readonly seeds: readonly { readonly arm: string; readonly estimate: number }[];
  readonly seedLevel: Range;
}

/** What may be concluded from a difference. `descriptive` and `undeclared` ones were not tested. */
export type Verdict =
  | "better"
  | "worse"
  | "equivalent"
  | "no-difference-detected"
  | "descriptive"
  | "undeclared"
  | "same-episodes"
  | "no-data";

/** Paired difference arm − reference with one solver under one metric. */
export interface Comparison {
  readonly arm: string;
  readonly reference: string;
  readonly solver: string;
  readonly metric: string;
  readonly declared: boolean;
  readonly difference: number | null;
  readonly interval: DifferenceInterval | null;
  /** Tasks (clusters for `cluster-all`) graded in both arms. */
  readonly pairs: number;
  readonly clusters: number;
  /** Two-sided sign-flip test; null unless this is the tested metric of a declared comparison. */
  readonly p: number | null;
  /** Holm-adjusted over the declared comparisons of all tables built together. */
  readonly pAdjusted: number | null;
  /** As `interval`, but all tested comparisons hold at once with 95 % (Bonferroni); null where nothing was tested. */
  readonly simultaneous: Range | null;
  /** Two one-sided tests of a difference within ±margin; null unless a margin was declared and the comparison is tested. */
  readonly equivalence: {
    readonly margin: number;
    readonly p: number /** Holm-adjusted among the tests for equivalence. */;
    readonly pAdjusted: number;
  } | null;
  /** `skill`: tasks random. `method`: evolution seeds, too. */
  readonly estimand: "skill" | "method";
  /** What each evolution seed showed, and their own t interval; null for a skill. */
  readonly evolution: EvolutionSeeds | null;
  /** For reference where its assumptions hold; the conclusion rests on `p`. */
  readonly mcnemar: McNemarResult | null;
  /** Difference that would be found with 80 % power at 5 %, two-sided, from the observed paired spread. */
  readonly detectable: number | null;
  readonly errorBounds: Range | null;
  readonly verdict: Verdict;
  /** The verdict in words, with what qualifies it. */
  readonly conclusion: string;
  readonly simulated: SimulatedCounts;
}

/** What an arm used. Sums are over the episodes that report them. */
export interface UsageRow {
  readonly arm: string;
  readonly solver: string;
  readonly episodes: number;
  readonly exits: Readonly<Record<string, number>>;
  /** Errored slots by class of error. */
  readonly errors: Readonly<Record<string, number>>;
  readonly turnsMean: number | null;
  readonly formatErrors: number | null;
  /** null when no episode reports usage. */
  readonly tokens: {
    readonly calls: number;
    readonly prompt: number;
    readonly completion: number;
    readonly reasoning: number;
    readonly cached: number;
  } | null;
  /** Sum over the episodes with a known cost; null when none is known. */
  readonly costUsd: number | null;
  readonly episodesWithoutCost: number;
  readonly simulated: SimulatedCounts;
}

/** Tasks with a property that a reader would not expect in a mean, and the means without them (deciding metric). */
export interface SetApart {
  readonly label: string;
  readonly flags: readonly string[];
  readonly tasks: number;
  readonly of: number;
  readonly without: readonly { readonly arm: string; readonly solver: string; readonly estimate: number | null; readonly tasks: number }[];
}

/** What numbers of the deciding metric owe to chance. */
export interface NoiseFacts {
  /** Learned arms measured with several evolution seeds: the best of them on these tasks, and how much of its number is the choice itself. */
  readonly selections: readonly {
    readonly arm: string;
    readonly solver: string;
    readonly best: string;
    readonly of: number;
    readonly estimate: number;
    readonly optimism: number;
  }[];
  /** Arms with replicas: two runs of the arm differ by more than `floor` in 5 % of cases. */
  readonly noiseFloors: readonly ({ readonly arm: string; readonly solver: string } & NoiseFloor)[];
  /** Where the variance of a single score of a learned arm comes from. */
  readonly variances: readonly ({ readonly arm: string; readonly solver: string } & VarianceSplit)[];
}

export interface TableNote {
  readonly kind:
    | "simulated"
    | "imported"
    | "incomplete"
    | "errored"
    | "ungraded"
    | "set-apart"
    | "subset"
    | "identical-arms"
    | "left-out"
    | "estimator"
    | "intervals"
    | "method"
    | "selection"
    | "noise-floor"
    | "inputs"
    | "tests";
  readonly text: string;
}

/** One benchmark under one scorer. */
export interface ResultTable {
  readonly v: 1;
  readonly experiment: string;
  readonly title: string;
  readonly benchmark: string;
  readonly split: string;
  /** Which part of the split was measured, in words; null: all of it, or its first tasks. */
  readonly subset: string | null;
  readonly scorer: string;
  readonly primary: boolean;
  readonly arms: readonly { readonly name: string; readonly label: string }[];
  readonly solvers: readonly string[];
  /** The first one decides: its differences are tested. */
  readonly metrics: readonly TableMetric[];
  readonly baseline: string | null;
  readonly cells: readonly TableCell[];
  readonly comparisons: readonly Comparison[];
  /** Tests that Holm's correction was made over. */
  readonly familySize: number;
  readonly usage: readonly UsageRow[];
  readonly setApart: readonly SetApart[];
  readonly noise: NoiseFacts;
  readonly notes: readonly TableNote[];
  readonly simulated: "all" | "some" | "none";
}
