/** How often each word stands in a text, as a vector of length 1; an empty text has no direction and resembles nothing. */
export type LexicalProfile = ReadonlyMap<string, number>;

/** Words are runs of letters and digits in any script, lower case; counts are damped by a logarithm so that one repeated word does not decide. */
export function lexicalProfile(text: string): LexicalProfile {
  const counts = new Map<string, number>();
  for (const [word] of text
    .normalize("NFC")
    .toLowerCase()
    .matchAll(/[\p{L}\p{N}_]+/gu))
    counts.set(word, (counts.get(word) ?? 0) + 1);
  const damped = [...counts].map(([word, count]) => [word, 1 + Math.log(count)] as const);
  const length = Math.sqrt(damped.reduce((sum, [, weight]) => sum + weight * weight, 0));
  return new Map(damped.map(([word, weight]) => [word, weight / length]));
}

/** Cosine of two profiles, 0 to 1. Rounded to 12 digits, so that equal texts in another order of words do not differ by the order of additions. */
export function similarity(a: LexicalProfile, b: LexicalProfile): number {
  let sum = 0;
  for (const [word, weight] of a) sum += weight * (b.get(word) ?? 0);
  return Math.round(sum * 1e12) / 1e12;
}
