import { expect, it } from "vitest";
import { fallsTo, parseShard } from "./shard.ts";

it("every affinity falls to exactly one shard, and shards are alike in size", () => {
  for (const of of [1, 5]) {
    const sizes = new Array<number>(of).fill(0);
    for (let i = 0; i < 1000; i++) {
      const owners = sizes.flatMap((_, at) => (fallsTo({ index: at + 1, of }, `task ${i}`) ? [at] : []));
      expect(owners).toHaveLength(1);
      sizes[owners[0] ?? 0] = (sizes[owners[0] ?? 0] ?? 0) + 1;
    }
    for (const size of sizes) expect(Math.abs(size - 1000 / of)).toBeLessThan(5 * Math.sqrt(1000 / of) + 1);
  }
});

it("shards are read as i/n", () => {
  expect(parseShard("2/8")).toEqual({ index: 2, of: 8 });
  for (const text of ["0/8", "9/8", "1/0", "1", "1/8/2", "-1/3", "1.5/3", "", "a/b", " 1/2"]) expect(parseShard(text)).toBeUndefined();
});
