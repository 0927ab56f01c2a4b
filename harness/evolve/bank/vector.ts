import { z } from "zod";

/** Numbers in a fixed order (endpoints), or weights by term, absent ones 0 (lexical): whoever reads a bank can see why an entry was found. */
export const vectorSchema = z.union([z.array(z.number()), z.record(z.string(), z.number())]);
export type Vector = readonly number[] | Readonly<Record<string, number>>;

export interface Embedder {
  /** What vectors depend on besides texts. Vectors of different ids must not be compared. */
  readonly id: string;
  /** Vectors in the order of `texts`. `corpus`: the texts of the bank, from which weights are taken where there are any. */
  embed(texts: readonly string[], corpus: readonly string[]): Promise<readonly Vector[]>;
}

/** Seven significant digits: a logarithm may differ in its last bit between machines, the bytes of a bank must not. */
export function roundVector(vector: Vector): Vector {
  const round = (x: number): number => Number(x.toPrecision(7));
  return isList(vector) ? vector.map(round) : Object.fromEntries(Object.entries(vector).map(([term, weight]) => [term, round(weight)]));
}

/** Cosine of the angle between a bank's vector and a query's, 0 when either has no length. Throws a TypeError for vectors that cannot belong to one embedder. */
export function cosine(a: Vector, b: Vector): number {
  const lengths = norm(a) * norm(b);
  return lengths === 0 ? 0 : dot(a, b) / lengths;
}

function dot(a: Vector, b: Vector): number {
  if (isList(a) && isList(b)) {
    if (a.length !== b.length) throw new TypeError(`vectors of ${a.length} and of ${b.length} numbers cannot be compared`);
    return a.reduce((sum, x, i) => sum + x * (b[i] ?? 0), 0);
  }
  if (isList(a) || isList(b)) throw new TypeError("a vector of an endpoint cannot be compared with a lexical one");
  // The bank's vector leads: its order of terms is that of its file, and sums of floating-point numbers depend on it.
  let sum = 0;
  for (const term of Object.keys(a)) if (Object.hasOwn(b, term)) sum += (a[term] ?? 0) * (b[term] ?? 0);
  return sum;
}

function norm(vector: Vector): number {
  const numbers = isList(vector) ? vector : Object.values(vector);
  return Math.sqrt(numbers.reduce((sum, x) => sum + x * x, 0));
}

function isList(vector: Vector): vector is readonly number[] {
  return Array.isArray(vector);
}
