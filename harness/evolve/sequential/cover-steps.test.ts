import { describe, expect, it } from "vitest";
import { type Coverage, coverageSchema } from "../../core/evolution.ts";
import { evolutionPresets } from "../../core/evolution-presets.ts";
import { skillOf } from "../../skill/edit/edits.fixture.ts";
import { skillHash } from "../../skill/read-skill.ts";
import { type Said, scriptedAuthor } from "../consolidate/scripted-author.fixture.ts";
import { type Accounted, coverSteps } from "./cover-steps.ts";
import { evolveSequentially, type SequentialResult } from "./evolve-sequentially.ts";

const files = skillOf({ "SKILL.md": "# Work\n\n## Checks\n\n- Look.\n\n## Writing\n\nSave it.\n" });

const titled = (title: string) => ({ type: "failure-lesson", title, description: "d", content: title }) as const;
const append = (content: string, lessons: readonly number[]) => ({
  op: "append_to_section",
  file: "SKILL.md",
  target_section: "## Checks",
  content,
  lessons: [...lessons],
});
const replace = (old_text: string, content: string, lessons: readonly number[]) => ({
  op: "replace_in_section",
  file: "SKILL.md",
  old_text,
  content,
  lessons: [...lessons],
});

/** One trajectory a reply, with as many lessons as its titles; then the account of the trajectories and of `more` that no step took in. */
async function cover(
  steps: readonly { readonly titles: readonly string[]; readonly reply: Said }[],
  more: readonly Accounted[] = [],
): Promise<{ readonly coverage: Coverage; readonly result: SequentialResult; readonly plan: readonly Accounted[] }> {
  const author = scriptedAuthor((asked) => steps[author.asked.indexOf(asked)]?.reply ?? null);
  const analysed = steps.map(({ titles }, n) => ({
    position: n,
    task: `t${n}`,
    episode: `episode-${n}`,
    source: "error" as const,
    analysis: `analysis-${n}`,
    lessons: titles.map(titled),
  }));
  const result = await evolveSequentially({
    start: { files, hash: skillHash(files) },
    analysed,
    settings: { sizes: { ...evolutionPresets["as-paper"].sizes, skill_lines: 40 } },
    batch: 1,
    checkpointEvery: 0,
    finalConsolidation: false,
    author,
  });
  const worked = analysed.map(({ position, lessons, task, episode, source }): Accounted => {
    return { position, lessons, account: { task, episode, source, state: "worked-in" } };
  });
  const plan = [...worked, ...more];
  return { coverage: coverageSchema.parse(coverSteps(plan, result)), result, plan };
}

describe("coverSteps", () => {
  it("says where every lesson ended: applied, superseded, rolled back, without an edit, not readable, rejected", async () => {
    const rejected: Accounted = {
      position: 6,
      lessons: [titled("Rejected")],
      account: { task: "t6", episode: "episode-6", source: "error", state: "rejected", reason: "fix-failed", note: "fix-failed" },
    };
    const errored: Accounted = {
      position: 7,
      lessons: [],
      account: { task: "t7", episode: "episode-7", state: "errored", note: "the episode could not be measured" },
    };
    const { coverage } = await cover(
      [
        {
          titles: ["Count", "Trim", "Unsaid"],
          reply: { reasoning: "", edits: [append("- Count rows.", [1]), replace("Save it.", "Save it once.", [2])] },
        },
        { titles: ["Sharper"], reply: { reasoning: "", edits: [replace("- Count rows.", "- Count rows and columns.", [1])] } },
        {
          titles: ["Too long"],
          reply: {
            reasoning: "",
            edits: [{ op: "add_section", file: "SKILL.md", target_section: "## Long", content: "- x\n".repeat(40), lessons: [1] }],
          },
        },
        { titles: ["Unreadable"], reply: { outcome: "too-long" } },
        { titles: ["Half", "Half too"], reply: { reasoning: "", edits: [append("- Half.", [1, 2]), replace("no such line", "x", [1])] } },
        { titles: ["Nothing to add"], reply: { reasoning: "", edits: [] } },
      ],
      [rejected, errored],
    );
    const of = (title: string) => coverage.lessons.find((one) => one.title === title);
    expect(of("Count")).toMatchObject({ patch: "p000", lesson: 0, state: "superseded" });
    expect(of("Count")?.edits).toEqual([{ edit: "b001e1", appliedAs: "b002e1", departure: null, supersededBy: "b002e1" }]);
    expect(of("Trim")).toMatchObject({ state: "applied", edits: [{ edit: "b001e2", appliedAs: "b001e2", departure: null }] });
    expect(of("Unsaid")).toMatchObject({ state: "no-edit", edits: [] });
    expect(of("Sharper")).toMatchObject({ patch: "p001", state: "applied" });
    expect(of("Too long")).toMatchObject({ state: "not-applied", edits: [{ appliedAs: null, departure: { reason: "broke-validation" } }] });
    expect(of("Too long")?.edits[0]?.departure?.note).toContain("rolled back");
    expect(of("Unreadable")).toMatchObject({ state: "no-edit", note: expect.stringContaining("step b004") });
    expect(of("Half")).toMatchObject({
      state: "partly-applied",
      edits: [{ appliedAs: "b005e1" }, { departure: { reason: "unresolved-anchor" } }],
    });
    expect(of("Half too")).toMatchObject({ state: "applied" });
    expect(of("Nothing to add")).toMatchObject({ state: "no-edit", note: "step b006: no edit was proposed" });
    expect(of("Rejected")).toMatchObject({ patch: "p006", state: "rejected", note: "fix-failed" });
    expect(coverage.lessons).toHaveLength(10);
    expect(coverage.episodes.map(({ state }) => state)).toEqual([
      "patched",
      "patched",
      "patched",
      "unreadable-patch",
      "patched",
      "no-edits",
      "rejected",
      "errored",
    ]);
    expect(coverage.episodes[2]?.note).toContain("step b003");
    expect(coverage.episodes[7]).not.toHaveProperty("source");
    expect(coverage.counts).toMatchObject({
      edits: 6,
      "edits.applied": 3,
      "edits.superseded": 1,
      "edits.broke-validation": 1,
      "edits.unresolved-anchor": 1,
      lessons: 10,
      "lessons.superseded": 1,
      "lessons.rejected": 1,
    });
  });

  it("names what took a lesson's lines away when nothing stands in their place, and keeps what was only taken out by its own edit", async () => {
    const { coverage } = await cover([
      { titles: ["Gone"], reply: { reasoning: "", edits: [append("- Gone.", [1])] } },
      {
        titles: ["Clear up"],
        reply: { reasoning: "", edits: [{ op: "delete_section", file: "SKILL.md", target_section: "## Checks", lessons: [1] }] },
      },
    ]);
    expect(coverage.lessons.map(({ state, edits }) => [state, edits[0]?.appliedAs, edits[0]?.supersededBy])).toEqual([
      ["superseded", null, "b002e1"],
      ["applied", "b002e1", undefined],
    ]);
  });

  it("counts an edit that was proposed twice as part of the one that was kept", async () => {
    const { coverage } = await cover([
      { titles: ["One", "Two"], reply: { reasoning: "", edits: [append("- Same.", [1]), append("- Same.", [2])] } },
    ]);
    expect(coverage.lessons.map(({ state, edits }) => [state, edits])).toEqual([
      ["applied", [{ edit: "b001e1", appliedAs: "b001e1", departure: null }]],
      ["applied", [{ edit: "b001e2", appliedAs: "b001e1", departure: null }]],
    ]);
  });

  it("accounts for episodes without anything to evolve from, and refuses to lose one", async () => {
    const rejected: Accounted = {
      position: 0,
      lessons: [],
      account: { task: "t0", episode: "e0", source: "error", state: "rejected", reason: "no-fix" },
    };
    expect(coverSteps([rejected], null).counts).toEqual({ edits: 0, episodes: 1, "episodes.rejected": 1, lessons: 0 });
    const { result, plan } = await cover([{ titles: ["One"], reply: { reasoning: "", edits: [append("- One.", [1])] } }]);
    const forgotten: Accounted = { position: 9, lessons: [], account: { task: "t9", episode: "e9", source: "error", state: "worked-in" } };
    expect(() => coverSteps([...plan, forgotten], result)).toThrow("episode e9 was worked in by no step");
    const [step] = result.record.steps;
    const lost = step === undefined ? [] : [{ ...step, edits: [] }];
    expect(() => coverSteps(plan, { ...result, record: { steps: lost } })).toThrow("edit b001e1 was neither applied nor withheld");
  });
});
