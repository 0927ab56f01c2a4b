/** How much two texts are about the same: shared words, without small ones and endings. */

const small: ReadonlySet<string> = new Set(
  (
    "about above after again all also and any are because been before being below between both but can could does doing down during each every few for from further had has have having " +
    "here how into its itself just more most never not now off once only other over own same should some such than that the their them then there these they this those through too " +
    "under until use used using very was were what when where which while who whose why will with would you your first last one two always make must so"
  ).split(" "),
);

/** Content words of a text, endings cut. */
export function contentWords(text: string): ReadonlySet<string> {
  const words = text.toLowerCase().match(/\p{L}{3,}/gu) ?? [];
  return new Set(words.filter((w) => !small.has(w)).map((w) => (w.length > 4 ? w.replace(/(?:ing|ed|es|s|e)$/, "") : w)));
}

export function sharedWords(a: ReadonlySet<string>, b: ReadonlySet<string>): number {
  let shared = 0;
  for (const word of a) if (b.has(word)) shared++;
  return shared;
}

/** The candidate with the greatest share of words in common with `text`, earlier ones first among equals; undefined when none shares any. */
export function nearest<T>(text: string, candidates: readonly T[], words: (candidate: T) => string): T | undefined {
  const wanted = contentWords(text);
  let best: { readonly candidate: T; readonly score: number } | undefined;
  for (const candidate of candidates) {
    const own = contentWords(words(candidate));
    const shared = sharedWords(wanted, own);
    const score = shared / Math.max(1, wanted.size + own.size - shared);
    if (shared > 0 && (best === undefined || score > best.score)) best = { candidate, score };
  }
  return best?.candidate;
}
