import { describe, expect, it } from "vitest";
import type { TracedEdit } from "../../core/evolution.ts";
import { cutIntoGroups, orderByContent, orderIds } from "./form-groups.ts";

const upTo = (n: number): number[] => Array.from({ length: n }, (_, index) => index + 1);
const sizes = (n: number, b: number, how: "balanced" | "as-released"): number[] => cutIntoGroups(upTo(n), b, how).map((g) => g.length);

function patch(id: string, section: string, content: string): { id: string; edits: TracedEdit[] } {
  return {
    id,
    edits: [
      {
        id: `${id}e1`,
        edit: { op: "append_to_section", file: "SKILL.md", target_section: section, content },
        leaves: [`${id}e1`],
        tasks: [id],
      },
    ],
  };
}

describe("cutIntoGroups", () => {
  it.each([
    [7, 5, [7]],
    [8, 5, [5, 3]],
    [11, 5, [6, 5]],
    [12, 5, [6, 6]],
    [13, 5, [5, 5, 3]],
    [3, 2, [2, 1]],
    [5, 5, [5]],
    [10, 5, [5, 5]],
  ])("deals %i by %i as the release does", (n, b, expected) => {
    expect(sizes(n, b, "as-released")).toEqual(expected);
  });

  it("deals the rest of the release round the front groups", () => {
    expect(cutIntoGroups(upTo(12), 5, "as-released")).toEqual([
      [1, 2, 3, 4, 5, 11],
      [6, 7, 8, 9, 10, 12],
    ]);
  });

  it("balances: sizes differ by at most one, order is kept, nobody is lost", () => {
    for (const b of [2, 3, 5, 32])
      for (const n of upTo(140)) {
        const groups = cutIntoGroups(upTo(n), b, "balanced");
        const lengths = groups.map((group) => group.length);
        expect(Math.max(...lengths) - Math.min(...lengths)).toBeLessThanOrEqual(1);
        expect(Math.max(...lengths)).toBeLessThanOrEqual(b);
        expect(groups.flat()).toEqual(upTo(n));
        expect(groups.length).toBe(Math.ceil(n / b));
      }
    expect(sizes(33, 32, "balanced")).toEqual([17, 16]);
    expect(cutIntoGroups(upTo(70), "all", "balanced")).toEqual([upTo(70)]);
    expect(cutIntoGroups([], 5, "balanced")).toEqual([]);
  });

  it("always shrinks a pool, so that a tree ends", () => {
    for (const how of ["balanced", "as-released"] as const)
      for (const b of [2, 3, 5]) for (const n of upTo(60)) if (n > 1) expect(cutIntoGroups(upTo(n), b, how).length).toBeLessThan(n);
  });
});

describe("orders", () => {
  const ids = upTo(40).map((n) => `p${String(n).padStart(3, "0")}`);

  it("shuffles by seed alone: leaving ids out moves no other", () => {
    const all = orderIds(ids, "shuffle", 41);
    expect(all).not.toEqual(ids);
    expect([...all].sort()).toEqual(ids);
    expect(all).not.toEqual(orderIds(ids, "shuffle", 42));
    const fewer = ids.filter((_, index) => index % 3 !== 0);
    expect(orderIds([...fewer].reverse(), "shuffle", 41)).toEqual(all.filter((id) => fewer.includes(id)));
    expect(orderIds(ids, "task-order", 41)).toEqual(ids);
  });

  it("puts patches to one section side by side, else in plan order", () => {
    const items = [patch("p1", "## B", "x"), patch("p2", "## A", "y"), patch("p3", "## B", "z"), patch("p4", "## A", "w")];
    expect(orderByContent(items, "section").map(({ id }) => id)).toEqual(["p2", "p4", "p1", "p3"]);
  });

  it("chains patches by shared words, in any script", () => {
    const items = [
      patch("p1", "## A", "Recalculate formulas before saving"),
      patch("p2", "## A", "日付 を 確認 する"),
      patch("p3", "## A", "Before saving, recalculate all formulas"),
      patch("p4", "## A", "日付 の 形式 を 確認"),
    ];
    expect(orderByContent(items, "similarity").map(({ id }) => id)).toEqual(["p1", "p3", "p2", "p4"]);
  });
});
