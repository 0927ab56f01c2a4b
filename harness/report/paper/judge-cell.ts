import { minimumDetectable } from "../../stats/minimum-detectable.ts";
import { type EvolutionNoise, type PredictionInterval, type PublishedRun, predictionInterval } from "../../stats/prediction-interval.ts";
import type { Spread } from "../../stats/spread.ts";
import { fixed } from "../number-text.ts";

/** What may be said of our number beside a published one. */
export type PaperVerdict = "agrees" | "differs" | "no-difference-detected" | "not-comparable" | "not-measured" | "not-published";

export interface Judgement {
  /** Where a second run of ours would land with 95 % probability; null without a spread of ours. */
  readonly prediction: PredictionInterval | null;
  /** Difference from the published number that would be found with 80 % power at 5 %. */
  readonly detectable: number | null;
  readonly verdict: PaperVerdict;
  /** The verdict in words. */
  readonly conclusion: string;
}

/** Where "agrees" begins when a table does not say. */
export const defaultMargin = 0.1;

export interface Judged {
  readonly published: number | null;
  readonly ours: number | null;
  readonly spread: Spread | null;
  readonly run: PublishedRun;
  /** Guided by something learned, which another evolution would have made otherwise. */
  readonly learned: boolean;
  /** How far evolutions of this arm differ, where that was measured. */
  readonly evolution?: EvolutionNoise;
  /** Why the two may not be compared; with any of them nothing is concluded. */
  readonly obstacles: readonly string[];
}

/** Judges our number against a published one by a prediction interval (stats/prediction-interval.ts). `margin`: "agrees" is said only where a larger difference would have been detected. */
export function judgeCell({ published, ours, spread, run, learned, evolution, obstacles }: Judged, margin: number): Judgement {
  const prediction = spread === null ? null : predictionInterval(spread, run, evolution === undefined ? {} : { evolution });
  const detectable = prediction === null || !Number.isFinite(prediction.df) ? null : minimumDetectable(prediction);
  const judged = (verdict: PaperVerdict, conclusion: string): Judgement => ({ prediction, detectable, verdict, conclusion });
  if (ours === null) return judged("not-measured", "not measured");
  if (published === null) return judged("not-published", "not published");
  if (obstacles.length > 0) return judged("not-comparable", `not comparable: ${obstacles.join(", ")}`);
  if (prediction === null) return judged("not-comparable", "not comparable: too little measured for an interval");
  const oneSkill = learned && evolution === undefined ? " (this skill; evolution noise not measured)" : "";
  if (published < prediction.low || published > prediction.high) return judged("differs", `differs${oneSkill}`);
  if (detectable !== null && detectable > margin)
    return judged("no-difference-detected", `no difference detected (detectable: ${fixed(detectable * 100, 1)} pp)`);
  return judged("agrees", `agrees${oneSkill}`);
}
