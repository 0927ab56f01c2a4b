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

/** The last list and its expressions: replies come by the hundred, lists hardly ever change. */
let compiled: { readonly words: string; readonly each: readonly RegExp[]; readonly any: RegExp } | undefined;

function compile(words: readonly string[]): NonNullable<typeof compiled> {
  const joined = words.join("|");
  if (compiled?.words !== joined)
    compiled = {
      words: joined,
      each: words.map((source) => new RegExp(source, "gi")),
      any: new RegExp(joined === "" ? "(?!)" : joined, "i"),
    };
  return compiled;
}

/** Every place in a text that speaks of a reference, as its words stand there; [] for a clean text. */
export function findReferenceTalk(text: string, words: readonly string[] = referenceWords): readonly string[] {
  const { each, any } = compile(words);
  if (!any.test(text)) return [];
  return [...new Set(each.flatMap((expression) => [...text.matchAll(expression)].map((match) => match[0])))];
}
