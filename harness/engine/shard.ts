import { sha256 } from "../core/json.ts";

/** A process's part of the work, one of `of` processes that know nothing of each other: `index` counts from 1. */
export interface Shard {
  readonly index: number;
  readonly of: number;
}

/** Thrown for a unit that belongs to the shard of another process and is not in the store yet. Not an error of the unit: once the stores are joined, its result is found. */
export class Elsewhere extends Error {
  override readonly name = "Elsewhere";
}

/**
 * Whether work with this affinity falls to a shard. Every affinity falls to exactly one: the first 48 bits of its SHA-256, modulo `of`. Units of one chain carry the affinity of
 * its first unit, so that a process can finish what it began.
 */
export function fallsTo(shard: Shard, affinity: string): boolean {
  return Number.parseInt(sha256(affinity).slice(0, 12), 16) % shard.of === shard.index - 1;
}

/** Reads `i/n`, for example 2/8. Undefined when it is not of that form or i is not among 1 … n. */
export function parseShard(text: string): Shard | undefined {
  const [, index, of] = /^([1-9]\d{0,5})\/([1-9]\d{0,5})$/.exec(text)?.map(Number) ?? [];
  return index === undefined || of === undefined || index > of ? undefined : { index, of };
}
