/** What sweeps and factorials come to: plain JSON, `sweeps` and `factorials` of tables.json. Fractions; null means that there is nothing to say. */
import type { Json } from "../../core/json.ts";
import type { DifferenceInterval, Interval } from "../../stats/choose-interval.ts";
import type { CrossedInterval } from "../../stats/crossed-interval.ts";
import type { SimulatedCounts } from "../result-table.ts";
import type { TableMetric } from "../table-design.ts";

/** Where a number of this kind belongs. */
export interface AblationPlace {
  readonly experiment: string;
  readonly benchmark: string;
  readonly split: string;
  readonly scorer: string;
  /** The arm that was varied. */
  readonly arm: string;
  readonly label: string;
}

/** What a point costs. Null where it is not known. */
export interface PointCost {
  /** Learning the guidance once, mean over evolutions, shared units included; null when it is not learned. */
  readonly learn: { readonly calls: number; readonly tokens: number; readonly costUsd: number | null } | null;
  /** One measured episode on average. */
  readonly episode: { readonly turns: number | null; readonly tokens: number | null; readonly costUsd: number | null };
}

export interface SweepPoint {
  readonly arm: string;
  readonly label: string;
  /** Value of the swept key. */
  readonly value: Json;
  readonly text: string;
  readonly estimate: number | null;
  readonly interval: Interval | null;
  /** Estimates by arm of every evolution seed, where several are measured. */
  readonly bySeed: readonly { readonly arm: string; readonly estimate: number | null }[];
  /** "This method": evolution seeds taken as drawn at random, too. Null where one evolution is measured. */
  readonly ofMethod: CrossedInterval | null;
  readonly tasks: number;
  readonly clusters: number;
  /** Minus the first point of the series, over the tasks both have graded; null for the first one itself. */
  readonly difference: {
    readonly estimate: number;
    readonly interval: DifferenceInterval;
    readonly pairs: number;
    readonly ofMethod: CrossedInterval | null;
  } | null;
  readonly incomplete: string | null;
  readonly cost: PointCost;
  readonly simulated: SimulatedCounts;
}

/** One curve: the swept key from value to value while the other swept keys stay. */
export interface SweepSeries {
  readonly others: Readonly<Record<string, Json>>;
  /** `max_levels 3`; "" when nothing else was swept. */
  readonly text: string;
  readonly points: readonly SweepPoint[];
}

/** A swept key under one solver and metric. */
export interface SweepTable extends AblationPlace {
  readonly key: string;
  readonly solver: string;
  readonly metric: TableMetric;
  readonly series: readonly SweepSeries[];
  /** The experiment's baseline, for a line across the plot. */
  readonly baseline: { readonly arm: string; readonly estimate: number | null } | null;
}

/** A main effect or interaction: what the first level of each factor is worth against another one, averaged over the runs. */
export interface Effect {
  /** One factor: a main effect. Two: half the difference of the first one's effect at both levels of the second. */
  readonly factors: readonly string[];
  /** `large - small`, per factor. */
  readonly levels: readonly { readonly first: string; readonly other: string }[];
  readonly estimate: number | null;
  readonly interval: DifferenceInterval | null;
  /** With evolution seeds taken as drawn at random, too; null where one evolution is measured. */
  readonly ofMethod: CrossedInterval | null;
  /** Effects that this design cannot tell from it. */
  readonly confoundedWith: readonly string[];
}

/** A factor in the order of what it is worth. */
export interface RankedFactor {
  readonly factor: string;
  readonly rank: number;
  /** First level minus last level. */
  readonly estimate: number;
  readonly interval: DifferenceInterval | null;
  /** Share of joint resamples of the tasks in which it is worth most. */
  readonly firstShare: number;
}

/** A factorial under one solver (null: it is a factor) and metric. */
export interface FactorialTable extends AblationPlace {
  readonly fraction: "full" | "half";
  readonly solver: string | null;
  readonly metric: TableMetric;
  readonly runs: number;
  /** Tasks (clusters) that every run has graded. */
  readonly pairs: number;
  readonly clusters: number;
  /** Why there are no effects; null when there are. */
  readonly incomplete: string | null;
  readonly effects: readonly Effect[];
  readonly ranking: readonly RankedFactor[];
  /** Every pair of neighbours of the ranking, and diagnosis against merge: which is worth more, and can it be told. */
  readonly rivals: readonly {
    readonly more: string;
    readonly less: string;
    readonly difference: number;
    readonly interval: DifferenceInterval | null;
  }[];
  /** The ranking in a sentence. */
  readonly conclusion: string;
  readonly simulated: SimulatedCounts;
}

export interface Ablations {
  readonly sweeps: readonly SweepTable[];
  readonly factorials: readonly FactorialTable[];
}
