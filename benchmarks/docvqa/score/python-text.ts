/** Text as Python 3 handles it: what counts as white space, how long a text is, how it is lower-cased. */

/**
 * White space of `str.strip` and `str.split`, as a character class: Unicode's bidirectional types WS, B and S or category Zs. JavaScript's `\s` leaves out
 * \x1c–\x1f and \x85 and adds U+FEFF.
 */
const SPACE = "[\\t-\\r\\x1c-\\x20\\x85\\xa0\\u1680\\u2000-\\u200a\\u2028\\u2029\\u202f\\u205f\\u3000]";
const RUN = new RegExp(`${SPACE}+`, "g");
const ONE = new RegExp(SPACE);

/** `" ".join(text.strip().lower().split())`. */
export function normalise(text: string): string {
  const words = strip(text).toLowerCase().split(RUN);
  return words.filter((word) => word !== "").join(" ");
}

/** `text.strip()`. By hand: an expression anchored at the end takes quadratic time on long inner runs of blanks. */
export function strip(text: string): string {
  let [from, to] = [0, text.length];
  while (from < to && ONE.test(text[from] ?? "")) from++;
  while (to > from && ONE.test(text[to - 1] ?? "")) to--;
  return text.slice(from, to);
}

/** `len(text)`: code points. A lone surrogate is one. */
export function codePointCount(text: string): number {
  let count = text.length;
  for (let i = 0; i + 1 < text.length; i++) {
    if (isHigh(text.charCodeAt(i)) && isLow(text.charCodeAt(i + 1))) {
      count--;
      i++;
    }
  }
  return count;
}

/** Code points in order. */
export function codePointsOf(text: string): Uint32Array {
  const points = new Uint32Array(codePointCount(text));
  let at = 0;
  for (let i = 0; i < text.length; i++) {
    const point = text.codePointAt(i) ?? 0;
    points[at++] = point;
    if (point > 0xffff) i++;
  }
  return points;
}

const isHigh = (unit: number): boolean => unit >= 0xd800 && unit <= 0xdbff;
const isLow = (unit: number): boolean => unit >= 0xdc00 && unit <= 0xdfff;
