/**
 * The Average Normalised Levenshtein Similarity of one question, in two readings.
 *
 * `anls`, as published (Biten et al., ICCV 2019, for ST-VQA; Mathew et al., WACV 2021, for DocVQA), threshold 0.5:
 *   NL(a, p) = Lev(norm a, norm p) / max(|norm a|, |norm p|), s(a, p) = 1 − NL if NL < 0.5, else 0; the score is the largest s over the reference answers.
 * `rrc`, what the script of the competition server and of multimodal test kits computes: the distance is divided by the length of the longer text as it was given, in
 * upper case and not normalised, and a similarity of exactly 0.5 is kept.
 * norm is `" ".join(text.strip().lower().split())` of Python 3; lengths and edits count code points.
 */
import { editDistance } from "./edit-distance.ts";
import { codePointCount, codePointsOf, normalise } from "./python-text.ts";

export type ScorerId = "anls" | "rrc";
export const scorerIds: readonly ScorerId[] = ["anls", "rrc"];

const THRESHOLD = 0.5;

/**
 * Table cells that are worked out for one prediction, over all its references: about a second. Pairs whose lengths alone rule out a score cost nothing; reference
 * answers of the data are far below, so only made-up cases get here.
 */
const MOST_CELLS = 1_000_000_000;

/** A score from 0 to 1, or why none was worked out. */
export type Similarity = { readonly score: number } | { readonly refused: string };

interface Measured {
  readonly points: Uint32Array;
  /** Denominator of the `rrc` reading. */
  readonly rawLength: number;
}

function measure(text: string, scorer: ScorerId): Measured {
  return { points: codePointsOf(normalise(text)), rawLength: scorer === "rrc" ? codePointCount(text.toUpperCase()) : 0 };
}

/** How much the prediction resembles the reference answer it resembles most. No reference answer: 0. */
export function similarity(prediction: string, golds: readonly string[], scorer: ScorerId): Similarity {
  const ours = measure(prediction, scorer);
  let cells = 0;
  let best = 0;
  for (const gold of new Set(golds)) {
    const theirs = measure(gold, scorer);
    const [a, b] = [theirs.points, ours.points];
    const length = scorer === "rrc" ? Math.max(theirs.rawLength, ours.rawLength) : Math.max(a.length, b.length);
    // Every distance is at least the difference in length, and grows with it: where that is too much already, the text need not be looked at.
    const counts = (distance: number): boolean => {
      const nl = length === 0 ? 0 : distance / length;
      return scorer === "rrc" ? 1 - nl >= THRESHOLD : nl < THRESHOLD;
    };
    if (!counts(Math.abs(a.length - b.length))) continue;
    cells += a.length * b.length;
    if (cells > MOST_CELLS) return { refused: `the texts are too long to be compared (${b.length} and ${a.length} characters)` };
    const distance = editDistance(a, b);
    if (counts(distance)) best = Math.max(best, length === 0 ? 1 : 1 - distance / length);
  }
  return { score: best };
}

/** Whether a score counts as a right answer: half alike or more. */
export function isRight(score: number): boolean {
  return score >= THRESHOLD;
}
