/** Words that show that somebody has seen a reference answer. An agent that reads the lesson will never have one. */
import type { Leak } from "../../../harness/core/contract.ts";

const why = "names a reference answer, which nobody has when the lesson is used";

/** "reference" and "gold" are ordinary words in spreadsheets (cell references, gold members): only what can mean an answer is listed. */
const phrases: readonly RegExp[] = [
  /\bground[- ]?truths?\b/giu,
  /\bgold(?:en)?[- ](?:standard|answers?|files?|workbooks?|references?|outputs?|solutions?|values?|spreadsheets?|versions?|copy|copies|results?|cells?|data|labels?|sheets?)\b/giu,
  /\b(?:the|a|with|against|from|to|vs\.?|versus) gold(?:en)?(?= (?:has|have|had|is|was|uses?|used|keeps?|kept|leaves?|left|shows?|says?|contains?|expects?|wants?|stores?|holds?)\b|['’]s\b|[.,;:)]|$)/gimu,
  /\bgold(?:en)?\.xlsx\b/giu,
  /\breference (?:answers?|solutions?|outputs?|results?|workbooks?|spreadsheets?|implementation)\b/giu,
  /\bthe reference file\b/giu,
  /\b(?:match(?:es|ed|ing)?|equals?|differs? from|agrees? with|(?:compar(?:e|ed|es|ing)|check(?:ed|ing)?|verif(?:y|ied)) (?:it |them |this )?(?:to|with|against)) the reference(?! (?:table|list|column|sheet|range|data|row|style|date|cell|number|code|id|price|rate|year|value|tab)s?\b)/giu,
  /\bthe reference (?=(?:has|uses|keeps|leaves|shows|says|contains|expects|wants|stores|holds)\b)/giu,
  /\bexpected[- ](?:outputs?|answers?|solutions?|workbooks?|files?)\b/giu,
  /\b(?:match(?:es|ed|ing)?|equals?|differs? from|compar(?:e|ed|es|ing) (?:it |them )?(?:to|with|against)) (?:the )?expected (?:values?|results?|cells?|contents?)\b/giu,
  /\banswer[- ]?(?:keys?|files?|workbooks?)\b/giu,
  /\b(?:hidden|official|known[- ](?:good|correct)) (?:answers?|solutions?|results?|outputs?)\b/giu,
  /\b(?:solution|correct|corrected) (?:workbook|file)\b/giu,
  /\b(?:comparison|mismatch) (?:script|reports?|tool)\b/giu,
  /\bcompare\.cjs\b|\breference\.xlsx\b|\bposition\.json\b|(?:^|[\s"'`(])(?:\/work\/)?kit\/\S*/giu,
];

/** Every place in the text. */
export function wordLeaks(text: string): readonly (Leak & { readonly at: number })[] {
  return phrases.flatMap((phrase) => [...text.matchAll(phrase)].map((match) => ({ found: match[0].trim(), why, at: match.index })));
}
