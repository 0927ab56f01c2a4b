/** Words that show that somebody has seen a reference answer. An agent that reads the lesson will never have one. */
import type { PlacedLeak } from "./placed-leak.ts";

const why = "names a reference answer, which nobody has when the lesson is used";

const phrases: readonly RegExp[] = [
  /\bground[- ]?truths?\b/giu,
  /\bgold(?:en)?[- ](?:standard|answers?|references?|solutions?|values?|results?|labels?)\b/giu,
  /\b(?:the )?reference (?:answers?|solutions?|results?|values?)\b/giu,
  /\bexpected[- ](?:answers?|outputs?|solutions?)\b/giu,
  /\banswer[- ]?keys?\b/giu,
  /\b(?:hidden|official|known[- ]correct) (?:answers?|solutions?|results?)\b/giu,
  /\b(?:match(?:es|ed|ing)?|equals?|differs? from|agrees? with|compar(?:e|ed|es|ing) (?:it |them |this )?(?:to|with|against)) the reference\b/giu,
  /\b(?:comparison|mismatch) (?:script|reports?|tool)\b/giu,
  /\bcompare\.cjs\b|\breference\.json\b|(?:^|[\s"'`(])(?:\/work\/)?kit\/\S*/giu,
];

/** Every place in the text. */
export function wordLeaks(text: string): readonly PlacedLeak[] {
  return phrases.flatMap((phrase) => [...text.matchAll(phrase)].map((match) => ({ found: match[0].trim(), why, at: match.index })));
}
