import { createHash } from "node:crypto";

/** A seeded source of draws. Sources of equal parts give equal draws, whatever others drew in between. */
export interface Random {
  /** From `low` to `high`, both included. */
  int(low: number, high: number): number;
  /** Throws a RangeError for an empty list. */
  pick<T>(items: readonly T[]): T;
  /** `count` different items in random order. */
  some<T>(items: readonly T[], count: number): readonly T[];
  chance(p: number): boolean;
}

/** Draws are 32-bit words of SHA-256 over the parts and a counter. */
export function randomOf(...parts: readonly (string | number)[]): Random {
  const seed = createHash("sha256").update(JSON.stringify(parts)).digest();
  let block = seed;
  let [blocks, at] = [0, seed.length];
  const next = (): number => {
    if (at >= block.length) {
      block = createHash("sha256").update(seed).update(String(blocks++)).digest();
      at = 0;
    }
    at += 4;
    return block.readUInt32LE(at - 4) / 2 ** 32;
  };
  const int = (low: number, high: number): number => low + Math.floor(next() * (high - low + 1));
  const take = <T>(from: T[]): T => {
    const [item] = from.splice(int(0, from.length - 1), 1);
    if (item === undefined) throw new RangeError("draw from an empty list");
    return item;
  };
  return {
    int,
    pick: (items) => take([...items]),
    some(items, count) {
      const left = [...items];
      return Array.from({ length: count }, () => take(left));
    },
    chance: (p) => next() < p,
  };
}
