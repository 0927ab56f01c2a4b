import { sha256 } from "../../core/json.ts";

/** A number in [0, 1) that depends on the seed and the words given and on nothing else: no state, so no order of calls can matter. */
export function seededShare(seed: number, ...about: readonly (string | number)[]): number {
  return Number.parseInt(sha256(JSON.stringify([seed, ...about])).slice(0, 12), 16) / 2 ** 48;
}

/** The items in an order that depends on seed and label. Equal arguments give equal orders; the argument is not changed. */
export function seededOrder<T>(items: readonly T[], seed: number, label: string): T[] {
  return items
    .map((item, index) => ({ item, index, rank: sha256(JSON.stringify([seed, label, index])) }))
    .sort((a, b) => (a.rank < b.rank ? -1 : a.rank > b.rank ? 1 : a.index - b.index))
    .map(({ item }) => item);
}
