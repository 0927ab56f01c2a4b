import { describe, expect, it } from "vitest";
import { z } from "zod";
import type { SkillEdit } from "../../core/evolution.ts";
import type { Json } from "../../core/json.ts";
import { append, coverageOf, patch, reasons, run, textOf } from "./consolidation.fixture.ts";
import { synthesisForm, translateForm } from "./edit-forms.ts";
import { type Asked, block, echoMerge, type Said, scriptedAuthor } from "./scripted-author.fixture.ts";

const keep = { min_support: 1, below: "keep" } as const;
const authorWith = (others: (asked: Asked) => Said) =>
  scriptedAuthor((asked) => (asked.form === "merge" ? echoMerge(asked) : others(asked)));
const lost: SkillEdit = { op: "insert_after", file: "SKILL.md", target_text: "Open a workbook", content: "- Look twice." };
const edit = z.record(z.string(), z.json());

describe("translation", () => {
  it("corrects an anchor, and only edits that need it are asked about", async () => {
    const author = authorWith((asked) => ({
      edit: { ...edit.parse(JSON.parse(block(asked.user, "edit"))), target_text: "Open the workbook." },
    }));
    const patches = [patch(0, [lost, append("## Checks", "3. Fine.")])];
    const result = await run(patches, author, { prevalence: keep });
    const asked = author.asked.filter(({ form }) => form === "translate");
    expect(asked).toHaveLength(1);
    expect(asked[0]?.role).toBe("translator");
    expect(block(asked[0]?.user ?? "", "problem")).toBe('The text "Open a workbook" does not stand in SKILL.md.');
    expect(asked[0]?.user).not.toContain('references/formulas.md" lines');
    expect(textOf(result)).toContain("- Open the workbook.\n- Look twice.\n");
    expect(result.lineage.edits.map(({ id, leaves }) => [id, leaves])).toEqual([
      ["t.p000e1", ["p000e1"]],
      ["p000e2", ["p000e2"]],
    ]);
  });

  it.each([
    ["content", { content: "- Look three times." }, "content"],
    ["operation", { op: "insert_before" }, "operation"],
    ["file", { file: "references/formulas.md" }, "file"],
  ])("that changes the %s is not taken", async (_, change, named) => {
    const patches = [patch(0, [lost])];
    const result = await run(
      patches,
      authorWith(() => ({ edit: { ...lost, target_text: "Open the workbook.", ...change } })),
      { prevalence: keep },
    );
    expect(result.state).toBe("unchanged");
    expect(result.departures).toMatchObject([{ edit: "p000e1", stage: "translate", reason: "changed-by-translation" }]);
    expect(result.departures[0]?.note).toContain(named);
    expect(coverageOf(patches, result).lessons[0]?.edits[0]?.departure?.reason).toBe("changed-by-translation");
  });

  it("that finds no anchor either, or cannot be read, leaves the edit withheld", async () => {
    for (const said of [{ edit: { ...lost } }, { outcome: "silent" }, { outcome: "too-long" }] as Said[]) {
      const result = await run(
        [patch(0, [lost])],
        authorWith(() => said),
        { prevalence: keep },
      );
      expect(reasons(result.departures)).toEqual({ p000e1: "unresolved-anchor" });
    }
  });

  it("that fails puts an edit of several tasks where one of them had it, with the words of the merge", async () => {
    const patches = [patch(0, [lost]), patch(1, [append("## Checks", "3. Look again.")]), patch(2, [append("## Nowhere", "- Look.")])];
    for (const said of [{ edit: { ...lost } }, { outcome: "silent" }] as Said[]) {
      const author = scriptedAuthor((asked) =>
        asked.form === "merge"
          ? { reasoning: "one lesson", edits: [{ ...lost, from: ["p000e1", "p002e1", "p001e1"] }], dropped: [], changelog_entries: [] }
          : said,
      );
      const result = await run(patches, author);
      expect(textOf(result)).toMatch(/2\. Compare it\.\n\n?- Look twice\.\n/);
      expect(result.departures).toEqual([]);
      expect(result.lineage.edits).toMatchObject([{ id: "t.m1.1e1", leaves: ["p000e1", "p001e1", "p002e1"] }]);
    }
  });

  it("is not paid for where the content goes to notes anyway", async () => {
    const author = authorWith(() => ({ outcome: "silent" }));
    const result = await run([patch(0, [lost])], author);
    expect(author.asked).toEqual([]);
    expect(textOf(result, "references/notes-further-points.md")).toContain("- Look twice.");
  });
});

describe("synthesis", () => {
  const formats = (content: string): SkillEdit => ({
    op: "replace_in_section",
    file: "SKILL.md",
    old_text: "Usually keep formats.",
    content,
  });
  const patches = [
    ...[0, 1].map((n) => patch(n, [formats("Always keep formats.")])),
    patch(2, [formats("Never keep formats.")]),
    patch(3, [formats("Sometimes keep formats.")]),
    patch(4, [append("## Checks", "3. Fine.")]),
  ];
  const answer = (from: readonly string[], change: { readonly [key: string]: Json } = {}): Json => ({
    edit: { ...formats("Keep formats unless the task changes them."), from, ...change },
  });

  it("takes the place of all it cites; what it leaves out departs in its favour", async () => {
    const author = authorWith(() => answer(["m1.1e1", "m1.1e3"]));
    const result = await run(patches, author, { prevalence: keep, conflicts: "synthesis" });
    const asked = author.asked.filter(({ form }) => form === "synthesis");
    expect(asked).toHaveLength(1);
    expect(JSON.parse(block(asked[0]?.user ?? "", "conflict"))).toMatchObject([
      { id: "m1.1e1", support: 2 },
      { id: "m1.1e3", support: 1 },
      { id: "m1.1e4", support: 1 },
    ]);
    expect(textOf(result)).toContain("Keep formats unless the task changes them.");
    expect(result.lineage.edits[0]).toMatchObject({
      id: "s1",
      leaves: ["p000e1", "p001e1", "p002e1"],
      tasks: ["task-0", "task-1", "task-2"],
    });
    expect(result.departures.find(({ edit: id }) => id === "m1.1e4")).toMatchObject({ reason: "contradiction", inFavourOf: "s1" });
    expect(coverageOf(patches, result).counts).toMatchObject({ "edits.applied": 4, "edits.contradiction": 1 });
  });

  it.each([
    ["cannot be read", { outcome: "silent" } as Said],
    ["does not resolve", answer(["m1.1e1"], { old_text: "Rarely keep formats." })],
    ["cites strangers", answer(["m1.1e9"])],
    ["leaves the file", answer(["m1.1e1"], { file: "references/formulas.md" })],
  ])("that %s leaves the decision to support", async (_, said) => {
    const result = await run(
      patches,
      authorWith(() => said),
      { prevalence: keep, conflicts: "synthesis" },
    );
    expect(textOf(result)).toContain("Always keep formats.");
    expect(reasons(result.departures)).toMatchObject({ "m1.1e3": "contradiction", "m1.1e4": "contradiction" });
  });
});

describe("forms of single edits", () => {
  it("say what is missing", () => {
    const checked = translateForm.check({ edit: { op: "insert_after", file: "SKILL.md", content: "x" } }, {});
    expect(checked).toMatchObject({ ok: false, problem: expect.stringContaining("edit.target_text is missing") });
    expect(translateForm.check({}, {})).toMatchObject({ ok: false, problem: expect.stringContaining("edit is missing") });
    expect(synthesisForm.check({ edit: { ...lost } }, { ids: ["a"], files: ["SKILL.md"] })).toMatchObject({
      ok: false,
      problem: expect.stringContaining("edit.from must be a list"),
    });
  });
});
