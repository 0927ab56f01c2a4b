/** Words by which a lesson gives away that its analyst knew, or presumed, how the result was judged. Agents never know that; such a lesson cannot be followed. */

/** Sources of regular expressions, matched without regard to case. Part of what analyses are asked with, so that a change of the list asks them anew. */
export const referenceWords: readonly string[] = [
  "ground[ -]?truth",
  "\\bgold(?:en)?[ _-]?(?:standard|answers?|files?|outputs?|results?|workbooks?|solutions?|labels?|copy)\\b",
  "\\bgold(?:en)?\\.xlsx\\b",
  "\\breference[ _-](?:answers?|solutions?|outputs?|results?|workbooks?)\\b",
  // "the expected output path" is part of a task; "the expected output" is not.
  "\\bexpected (?:answers?|values?|results?|outcomes?|outputs?|solutions?)\\b(?! (?:path|file ?name|location|folder|format|type|range|column|sheet)s?\\b)",
  "\\banswer keys?\\b",
  "\\bcorrect (?:answer|solution)s?\\b",
  "\\b(?:hidden|unseen) (?:tests?|checks?|answers?)\\b",
  // Evaluators compute formulas; they are not meant.
  "\\b(?:graders?|scorers?|(?:evaluation|grading|scoring) (?:scripts?|tools?|reports?))\\b",
  "\\bmismatch reports?\\b",
];

/** Every place in a text that speaks of a reference, as its words stand there; [] for a clean text. */
export function findReferenceTalk(text: string, words: readonly string[] = referenceWords): readonly string[] {
  const found = words.flatMap((source) => [...text.matchAll(new RegExp(source, "gi"))].map((match) => match[0]));
  return [...new Set(found)];
}
