import type { Bounds } from "./bootstrap-intervals.ts";
import { studentQuantile } from "./distributions.ts";
import { satterthwaiteDf, type VarianceEstimate } from "./satterthwaite.ts";
import type { Spread } from "./spread.ts";

/** What is known of how a published number came about. */
export interface PublishedRun {
  /** `same`: measured on the tasks we measured, so that only repetitions differ. `other`: on further tasks of the same kind. */
  readonly tasks: "same" | "other";
  /** Repetitions (seeds) it is the mean of. */
  readonly repetitions: number;
  /** Clusters it is the mean over; default: as many as ours. Counts for `other` only. */
  readonly clusters?: number;
  /** Unit of its last printed digit, as a fraction (0.0001 for 65.83 %); default 0. */
  readonly step?: number;
}

/** Where skills were evolved anew: variance of the mean from one evolution seed to the next, and how many seeds either side is the mean of. */
export interface EvolutionNoise extends VarianceEstimate {
  readonly ours: number;
  readonly published: number;
}

export interface PredictionInterval extends Bounds {
  readonly level: number;
  /** Standard deviation of published − ours, if both are runs of one and the same set-up. */
  readonly se: number;
  readonly df: number;
  /** `upper-bound`: tasks were measured once, so the whole spread between tasks stands for the noise of a run, which is never more than it. */
  readonly basis: "measured" | "upper-bound";
}

/**
 * Where a second run of our set-up would land with the given probability, taken that the publication's spread is ours because it publishes none; agreement is a published
 * number inside. Ours ± t · √(Var(ours) + Var(published)), clipped to 0 to 1 and widened by half a printed digit (Spence & Stanley, PLoS ONE 11(9), 2016; Patil, Peng & Leek,
 * Perspect. Psychol. Sci. 11, 2016), degrees of freedom by Satterthwaite. On the same tasks the tasks' own spread cancels out. null below two clusters.
 */
export function predictionInterval(
  ours: Spread,
  published: PublishedRun,
  { level = 0.95, evolution }: { readonly level?: number; readonly evolution?: EvolutionNoise } = {},
): PredictionInterval | null {
  if (ours.clusters < 2) return null;
  const parts = [...runParts(ours, published), ...(evolution === undefined ? [] : [evolutionPart(evolution)])];
  const se = Math.sqrt(parts.reduce((sum, { variance }) => sum + variance, 0));
  const df = satterthwaiteDf(parts);
  const half = (se === 0 ? 0 : studentQuantile((1 + level) / 2, df) * se) + (published.step ?? 0) / 2;
  return {
    low: Math.max(0, ours.estimate - half),
    high: Math.min(1, ours.estimate + half),
    level,
    se,
    df,
    basis: ours.runSe === null ? "upper-bound" : "measured",
  };
}

function runParts(ours: Spread, published: PublishedRun): readonly VarianceEstimate[] {
  const total = ours.se ** 2;
  const run = ours.runSe === null ? total : ours.runSe ** 2;
  const oneRun = run * ours.repetitions;
  if (published.tasks === "same")
    return [{ variance: run + oneRun / published.repetitions, df: ours.runSe === null ? ours.clusters - 1 : ours.runDf }];
  const scale = ours.clusters / (published.clusters ?? ours.clusters);
  const tasks = Math.max(0, total - run);
  return [{ variance: total + scale * (tasks + oneRun / published.repetitions), df: ours.clusters - 1 }];
}

const evolutionPart = ({ variance, df, ours, published }: EvolutionNoise): VarianceEstimate => ({
  variance: variance * (1 / ours + 1 / published),
  df,
});
