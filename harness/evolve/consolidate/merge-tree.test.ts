import { describe, expect, it } from "vitest";
import type { TracedEdit } from "../../core/evolution.ts";
import type { EvolutionSettings } from "../../core/evolution-presets.ts";
import { jsonSchema } from "../../core/record.ts";
import { countingAuthor, UnansweredCall } from "./ask-author.ts";
import type { MergeInput } from "./merge-call.ts";
import { mergePatches } from "./merge-tree.ts";
import { type Asked, block, echoMerge, patchesIn, type Said, type ScriptedAuthor, scriptedAuthor } from "./scripted-author.fixture.ts";

const start = [{ path: "SKILL.md", bytes: Buffer.from("---\nname: s\ndescription: d\n---\n\n# T\n\n## A\n\ntext\n"), mode: 0o644 }];
const idOf = (n: number): string => `p${String(n).padStart(3, "0")}`;
const plan = (n: number): string[] => Array.from({ length: n }, (_, index) => idOf(index));

function edit(id: string, task: string, content: string): TracedEdit {
  return { id, edit: { op: "append_to_section", file: "SKILL.md", target_section: "## A", content }, leaves: [id], tasks: [task] };
}
function patch(id: string, task = `task-${id}`): MergeInput {
  return { id, source: "error", reasoning: "", edits: [edit(`${id}e1`, task, `- advice ${id}`), edit(`${id}e2`, task, `- more ${id}`)] };
}

function merge(
  author: ScriptedAuthor,
  ids: readonly string[],
  settings: Partial<EvolutionSettings["merge"]> = {},
  missing: readonly string[] = [],
) {
  return mergePatches(
    ids,
    ids.filter((id) => !missing.includes(id)).map((id) => patch(id)),
    {
      author: countingAuthor(author),
      start,
      sizes: { skill_lines: 500, reference_lines: 300, references: 5 },
      merge: { batch_size: 3, max_levels: 8, grouping: "task-order", leftovers: "balanced", ...settings },
      seed: 7,
      without: [],
    },
  );
}

const leavesOf = (edits: readonly TracedEdit[]): string[] => edits.flatMap(({ leaves }) => leaves).sort();
const allLeaves = (ids: readonly string[]): string[] => ids.flatMap((id) => [`${id}e1`, `${id}e2`]).sort();

describe("mergePatches", () => {
  it.each([2, 3, 5, 32, "all"] as const)("with groups of %s keeps all edits of 70 patches when the merger does", async (batch_size) => {
    for (const grouping of ["task-order", "shuffle", "section", "similarity"] as const)
      for (const leftovers of ["balanced", "as-released"] as const) {
        const { tree, edits } = await merge(scriptedAuthor(echoMerge), plan(70), { batch_size, grouping, leftovers });
        expect(leavesOf(edits)).toEqual(allLeaves(plan(70)));
        expect(edits.every(({ id }) => id.startsWith(`m${tree.levels}.1e`))).toBe(true);
        expect(tree.levels).toBe(
          batch_size === "all" ? 1 : leftovers === "balanced" ? Math.ceil(Math.log(70) / Math.log(batch_size)) : tree.levels,
        );
      }
  });

  it("gives the same tree whatever order calls end in", async () => {
    const outcomes = [];
    for (const delays of [undefined, 1, 2])
      outcomes.push(
        JSON.stringify(await merge(scriptedAuthor(echoMerge, { delays }), plan(40), { batch_size: 3, grouping: "similarity" })),
      );
    expect(new Set(outcomes).size).toBe(1);
  });

  it("begins a merge as soon as its own inputs are there", async () => {
    const order: string[] = [];
    const slow = scriptedAuthor(echoMerge);
    let release = (): void => undefined;
    const held = new Promise<void>((resolve) => {
      release = resolve;
    });
    const author = {
      ...slow,
      ask: async <V>(asking: Parameters<typeof slow.ask<V>>[0]) => {
        const ids = patchesIn(asking.user).map(({ id }) => id);
        if (ids.includes("p000")) await held;
        order.push(ids.join("+"));
        if (ids.includes("m1.3")) release();
        return slow.ask(asking);
      },
    };
    await merge(author, plan(8), { batch_size: 2 });
    expect(order.indexOf("m1.3+m1.4")).toBeLessThan(order.indexOf("p000+p001"));
  });

  it("leaves the groups of the plan alone when patches are missing", async () => {
    const missing = [idOf(1), idOf(3), idOf(4), idOf(5)];
    for (const grouping of ["task-order", "shuffle"] as const) {
      const whole = await merge(scriptedAuthor(echoMerge), plan(12), { grouping });
      const gaps = await merge(scriptedAuthor(echoMerge), plan(12), { grouping }, missing);
      const left = (inputs: readonly string[]): string[] => inputs.filter((id) => !missing.includes(id));
      const expected = whole.tree.nodes.filter(({ level }) => level === 1).map(({ id, inputs }) => [id, left(inputs)] as const);
      expect(gaps.tree.nodes.filter(({ level }) => level === 1).map(({ id, inputs }) => [id, inputs])).toEqual(
        expected.filter(([, inputs]) => inputs.length > 0),
      );
      expect(leavesOf(gaps.edits)).toEqual(allLeaves(left(plan(12))));
    }
  });

  it("passes a group of one on without a call", async () => {
    const author = scriptedAuthor(echoMerge);
    const { tree, edits } = await merge(author, [idOf(4)]);
    expect(author.asked).toEqual([]);
    expect(tree.nodes).toMatchObject([{ id: "m1.1", state: "passed-on", call: null, inputs: ["p004"] }]);
    expect(edits.map(({ id }) => id)).toEqual(["p004e1", "p004e2"]);
    expect((await merge(author, [])).tree).toMatchObject({ levels: 0, nodes: [] });
  });

  it("joins whatever is left behind the last level in one merge", async () => {
    const { tree, edits } = await merge(scriptedAuthor(echoMerge), plan(20), { batch_size: 3, max_levels: 1 });
    expect(tree.levels).toBe(2);
    expect(tree.nodes.filter(({ level }) => level === 2)).toMatchObject([
      { id: "m2.1", inputs: ["m1.1", "m1.2", "m1.3", "m1.4", "m1.5", "m1.6", "m1.7"] },
    ]);
    expect(leavesOf(edits)).toEqual(allLeaves(plan(20)));
  });
});

describe("support", () => {
  it("is recounted from tasks, whatever the reply says", async () => {
    const author = scriptedAuthor((asked) => {
      const edits = patchesIn(asked.user).flatMap((shown) => shown.edits);
      const ids = edits.map(({ id }) => id);
      return { reasoning: "", edits: [{ op: "create", file: "SKILL.md", content: "all", from: ids, support: 900 }] };
    });
    const ids = plan(9);
    const tasks = (id: string): string => `task-${Number(id.slice(1)) % 4}`;
    const { edits } = await mergePatches(
      ids,
      ids.map((id) => patch(id, tasks(id))),
      {
        author: countingAuthor(author),
        start,
        sizes: { skill_lines: 500, reference_lines: 300, references: 5 },
        merge: { batch_size: 3, max_levels: 8, grouping: "task-order", leftovers: "balanced" },
        seed: 7,
        without: [],
      },
    );
    expect(edits).toHaveLength(1);
    expect(edits[0]?.tasks).toEqual(["task-0", "task-1", "task-2", "task-3"]);
    expect(edits[0]?.leaves).toEqual(allLeaves(ids));
    const last = author.asked.at(-1);
    // Three nodes of three patches each: 0 1 2, 3 0 1, 2 3 0.
    expect(patchesIn(last?.user ?? "").map(({ support, edits: shown }) => [support, shown.map((e) => e.support)])).toEqual([
      [3, [3]],
      [3, [3]],
      [3, [3]],
    ]);
  });
});

describe("replies that are no use", () => {
  const tooMany =
    (limit: number) =>
    (asked: Asked): Said => {
      const patches = patchesIn(asked.user);
      return patches.length > limit ? { outcome: "silent" } : echoMerge(asked);
    };

  it("are retried, then the group is halved, and everything is kept", async () => {
    const author = scriptedAuthor(tooMany(3));
    const { tree, edits } = await merge(author, plan(7), { batch_size: "all" });
    expect(leavesOf(edits)).toEqual(allLeaves(plan(7)));
    expect(tree.nodes.map(({ id, inputs, state }) => [id, inputs.join(), state])).toEqual([
      ["m1.1aa", "p000,p001", "merged"],
      ["m1.1ab", "p002,p003", "merged"],
      ["m1.1a", "m1.1aa,m1.1ab", "merged"],
      ["m1.1b", "p004,p005,p006", "merged"],
      ["m1.1", "m1.1a,m1.1b", "merged"],
    ]);
    expect(tree.nodes.at(-1)?.reasoning).toMatch(/^7 patches could not be merged in one call: nothing was said/);
    expect(new Set(edits.map(({ id }) => id)).size).toBe(edits.length);
  });

  it("of pairs pass both patches on under their own ids; nothing is lost, also at the forced last merge", async () => {
    const author = scriptedAuthor(() => ({ outcome: "too-long" }));
    const { tree, edits } = await merge(author, plan(9), { batch_size: 2, max_levels: 1 });
    expect(edits.map(({ id }) => id)).toEqual(allLeaves(plan(9)));
    expect(tree.nodes.every(({ state, departures }) => state !== "merged" && departures.length === 0)).toBe(true);
    expect(tree.nodes.find(({ id }) => id === "m1.1")).toMatchObject({ state: "unreadable", inputs: ["p000", "p001"] });
  });

  it("are mended when the problem is sent back", async () => {
    const author = scriptedAuthor((asked) => {
      const reply = echoMerge(asked);
      return asked.problems.length > 0
        ? reply
        : { reasoning: "", edits: [{ op: "append_to_section", file: "SKILL.md", content: "x", from: ["p777e1"] }] };
    });
    const { tree } = await merge(author, plan(3));
    expect(tree.nodes).toMatchObject([{ state: "merged" }]);
    expect(author.asked.at(-1)?.problems[0]).toContain("edits[0].target_section is missing");
  });

  it("stop the consolidation when it was the infrastructure", async () => {
    await expect(
      merge(
        scriptedAuthor(() => ({ outcome: "errored" })),
        plan(9),
      ),
    ).rejects.toThrow(UnansweredCall);
  });
});

describe("loss", () => {
  const keepFirst = (asked: Asked): Said => {
    const [first] = patchesIn(asked.user).flatMap((shown) => shown.edits);
    const { id = "", support: _, ...rest } = first ?? {};
    return jsonSchema.parse({ reasoning: "", edits: [{ ...rest, from: [id] }], dropped: [{ id: "p001e2", reason: "known" }] });
  };

  it("is asked about once and then reported", async () => {
    const author = scriptedAuthor(keepFirst);
    const { tree, edits } = await merge(author, plan(2));
    expect(author.asked).toHaveLength(2);
    expect(JSON.parse(block(author.asked[1]?.user ?? "", "vanished"))).toEqual(["p000e2", "p001e1"]);
    expect(JSON.parse(block(author.asked[1]?.user ?? "", "earlier_reply"))).toMatchObject({ edits: [{ from: ["p000e1"] }] });
    expect(leavesOf(edits)).toEqual(["p000e1"]);
    expect(tree.nodes[0]?.departures.map(({ edit: id, reason }) => [id, reason])).toEqual([
      ["p001e2", "dropped"],
      ["p000e2", "lost"],
      ["p001e1", "lost"],
    ]);
  });

  it("is none when the merger remembers", async () => {
    const author = scriptedAuthor((asked) => (asked.user.includes("<vanished>") ? echoMerge(asked) : keepFirst(asked)));
    const { tree, edits } = await merge(author, plan(2));
    expect(leavesOf(edits)).toEqual(allLeaves(plan(2)));
    expect(tree.nodes[0]?.departures).toEqual([]);
  });
});
