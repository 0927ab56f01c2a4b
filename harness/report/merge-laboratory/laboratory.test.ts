import { describe, expect, it } from "vitest";
import { evolutionPresets } from "../../core/evolution-presets.ts";
import type { Consolidation } from "../../evolve/consolidate/consolidate.ts";
import { append, coverageOf, patch, run, start } from "../../evolve/consolidate/consolidation.fixture.ts";
import { type Asked, patchesIn, scriptedAuthor } from "../../evolve/consolidate/scripted-author.fixture.ts";
import { mergeAgain, shuffledOrders } from "../../experiment/evolution/merge-again.ts";
import { skillHash } from "../../skill/read-skill.ts";
import { renderSectionMarkdown } from "../render-markdown.ts";
import { buildLaboratory } from "./build-laboratory.ts";
import { laboratorySection } from "./laboratory-grids.ts";
import type { MergeVariant, StoredEvolution } from "./merge-laboratory.ts";
import { orderSensitivity } from "./order-sensitivity.ts";

/** Joins edits with the same content, drops what says "drop", forgets what says "lose", and puts everything after the first ten words last. */
function merge({ user }: Asked) {
  const edits = patchesIn(user).flatMap((one) => one.edits);
  const groups = new Map<string, typeof edits>();
  for (const edit of edits) groups.set(String(edit.content), [...(groups.get(String(edit.content)) ?? []), edit]);
  const kept = [...groups].filter(([content]) => !/drop|lose/.test(content));
  return {
    reasoning: "joined",
    edits: kept.flatMap(([, [first, ...others]]) => {
      if (first === undefined) return [];
      const { id, support: _, ...edit } = first;
      return [{ ...edit, from: [id, ...others.map((one) => one.id)] }];
    }),
    dropped: [...groups]
      .filter(([content]) => content.includes("drop"))
      .flatMap(([, all]) => all.map(({ id }) => ({ id, reason: "no use" }))),
    changelog_entries: [],
  };
}

const says = (...lines: string[]) => lines.map((line) => append("## Checks", `- ${line}`));
const patches = [
  patch(0, says("often", "alone")),
  patch(1, says("often", "drop this")),
  patch(2, says("often")),
  patch(3, says("often", "lose this")),
  patch(4, [...says("often"), append("## Nowhere", "- unplaced")]),
];
const settings = { merge: { batch_size: 2, max_levels: 8, grouping: "task-order", leftovers: "balanced" } as const };

const evolutionOf = (made: Consolidation): StoredEvolution => ({
  experiment: "e",
  arm: "evolved",
  seed: 41,
  patches,
  tree: made.mergeTree,
  coverage: coverageOf(patches, made),
  lineage: made.lineage,
});

describe("the merge laboratory", () => {
  it("follows lessons through the levels, by the support they reached, and accounts for what left", async () => {
    const made = await run(patches, scriptedAuthor(merge), settings);
    const laboratory = buildLaboratory(evolutionOf(made));
    expect(laboratory).toMatchObject({ patches: 5, proposedEdits: 9 });
    expect(laboratory.levels.map(({ level, nodes, editsIn, editsOut }) => [level, nodes, editsIn, editsOut])).toEqual([
      [1, 3, 9, 5],
      [2, 2, 5, 4],
      [3, 1, 4, 3],
    ]);
    const all = laboratory.survival.at(-1);
    expect(all).toMatchObject({ support: "all", lessons: 9, afterLevel: [7, 7, 7] });
    const strong = laboratory.survival.find(({ support }) => support === "5+");
    expect(strong).toMatchObject({ lessons: 5, applied: 5, share: 1, inSkill: 5, interval: { high: 1 } });
    expect(strong?.interval.low).toBeCloseTo(0.566, 3);
    const lost = laboratory.losses.map(({ stage, reason, edits, lessons }) => [stage, reason, edits, lessons]);
    expect(lost).toContainEqual(["merge", "dropped", 1, 1]);
    expect(lost).toContainEqual(["merge", "lost", 1, 1]);
    // Everything that was proposed is either applied or in the list of what left.
    expect(
      laboratory.losses.reduce((sum, one) => sum + one.edits, 0) + new Set(made.lineage.edits.flatMap(({ leaves }) => leaves)).size,
    ).toBe(9);
  });

  it("merges the same patches in other orders, equal numbers giving equal orders, and says what the order decides", async () => {
    const made = await run(patches, scriptedAuthor(merge), settings);
    const { signals: _, ...preset } = evolutionPresets["as-paper"];
    const frozen = {
      start,
      startHash: skillHash(start),
      patches,
      plan: patches.map(({ id }) => id),
      settings: {
        ...preset,
        ...settings,
        preset: "as-paper",
        signals: "combined",
        benchmark: "b",
        split: "s",
        author: "m",
        start: "draft",
      } as const,
      seed: 41,
      tasks: 5,
    };
    const author = scriptedAuthor(merge);
    const same = await mergeAgain(frozen, { name: "grouping task-order", grouping: "task-order", seed: null }, author);
    expect(same.lineage.skill).toBe(made.lineage.skill);
    const [first, second] = shuffledOrders(2);
    if (first === undefined || second === undefined) throw new Error("no orders");
    const tree = async (order: typeof first) => (await mergeAgain(frozen, order, author)).mergeTree.nodes.map(({ inputs }) => inputs);
    expect(await tree(first)).toEqual(await tree(first));
    expect(await tree(first)).not.toEqual(await tree(second));
    expect(shuffledOrders(3).slice(0, 2)).toEqual(shuffledOrders(2));

    const variant = (kept: readonly string[], skill: string, lines: number): MergeVariant => ({
      name: skill,
      grouping: "shuffle",
      seed: 1,
      state: "evolved",
      skill,
      levels: 2,
      calls: 3,
      kept,
      lessons: kept.length,
      appliedEdits: kept.length,
      lines,
      references: 0,
    });
    const sensitivity = orderSensitivity(evolutionOf(made), [
      variant(["p000e1", "p000e2"], "a", 9),
      variant(["p000e1"], "b", 7),
      variant(["p000e1"], "b", 7),
    ]);
    expect(sensitivity).toMatchObject({
      orders: 3,
      skills: 2,
      always: 1,
      sometimes: 1,
      never: 7,
      lessons: { least: 1, most: 2 },
      lines: { least: 7, most: 9 },
    });
    expect(sensitivity?.overlap?.mean).toBeCloseTo((0.5 + 0.5 + 1) / 3);
    expect(sensitivity?.overlap?.least).toBe(0.5);
    expect(sensitivity?.bySupport).toContainEqual({ support: "5+", edits: 5, kept: 0.2 });
    expect(orderSensitivity(evolutionOf(made), [variant([], "a", 1)])).toBeUndefined();
  });

  it("shows hostile names as text", async () => {
    const made = await run(patches, scriptedAuthor(merge), settings);
    const text = renderSectionMarkdown(laboratorySection({ ...buildLaboratory(evolutionOf(made)), arm: "<b>|\u001b[31m" }));
    expect(text).not.toContain("\u001b");
    expect(text).not.toMatch(/(?<!\\)<b>/);
  });
});
