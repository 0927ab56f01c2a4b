import { describe, expect, it } from "vitest";
import type { SkillEdit } from "../../core/evolution.ts";
import { applyEdits } from "./apply-edits.ts";
import { skillOf, textOf, traced } from "./edits.fixture.ts";
import { findConflicts, meaningOf, resolveBySupport } from "./find-conflicts.ts";
import { unpaired } from "./pair-edits.ts";
import { compareIds } from "./place.ts";

const file = "SKILL.md";
const append = (target_section: string, content: string, file = "SKILL.md"): SkillEdit => ({
  op: "append_to_section",
  file,
  target_section,
  content,
});
const below = (target_text: string, content: string): SkillEdit => ({ op: "insert_after", file, target_text, content });
const replace = (old_text: string, content: string, file = "SKILL.md"): SkillEdit => ({
  op: "replace_in_section",
  file,
  old_text,
  content,
});
const add = (target_section: string, content: string, after_section?: string): SkillEdit => ({
  op: "add_section",
  file,
  target_section,
  content,
  ...(after_section === undefined ? {} : { after_section }),
});
const drop = (target_section: string): SkillEdit => ({ op: "delete_section", file, target_section });
const create = (file: string, content: string): SkillEdit => ({ op: "create", file, content });
const remove = (file: string): SkillEdit => ({ op: "delete_file", file });

describe("conflicts", () => {
  const start = skillOf({
    "SKILL.md": "# T\n\n## A\n\none two three\nfour\n\n- five\n- six\n\n### A1\n\nseven\n\n## B\n\neight\n\nSee [r](references/r.md).\n",
    "references/r.md": "# R\n\nr\n",
  });
  const clash = (a: SkillEdit, b: SkillEdit): string =>
    findConflicts(start, [traced("e1", a), traced("e2", b)])
      .map((one) => `${one.a} ${one.b} ${one.reason}`)
      .join();
  it.each<[string, SkillEdit, SkillEdit, string]>([
    ["different texts at one point", append("## B", "x"), append("## B", "y"), ""],
    ["the same text at one point", append("### A1", "Do  **it**"), below("seven", "do it."), "e1 e2 duplicate"],
    ["the same text at two points", append("### A1", "x"), append("## B", "x"), ""],
    ["the same words replaced alike", replace("one", "x"), replace("one", "X"), "e1 e2 duplicate"],
    ["the same words replaced differently", replace("one", "x"), replace("one", "y"), "e1 e2 contradiction"],
    ["other words of one line", replace("one", "x"), replace("three", "y"), "e1 e2 overlap"],
    ["words of other lines", replace("one", "x"), replace("four", "y"), ""],
    ["lines that overlap", replace("three\nfour", "x"), replace("four", "y"), "e1 e2 overlap"],
    ["words of a deleted section", drop("## A"), replace("seven", "y"), "e1 e2 overlap"],
    ["a section deleted twice", drop("## A"), drop("## A"), "e1 e2 duplicate"],
    ["a section deleted with the one around it", drop("## A"), drop("### A1"), "e1 e2 overlap"],
    ["text put into a deleted section", drop("## A"), append("### A1", "x"), "e1 e2 overlap"],
    ["a section put behind a deleted one", drop("## A"), add("## N", "x", "## A"), ""],
    ["a sub-section put into a deleted section", drop("## A"), add("### N", "x", "### A1"), "e1 e2 overlap"],
    ["text put before what follows a deleted section", drop("## A"), { op: "insert_before", file, target_text: "## B", content: "x" }, ""],
    ["text put behind an item that is taken out", replace("- five", ""), below("five", "- new"), "e1 e2 overlap"],
    ["text put between lines that are replaced", replace("- five\n- six", "- x"), below("five", "- new"), "e1 e2 overlap"],
    ["text put behind lines that are replaced", replace("- five\n- six", "- x"), below("six", "- new"), ""],
    ["two sections of one name", add("## N", "x", "## A"), add("### n", "y"), "e1 e2 duplicate-heading"],
    ["two sections alike", add("## N", "x"), add("## N", "x."), "e1 e2 duplicate"],
    ["a heading that an edit renames to a new one", replace("## B", "## N"), add("## N", "y"), "e1 e2 duplicate-heading"],
    ["text and headings at one point, twice", append("### A1", "x\n\n#### P\n\ny"), append("### A1", "z\n\n#### Q\n\ny"), "e1 e2 overlap"],
    ["a file created twice alike", create("references/n.md", "# N"), create("references/n.md", "# N\n"), "e1 e2 duplicate"],
    ["a file created twice", create("references/n.md", "# N"), create("references/n.md", "# M"), "e1 e2 contradiction"],
    ["files whose names differ in case", create("references/n.md", "# N"), create("references/N.md", "# N"), "e1 e2 contradiction"],
    ["a deleted file edited", remove("references/r.md"), append("# R", "x", "references/r.md"), "e1 e2 overlap"],
    ["a file deleted twice", remove("references/r.md"), remove("references/r.md"), "e1 e2 duplicate"],
    ["edits that do not resolve", append("## Z", "x"), append("## Z", "x"), ""],
  ])("%s", (_, a, b, expected) => {
    expect(clash(a, b)).toBe(expected);
    expect(clash(b, a)).toBe(expected);
  });

  it("are decided by support, then by the earlier id, whatever the order", () => {
    const edits = [
      traced("p10e1", replace("one", "x"), 2),
      traced("p2e1", replace("one", "y"), 2),
      traced("p1e1", replace("three", "z"), 1),
      traced("p3e1", append("## B", "n"), 1),
    ];
    for (const order of [edits, edits.toReversed()]) {
      const { kept, departures } = resolveBySupport(start, order);
      expect(kept.map((one) => one.id).sort()).toEqual(["p2e1", "p3e1"]);
      expect(departures.map(({ edit, stage, reason, inFavourOf }) => [edit, stage, reason, inFavourOf])).toEqual([
        ["p10e1", "conflict", "contradiction", "p2e1"],
        ["p1e1", "conflict", "overlap", "p2e1"],
      ]);
    }
  });

  it("compares ids as people number and texts as people read", () => {
    expect(["p10e1", "m1.2e1", "p2e10", "p2e9", "p2"].sort(compareIds)).toEqual(["m1.2e1", "p2", "p2e9", "p2e10", "p10e1"]);
    expect(meaningOf("- Use **`x`**.\n- Then  y")).toBe(meaningOf("1. use x\n\n2. Then y;"));
    expect(meaningOf("use x not y")).not.toBe(meaningOf("use y not x"));
  });
});

describe("pairs", () => {
  const start = skillOf({
    "SKILL.md":
      "# T\n\n## A\n\nRead [a](references/a.md) first.\n\nOld [gone](references/gone.md).\n\n## B\n\nRun `scripts/x.py`, and references/b.md.\n",
    "references/a.md": "# A\n\nAlso [b](b.md).\n",
    "references/b.md": "# B\n\n[self](b.md)\n",
    "references/lone.md": "# L\n",
    "scripts/x.py": "x\n",
  });
  const held = (...edits: SkillEdit[]): string[] =>
    unpaired(
      start,
      edits.map((edit, i) => traced(`e${i + 1}`, edit)),
    ).map((one) => `${one.edit} ${one.reason}`);
  it.each<[string, SkillEdit[], string[]]>([
    ["create with its link", [create("references/n.md", "# N"), append("## A", "[n](references/n.md)")], []],
    ["create named in a command", [create("references/n.md", "# N"), append("## A", "```sh\ncat references/n.md\n```")], []],
    ["create without link", [create("references/n.md", "# N")], ["e1 unlinked-create"]],
    ["create linked by itself", [create("references/n.md", "# N\n\n[n](n.md)")], ["e1 unlinked-create"]],
    [
      "two that link each other only",
      [create("references/n.md", "[m](m.md)"), create("references/m.md", "[n](n.md)")],
      ["e1 unlinked-create", "e2 unlinked-create"],
    ],
    [
      "a chain of new files",
      [create("references/n.md", "[m](m.md)"), create("references/m.md", "# M"), append("## A", "[n](references/n.md)")],
      [],
    ],
    ["create of what S0 links to already", [create("references/gone.md", "# G")], []],
    ["link without create", [append("## A", "[n](references/n.md)")], ["e1 unpaired-link"]],
    ["mention without create", [append("## A", "See references/n.md.")], ["e1 unpaired-link"]],
    ["mention of the task's own script", [append("## A", "Run scripts/own.py.")], []],
    ["link to an existing file", [append("## A", "[b](references/b.md), [x](scripts/x.py), [all](references/)")], []],
    ["link to the web and to a heading", [append("## A", "[x](https://x.y/references/q.md) [h](#a)")], []],
    ["link that S0 has dead already", [replace("Old [gone](references/gone.md).", "Very old [gone](references/gone.md).")], []],
    [
      "a link that goes takes its create along",
      [create("references/n.md", "[q](q.md)"), append("## A", "[n](references/n.md)")],
      ["e1 unpaired-link", "e2 unpaired-link"],
    ],
    ["deletion with its link's removal", [remove("references/a.md"), replace("Read [a](references/a.md) first.", "")], []],
    ["deletion without", [remove("references/a.md")], ["e1 unpaired-link"]],
    ["deletion with one link of two removed", [remove("references/b.md"), replace(", and references/b.md", "")], ["e1 unpaired-link"]],
    ["deletion of a file nothing links to", [remove("references/lone.md")], []],
    [
      "deletion of both ends",
      [
        remove("references/a.md"),
        remove("references/b.md"),
        replace("Read [a](references/a.md) first.", ""),
        replace(", and references/b.md", ""),
      ],
      [],
    ],
    [
      "deletion that another edit links to",
      [remove("references/lone.md"), append("## A", "[l](references/lone.md)")],
      ["e1 unpaired-link"],
    ],
    ["removal of the only link", [replace("Read [a](references/a.md) first.", "Read.")], ["e1 unpaired-link"]],
    ["removal of the only link of a script", [drop("## B")], ["e1 unpaired-link"]],
    ["removal of a link that comes again", [replace("Read [a](references/a.md) first.", "See [a](references/a.md).")], []],
    [
      "removal of a link that comes again elsewhere",
      [replace("Read [a](references/a.md) first.", "Read."), append("## B", "[a](references/a.md)")],
      [],
    ],
    ["removal of a dead link", [replace("Old [gone](references/gone.md).", "")], []],
    ["a deletion that goes takes the removal along", [remove("references/b.md"), drop("## B")], ["e1 unpaired-link", "e2 unpaired-link"]],
  ])("%s", (_, edits, expected) => {
    expect(held(...edits)).toEqual(expected);
    expect(held(...edits.toReversed()).length).toBe(expected.length);
  });

  it("come out whole when they are applied", () => {
    const edits = [traced("e1", remove("references/a.md")), traced("e2", replace("Read [a](references/a.md) first.", ""))];
    const result = applyEdits(start, edits);
    expect(result.ok && result.files.map((one) => one.path)).toEqual(["SKILL.md", "references/b.md", "references/lone.md", "scripts/x.py"]);
    expect(result.ok && textOf(result.files)).toContain("## A\n\nOld [gone]");
    const half = applyEdits(start, edits.slice(0, 1));
    expect(half.ok ? null : half.problems.map((one) => one.note)).toEqual([
      "SKILL.md still links to references/a.md; the link has to be removed in the same set of edits.",
    ]);
  });
});
