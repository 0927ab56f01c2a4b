import type { MergeVariant, OrderSensitivity, StoredEvolution } from "./merge-laboratory.ts";
import { supportClass, supportClasses, tracedLessons } from "./trace-lessons.ts";

/** What the order decides, over the stored merge and its orders; undefined for fewer than two. Groupings by content are no orders and stay out. */
export function orderSensitivity(evolution: StoredEvolution, orders: readonly MergeVariant[]): OrderSensitivity | undefined {
  if (orders.length < 2) return undefined;
  const kept = orders.map((one) => new Set(one.kept));
  const leaves = evolution.patches.flatMap(({ edits }) => edits.map(({ id }) => id));
  const times = new Map(leaves.map((leaf) => [leaf, kept.filter((one) => one.has(leaf)).length]));
  const supports = new Map(tracedLessons(evolution).flatMap(({ leaves: own, support }) => own.map((leaf) => [leaf, support] as const)));
  const overlaps = kept.flatMap((a, i) => kept.slice(i + 1).map((b) => jaccard(a, b)));
  const range = (of: (one: MergeVariant) => number) => ({ least: Math.min(...orders.map(of)), most: Math.max(...orders.map(of)) });
  const count = (test: (n: number) => boolean): number => [...times.values()].filter(test).length;
  return {
    orders: orders.length,
    skills: new Set(orders.map(({ skill }) => skill)).size,
    always: count((n) => n === orders.length),
    sometimes: count((n) => n > 0 && n < orders.length),
    never: count((n) => n === 0),
    overlap: overlaps.length === 0 ? null : { mean: overlaps.reduce((a, b) => a + b, 0) / overlaps.length, least: Math.min(...overlaps) },
    lessons: range(({ lessons }) => lessons),
    lines: range(({ lines }) => lines),
    bySupport: supportClasses.flatMap((support) => {
      const own = leaves.filter((leaf) => supportClass(supports.get(leaf) ?? 1) === support);
      if (own.length === 0) return [];
      const shares = own.map((leaf) => (times.get(leaf) ?? 0) / orders.length);
      return [{ support, edits: own.length, kept: shares.reduce((a, b) => a + b, 0) / own.length }];
    }),
  };
}

function jaccard(a: ReadonlySet<string>, b: ReadonlySet<string>): number {
  const both = [...a].filter((one) => b.has(one)).length;
  const either = a.size + b.size - both;
  return either === 0 ? 1 : both / either;
}
