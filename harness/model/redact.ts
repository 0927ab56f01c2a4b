/** Values shorter than this are not searched for: they would blank out ordinary words, and no real key is that short. */
const shortestSecret = 4;

/** A function that replaces every occurrence of the given secrets, and anything behind `Bearer`, by `[secret]`. */
export function redactor(secrets: readonly string[]): (text: string) => string {
  const needles = [...new Set(secrets.flatMap((s) => [s, encodeURIComponent(s)]))].filter((s) => s.length >= shortestSecret);
  // Longest first, so that a secret containing another is replaced whole.
  needles.sort((a, b) => b.length - a.length);
  return (text) => {
    let clean = text;
    for (const needle of needles) clean = clean.replaceAll(needle, "[secret]");
    return clean.replace(/\b(Bearer|Basic)\s+(?!\[secret\])[\w.~+/=-]{4,}/g, "$1 [secret]");
  };
}
