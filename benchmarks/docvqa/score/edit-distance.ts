/** Levenshtein distance over code points. */
import { distance } from "fastest-levenshtein";

/** Units of the private alphabet: `fastest-levenshtein` keeps a table of 65,536 UTF-16 units. */
const UNITS = 0x10000;

/**
 * Fewest insertions, deletions and replacements of single code points that turn one text into the other.
 *
 * `fastest-levenshtein` compares UTF-16 units, to which a code point above U+FFFF is two. So both texts are written anew, one unit for each code point: shared code points
 * get units of their own, and all that stand in one text only get one unit a text, because they match nothing. Throws a RangeError for more than 65,534 shared ones.
 */
export function editDistance(a: Uint32Array, b: Uint32Array): number {
  const inB = new Set(b);
  const units = new Map<number, number>();
  for (const point of a) if (inB.has(point) && !units.has(point)) units.set(point, units.size + 2);
  if (units.size + 2 > UNITS)
    throw new RangeError(`the texts share ${units.size} different characters; at most ${UNITS - 2} can be told apart`);
  return distance(written(a, units, 0), written(b, units, 1));
}

/** Points put together at a time: more would not fit on the call stack. */
const CHUNK = 8192;

function written(points: Uint32Array, units: ReadonlyMap<number, number>, other: number): string {
  const coded = Uint16Array.from(points, (point) => units.get(point) ?? other);
  let text = "";
  for (let i = 0; i < coded.length; i += CHUNK) text += String.fromCharCode(...coded.subarray(i, i + CHUNK));
  return text;
}
