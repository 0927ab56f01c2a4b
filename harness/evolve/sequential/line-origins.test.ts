import { expect, it } from "vitest";
import { seededShare } from "../controls/seeded.ts";
import { alignLines, originsAfter, spansOf } from "./line-origins.ts";

const file = (path: string, lines: readonly string[]) => ({
  path,
  mode: 0o644,
  bytes: Buffer.from(lines.map((line) => `${line}\n`).join("")),
});

it("aligns what stayed, in order, whatever was put in or taken out", () => {
  expect(alignLines(["a", "", "b", "", "c"], ["a", "", "c"])).toEqual([0, 1, 4]);
  expect(alignLines(["a", "b"], ["x", undefined, "b"])).toEqual([undefined, undefined, 1]);
  expect(alignLines([], ["a"])).toEqual([undefined]);
  for (let seed = 0; seed < 100; seed++) {
    const old = Array.from({ length: 20 }, (_, i) => `${Math.floor(seededShare(seed, "old", i) * 6)}`);
    // Some lines go, new ones come between; what stayed is known.
    const now = old.flatMap((line, i) => [
      ...(seededShare(seed, "gone", i) < 0.3 ? [] : [line]),
      ...(seededShare(seed, "new", i) < 0.3 ? [undefined] : []),
    ]);
    const aligned = alignLines(old, now);
    const places = aligned.flatMap((place) => place ?? []);
    expect(places).toEqual([...new Set(places)].sort((a, b) => a - b));
    expect(places).toHaveLength(now.filter((line) => line !== undefined).length);
    for (const [i, place] of aligned.entries()) expect(place === undefined ? undefined : old[place]).toBe(now[i]);
  }
});

it("keeps the origin of a line that was moved, once for every time it was there", () => {
  const before = [file("SKILL.md", ["a", "- rule", "b"])];
  const after = [file("SKILL.md", ["a", "b"]), file("references/r.md", ["# R", "- rule", "- rule"])];
  const origins = originsAfter(before, new Map([["SKILL.md", [null, "e1", null]]]), after, [
    { path: "references/r.md", spans: [{ from: 1, to: 3, edit: "e2" }] },
  ]);
  expect(spansOf(origins)).toEqual([
    { path: "SKILL.md", spans: [{ from: 1, to: 2, edit: null }] },
    {
      path: "references/r.md",
      spans: [
        { from: 1, to: 1, edit: "e2" },
        { from: 2, to: 2, edit: "e1" },
        { from: 3, to: 3, edit: "e2" },
      ],
    },
  ]);
});
