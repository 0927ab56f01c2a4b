/** Seeded draws for the generator: equal labels give equal draws, whatever was drawn before elsewhere. */
import { sha256 } from "../../../harness/core/json.ts";

export interface Random {
  /** Whole number from `low` to `high`, both included. */
  int(low: number, high: number): number;
  chance(share: number): boolean;
  pick<T>(items: readonly T[]): T;
  shuffle<T>(items: readonly T[]): T[];
  /** Draws of their own under further labels. */
  fork(...labels: readonly (string | number)[]): Random;
}

export function randomOf(...labels: readonly (string | number)[]): Random {
  const name = labels.join("\u0000");
  let drawn = 0;
  const unit = (): number => Number.parseInt(sha256(`${name}\u0000${drawn++}`).slice(0, 12), 16) / 2 ** 48;
  const int = (low: number, high: number): number => low + Math.floor(unit() * (high - low + 1));
  return {
    int,
    chance: (share) => unit() < share,
    pick(items) {
      const found = items[int(0, items.length - 1)];
      if (found === undefined) throw new RangeError("nothing to pick from");
      return found;
    },
    shuffle(items) {
      const left = [...items];
      return items.flatMap(() => left.splice(int(0, left.length - 1), 1));
    },
    fork: (...more) => randomOf(name, ...more),
  };
}
