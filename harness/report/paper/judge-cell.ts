import type { Interval } from "../../stats/choose-interval.ts";
import { studentQuantile } from "../../stats/distributions.ts";
import { minimumDetectable } from "../../stats/minimum-detectable.ts";
import { fixed } from "../number-text.ts";
import type { Range } from "../result-table.ts";

/** What may be said of our number beside a published one. */
export type PaperVerdict = "agrees" | "differs" | "no-difference-detected" | "not-comparable" | "not-measured" | "not-published";

export interface Judgement {
  /** Where 95 % of experiments of the same size would put this number; null without an interval of ours. */
  readonly prediction: Range | null;
  /** Difference from the published number that would be found with 80 % power at 5 %. */
  readonly detectable: number | null;
  readonly verdict: PaperVerdict;
  /** The verdict in words. */
  readonly conclusion: string;
}

/** Where "agrees" begins when a table does not say. */
export const defaultMargin = 0.1;

/**
 * Judges our number against a published one by a prediction interval for a repetition of the experiment. The publication gives no variance, so its number is taken to
 * spread as ours does: √2 times our standard error (Hahn & Meeker, Statistical Intervals, 1991, ch. 4, a future sample of the same size). `obstacles` say why the two may
 * not be compared; with any of them nothing is concluded.
 */
export function judgeCell(
  given: {
    readonly published: number | null;
    readonly ours: number | null;
    readonly interval: Interval | null;
    readonly obstacles: readonly string[];
  },
  margin: number,
): Judgement {
  const { published, ours, interval, obstacles } = given;
  const widened = ours === null || interval === null ? null : widen(ours, interval);
  const judged = (verdict: PaperVerdict, conclusion: string): Judgement => ({
    prediction: widened?.prediction ?? null,
    detectable: widened?.detectable ?? null,
    verdict,
    conclusion,
  });
  if (ours === null) return judged("not-measured", "not measured");
  if (published === null) return judged("not-published", "not published");
  if (obstacles.length > 0) return judged("not-comparable", `not comparable: ${obstacles.join(", ")}`);
  if (widened === null) return judged("not-comparable", "not comparable: too little measured for an interval");
  const { prediction, detectable } = widened;
  if (published < prediction.low || published > prediction.high) return judged("differs", "differs");
  if (detectable <= margin) return judged("agrees", "agrees");
  return judged("no-difference-detected", `no difference detected (detectable: ${fixed(detectable * 100, 1)} pp)`);
}

/** The interval for one mean made one for the next mean of the same kind, each side for itself. */
function widen(ours: number, { low, high, level, n }: Interval): { prediction: Range; detectable: number } {
  const df = Math.max(1, n - 1);
  const se = (high - low) / 2 / studentQuantile(0.5 + level / 2, df);
  const prediction = {
    low: Math.max(0, ours - Math.SQRT2 * (ours - low)),
    high: Math.min(1, ours + Math.SQRT2 * (high - ours)),
  };
  return { prediction, detectable: minimumDetectable({ se: Math.SQRT2 * se, df }) };
}
