/** Text as the simulated model reads it: lower-case words and clause marks, nothing else. */

/** A word, or one of the clause marks `,` and `:`. */
export type Word = string;

/** Words of one sentence. Hyphens, underscores and slashes separate words; `#n/a` becomes `#na`, `don't` becomes `dont`; brackets and dashes count as commas. */
export function wordsOf(sentence: string): readonly Word[] {
  const plain = sentence
    .normalize("NFKC")
    .toLowerCase()
    .replace(/[\u2018\u2019]/g, "'")
    .replace(/(?<=[a-z])'(?=[a-z])/g, "")
    .replace(/#?n\/a\b!?/g, " #na ")
    .replace(/\s[\u2013\u2014-]+\s|[\u2014()[\]]/g, " , ");
  return plain.match(/#?[+]?[\p{L}\p{N}]+|[,:]/gu) ?? [];
}

export function isMark(word: Word): boolean {
  return word === "," || word === ":";
}

const determiners = new Set("the a an every each its their your our my his her this these those any some both all".split(" "));
const prepositions = new Set(
  "of in to for from with by on at into onto before after under over against through during between across per via within without until about as than".split(
    " ",
  ),
);
const joiners = new Set("and or but nor if when whenever while because unless whether so that which who where then".split(" "));
const helpers = new Set("is are was were be been being must should shall can could may might will would do does did has have had".split(" "));
const pronouns = new Set("it they them you we he she".split(" "));

/**
 * Whether the words stand in an order English allows, judged by its function words alone: an article is not followed by a preposition,
 * a sentence does not end in one, and so on. Terse notes without function words pass. Shuffled sentences rarely do.
 */
export function readsAsProse(words: readonly Word[]): boolean {
  let faults = 0;
  words.forEach((word, i) => {
    const next = words[i + 1];
    const end = next === undefined || isMark(next);
    if (determiners.has(word) && !["this", "these", "those", "all", "both", "each", "any", "some"].includes(word)) {
      if (end || prepositions.has(next) || joiners.has(next) || helpers.has(next) || pronouns.has(next)) faults++;
      else if (determiners.has(next)) faults++;
    } else if (prepositions.has(word) && !["before", "after", "over", "through", "under", "on", "in", "to", "as"].includes(word)) {
      if (end || helpers.has(next) || ["and", "or", "but", "of", "to", "for"].includes(next)) faults++;
    } else if (["on", "in", "to", "as", "after", "before"].includes(word)) {
      if (next === undefined || ["and", "or", "of", "is", "are"].includes(next)) faults++;
    } else if (["and", "or", "but", "if", "when", "because", "unless", "whether"].includes(word)) {
      if (next === undefined || ["and", "or", "but", "of", "is", "are", "than"].includes(next)) faults++;
      if (["and", "or", "but"].includes(word) && i === 0 && words.length < 4) faults++;
    } else if (["must", "should", "can", "may", "will", "would", "could"].includes(word)) {
      if (end || determiners.has(next) || prepositions.has(next) || joiners.has(next)) faults++;
    } else if (["is", "are", "was", "were"].includes(word)) {
      if (next === undefined || helpers.has(next) || ["and", "or", "of", "but"].includes(next)) faults++;
    }
  });
  return faults * 16 < Math.max(words.length, 1);
}
