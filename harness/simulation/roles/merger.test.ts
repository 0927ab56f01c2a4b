import { describe, expect, it } from "vitest";
import { world } from "../../../benchmarks/spreadsheetbench/world.ts";
import type { SkillEdit } from "../../core/evolution.ts";
import { ask, brainWith, jsonLines, skillFile, systems, tag } from "../asking.fixture.ts";
import { mergedInTree, type Proposal, patchesMessage } from "../evolving.fixture.ts";
import { knowledgeOf } from "../knowledge.ts";
import { type PersonaChange, steadyPersona } from "../persona.fixture.ts";
import { plantedLessonsIn } from "../planted-lessons.ts";
import { bulletOf } from "../writing/write-lesson.ts";

const skill = "# Spreadsheets\n\n## Workflow\n\n- Save the file.\n\n## Checks\n\n- Look twice.\n";
const brainOf = (merger: PersonaChange["merger"] = {}) => brainWith(steadyPersona({ merger }), [world]);
const append = (content: string, target_section = "## Checks"): SkillEdit => ({
  op: "append_to_section",
  file: "SKILL.md",
  target_section,
  content,
});
const lessonOf = (id: string) => {
  const found = world.traps.find((t) => t.lesson.id === id)?.lesson;
  if (found === undefined) throw new Error(`no lesson ${id}`);
  return found;
};
const worded = (id: string, n = 0) => bulletOf(lessonOf(id).wordings[n] ?? { title: "", content: "" });
const sloppily = (id: string, n = 0) => bulletOf(lessonOf(id).sloppy[n] ?? { title: "", content: "" });
const patch = (id: string, ...edits: readonly SkillEdit[]): Proposal => ({
  id,
  edits: edits.map((edit, i) => ({ id: `${id}e${i + 1}`, edit, tasks: new Set([id]) })),
});
const contentsOf = (answer: ReturnType<typeof ask>) => (answer.edits ?? []).map((e) => ("content" in e ? e.content : ""));

describe("one merge call", () => {
  const sure = { recall: 1, recall_half_edits: 1e9, conflict_error: 0 };

  it("joins edits that mean the same, whatever their words and places, and cites them all", () => {
    const patches = [
      patch("p001", append(worded("normalise-before-matching", 0))),
      patch("p002", append(worded("parse-text-dates", 1)), append(worded("normalise-before-matching", 2), "## Workflow")),
      patch("p003", append("- Keep scripts short."), append(worded("normalise-before-matching", 3))),
      patch("p004", append("- keep scripts SHORT!")),
    ];
    const { edits = [], dropped } = ask(brainOf(sure), systems.merge, patchesMessage(skill, patches));
    expect(edits.map((e) => e.from)).toEqual([["p001e1", "p002e2", "p003e2"], ["p002e1"], ["p003e1", "p004e1"]]);
    expect(dropped).toEqual([]);
  });

  it("loses more the more it is given, by the persona's rate, and states some of it", () => {
    const many = Array.from({ length: 60 }, (_, i) => patch(`p${i}`, append(`- Habit of the kind ${"abcdefghijklmnop"[i % 16]}${i}.`)));
    const kept = (recall_half_edits: number) => ask(brainOf({ recall_half_edits }), systems.merge, patchesMessage(skill, many));
    const usual = kept(30);
    expect(usual.edits?.length).toBeLessThan(40);
    expect(usual.dropped?.length).toBeGreaterThan(5);
    const named = new Set([...(usual.edits ?? []).flatMap((e) => e.from ?? []), ...(usual.dropped ?? []).map((d) => d.id)]);
    expect(named.size).toBeLessThan(60);
    expect(kept(1e9).edits?.length).toBeGreaterThan(55);
  });

  it("gives contradicting rules their conditions, or by the rate lets the one without a condition win", () => {
    const patches = [
      patch("p001", append(sloppily("round-each-line"))),
      patch("p002", append(sloppily("round-each-line", 1))),
      patch("p003", append(worded("round-only-at-the-end"))),
    ];
    const good = contentsOf(ask(brainOf(sure), systems.merge, patchesMessage(skill, patches)));
    expect([...plantedLessonsIn(world, good.join("\n"))].sort()).toEqual([
      ["round-each-line", "taught"],
      ["round-only-at-the-end", "taught"],
    ]);
    const bad = ask(brainOf({ ...sure, conflict_error: 1 }), systems.merge, patchesMessage(skill, patches));
    expect([...plantedLessonsIn(world, contentsOf(bad).join("\n"))]).toEqual([["round-each-line", "always"]]);
    expect(bad.dropped?.map((d) => d.id)).toEqual(["p003e1"]);
  });

  it("keeps a new file and its link together or neither", () => {
    const create: SkillEdit = { op: "create", file: "references/dates.md", content: "# Dates" };
    const link = append("- See [dates](references/dates.md) first.");
    for (let seed = 0; seed < 20; seed++) {
      const message = patchesMessage(skill, [patch("p001", create, link), patch("p002", append("- Be quick."))]);
      const { edits = [] } = ask(brainOf({ recall: 0.5 }), systems.merge, message, { seed });
      expect(edits.some((e) => e.op === "create")).toBe(
        edits.some((e) => "content" in e && e.content.includes("references/dates.md") && e.op !== "create"),
      );
    }
  });

  it("forgets or invents an id by the rate and puts it right when told", () => {
    const message = patchesMessage(skill, [patch("p001", append("- Be quick.")), patch("p002", append("- Be slow."))]);
    const brain = brainOf({ ...sure, bad_ids: 1 });
    const ids = new Set(["p001e1", "p002e1"]);
    const first = ask(brain, systems.merge, message);
    const valid = (answer: typeof first) =>
      answer.edits?.every((e) => (e.from ?? []).length > 0 && (e.from ?? []).every((id) => ids.has(id)));
    expect(valid(first)).toBe(false);
    expect(valid(ask(brain, systems.merge, message, {}, ["[Reply check] edits[0] needs from."]))).toBe(true);
  });

  it("takes vanished edits back, or drops them with a reason, when it is asked again", () => {
    const patches = [patch("p001", append("- Be quick.")), patch("p002", append("- be quick")), patch("p003", append("- Be slow."))];
    const earlier = { reasoning: "…", edits: [{ ...append("- Be quick."), from: ["p001e1"] }], dropped: [], changelog_entries: [] };
    const message = `${patchesMessage(skill, patches)}\n\nYou merged these patches before.\n\n${tag("earlier_reply", JSON.stringify(earlier))}\n\n${tag("vanished", jsonLines(["p002e1", "p003e1"]))}`;
    const again = ask(brainOf({ vanishes_again: 0, taken_back: 1 }), systems.merge, message);
    expect(again.edits?.map((e) => e.from)).toEqual([["p001e1", "p002e1"], ["p003e1"]]);
    const refused = ask(brainOf({ vanishes_again: 0, taken_back: 0 }), systems.merge, message);
    expect(refused.dropped?.map((d) => d.id)).toEqual(["p003e1"]);
  });

  it("settles one conflict by conditions, or by support alone", () => {
    const edits = [
      { id: "m1.1e1", support: 3, ...append(sloppily("count-both-ends")) },
      { id: "m1.1e2", support: 2, ...append(sloppily("plain-difference")) },
    ];
    const message = `${skillFile("SKILL.md", skill)}\n\n${tag("conflict", jsonLines(edits))}`;
    const both = ask(brainOf({ unites: 1 }), systems.merge, message).edit;
    expect(both?.from).toEqual(["m1.1e1", "m1.1e2"]);
    expect([...plantedLessonsIn(world, both !== undefined && "content" in both ? both.content : "").values()]).toEqual([
      "taught",
      "taught",
    ]);
    expect(ask(brainOf({ unites: 0 }), systems.merge, message).edit?.from).toEqual(["m1.1e1"]);
  });
});

describe("merging in a tree", () => {
  const { lessonsIn } = knowledgeOf([world]);
  const systematic = world.traps.filter((t) => t.prevalence === "systematic").map((t) => t.lesson);
  const idiosyncratic = world.traps.filter((t) => t.prevalence === "idiosyncratic").map((t) => t.lesson);
  /** Thirty-six patches: each systematic lesson from five or six tasks, each idiosyncratic one and each superstition from one. */
  const patches = Array.from({ length: 36 }, (_, i) =>
    patch(
      `p${String(i).padStart(3, "0")}`,
      ...[systematic[i % 13], systematic[(i * 5 + 3) % 13]].flatMap((l) =>
        l === undefined ? [] : [append(bulletOf(l.wordings[i % l.wordings.length] ?? l.wordings[0] ?? { title: "", content: "" }))],
      ),
      ...(i % 6 === 0 ? [append(worded(idiosyncratic[i / 6]?.id ?? ""))] : []),
      ...(i % 4 === 1 ? [append(bulletOf(world.superstitions[(i - 1) / 4] ?? { title: "", content: "" }))] : []),
    ),
  );

  /** Share of lessons of each prevalence that are in the root, over some seeds. */
  function survival(merger: PersonaChange["merger"], batch: number) {
    const brain = brainOf(merger);
    let [often, seldom] = [0, 0];
    const seeds = [1, 2, 3, 4, 5];
    for (const seed of seeds) {
      const root = mergedInTree(brain, skill, patches, batch, seed);
      const kept = lessonsIn(root.edits.map(({ edit }) => ("content" in edit ? edit.content : "")).join("\n"));
      often += systematic.filter((l) => kept.has(l.id)).length / systematic.length / seeds.length;
      seldom += idiosyncratic.filter((l) => kept.has(l.id)).length / idiosyncratic.length / seeds.length;
    }
    return { often, seldom };
  }

  it("keeps what is systematic at every batch size, while what is said once varies with it; all of it when nothing is forgotten", () => {
    const batches = [2, 4, 8, 36];
    const usual = batches.map((batch) => survival({}, batch));
    for (const { often } of usual) expect(often).toBeGreaterThan(0.85);
    const seldom = usual.map((s) => s.seldom);
    expect(Math.max(...seldom) - Math.min(...seldom)).toBeGreaterThan(0.15);
    for (const batch of [2, 36])
      expect(survival({ recall: 1, recall_half_edits: 1e9, conflict_error: 0 }, batch)).toEqual({
        often: expect.closeTo(1),
        seldom: expect.closeTo(1),
      });
    const forgetful = [4, 8].map((batch) => survival({ recall: 0.3, recall_half_edits: 5 }, batch).often);
    expect(Math.min(...forgetful)).toBeLessThan(0.6);
  });
});
