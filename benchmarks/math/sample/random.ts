import { sha256 } from "../../../harness/core/json.ts";

/** A seeded source of draws. Two sources of equal parts give equal draws. */
export interface Random {
  /** From `low` to `high`, both included. */
  int(low: number, high: number): number;
  pick<T>(items: readonly T[]): T;
  /** So many of the items, in random order. */
  some<T>(items: readonly T[], count: number): readonly T[];
  shuffle<T>(items: readonly T[]): readonly T[];
}

/** The n-th draw is read off the SHA-256 of the parts and n. */
export function randomOf(...parts: readonly (string | number)[]): Random {
  let drawn = 0;
  const next = (): number => Number.parseInt(sha256(JSON.stringify([...parts, drawn++])).slice(0, 12), 16) / 2 ** 48;
  const shuffle = <T>(items: readonly T[]): readonly T[] =>
    items
      .map((item) => ({ item, at: next() }))
      .sort((a, b) => a.at - b.at)
      .map(({ item }) => item);
  return {
    int: (low, high) => low + Math.floor(next() * (high - low + 1)),
    pick(items) {
      const item = items[Math.floor(next() * items.length)];
      if (item === undefined) throw new RangeError("pick from an empty list");
      return item;
    },
    some: (items, count) => shuffle(items).slice(0, count),
    shuffle,
  };
}
