/** Likeness of tasks by their words: local, free, and the same everywhere. */
import type { Embedder, Vector } from "./vector.ts";

/** Words longer than this are cut to it, so that "delete", "deleted" and "deleting" are one term. Figures stay whole. */
const stem = 5;
/** Scripts that write without blanks: neighbouring characters are their terms. */
const unspaced = /[\p{Script=Han}\p{Script=Hiragana}\p{Script=Katakana}\p{Script=Thai}\p{Script=Lao}\p{Script=Khmer}\p{Script=Myanmar}]+/gu;

/**
 * Terms of a text, in order, repeated as they occur: compatibility forms unified (NFKC) and case dropped; runs of letters, marks and digits, cut to five characters;
 * pairs of characters where a script has no blanks.
 */
export function termsOf(text: string): readonly string[] {
  const plain = text.normalize("NFKC").toLowerCase();
  const terms: string[] = [];
  for (const [word] of plain.matchAll(/[\p{L}\p{M}\p{N}]+/gu)) {
    for (const run of word.match(unspaced) ?? []) {
      const characters = Array.from(run);
      if (characters.length === 1) terms.push(run);
      for (const [i, character] of characters.slice(1).entries()) terms.push(`${characters[i] ?? ""}${character}`);
    }
    for (const part of word.split(unspaced)) {
      if (part === "") continue;
      const characters = Array.from(part);
      terms.push(/^\p{N}+$/u.test(part) ? part : characters.slice(0, stem).join(""));
    }
  }
  return terms;
}

/**
 * TF-IDF: weight of a term = (1 + ln occurrences) · (1 + ln((1 + N) / (1 + n))), N texts in the bank, n of them with the term; vectors of length 1. Terms no text
 * of the bank has weigh most in a query and match nothing, so a query about something else is like nothing.
 */
export const lexicalEmbedder: Embedder = {
  id: "lexical@1",
  async embed(texts, corpus) {
    const textsWith = new Map<string, number>();
    for (const text of corpus) for (const term of new Set(termsOf(text))) textsWith.set(term, (textsWith.get(term) ?? 0) + 1);
    return texts.map((text): Vector => {
      const counts = new Map<string, number>();
      for (const term of termsOf(text)) counts.set(term, (counts.get(term) ?? 0) + 1);
      const weights = [...counts]
        .sort(([a], [b]) => (a < b ? -1 : 1))
        .map(([term, count]): [string, number] => {
          const rarity = 1 + Math.log((1 + corpus.length) / (1 + (textsWith.get(term) ?? 0)));
          return [term, (1 + Math.log(count)) * rarity];
        });
      const length = Math.sqrt(weights.reduce((sum, [, weight]) => sum + weight * weight, 0));
      return Object.fromEntries(weights.map(([term, weight]) => [term, weight / length]));
    });
  },
};
