import { describe, expect, it } from "vitest";
import { UsageError } from "../../core/errors.ts";
import { skillOf, textOf, traced } from "../../skill/edit/edits.fixture.ts";
import { skillHash } from "../../skill/read-skill.ts";
import { findCandidates } from "./candidates.ts";
import { evolvedSubject } from "./evolved.fixture.ts";
import { fitBudget } from "./fit-budget.ts";
import { holdOutClusters } from "./hold-out.ts";
import { leaveOutEdits } from "./leave-out-edits.ts";
import { leaveOutSection, sectionsOf } from "./leave-out-section.ts";
import { type MeasuredPart, pruneSkill, writePruneLog } from "./prune.ts";

const start = skillOf({
  "SKILL.md": "# T\n\nIntro.\n\n## Read\n\n- a\n\n```md\n## Not a section\n```\n\n## Write\n\n- w\n\n### Detail\n\n- d\n",
});
const link = "- [Notes](references/notes.md): few.\n- [More](references/more.md): fewer.";
const edits = [
  traced("e1", { op: "append_to_section", file: "SKILL.md", target_section: "## Read", content: "- learned" }, 3),
  traced("e2", { op: "add_section", file: "SKILL.md", target_section: "## Checks", content: "- check" }, 5),
  traced("n0", { op: "add_section", file: "SKILL.md", target_section: "## Further notes", content: link }, 2),
  traced("n1", { op: "create", file: "references/notes.md", content: "# Notes\n\nOne.\n" }),
  traced("n2", { op: "create", file: "references/more.md", content: "# More\n\nTwo.\n" }),
];
const subject = evolvedSubject(start, edits);

describe("leaving out edits", () => {
  it("gives S0 with the rest, for every subset, and S0 itself without all", () => {
    const all = leaveOutEdits(start, edits, new Set());
    expect("files" in all && skillHash(all.files)).toBe(skillHash(subject.files));
    const none = leaveOutEdits(start, edits, new Set(edits.map(({ id }) => id)));
    expect("files" in none && skillHash(none.files)).toBe(skillHash(start));
    const one = leaveOutEdits(start, edits, new Set(["e1"]));
    expect("files" in one && textOf(one.files)).toBe(textOf(subject.files).replace("- learned\n\n", ""));
  });

  it("takes only the lines about a file that is gone out of an edit that links several", () => {
    const rest = leaveOutEdits(start, edits, new Set(["n1"]));
    if ("problem" in rest) throw new Error(rest.problem);
    expect(rest.files.map(({ path }) => path)).toEqual(["SKILL.md", "references/more.md"]);
    expect(textOf(rest.files)).toContain("[More](references/more.md)");
    expect(textOf(rest.files)).not.toContain("notes.md");
    expect(rest.along).toEqual([]);
  });

  it("takes new files along whose only link is left out", () => {
    const rest = leaveOutEdits(start, edits, new Set(["n0"]));
    if ("problem" in rest) throw new Error(rest.problem);
    expect([...rest.along].sort()).toEqual(["n1", "n2"]);
    expect(rest.files.map(({ path }) => path)).toEqual(["SKILL.md"]);
  });
});

describe("sections", () => {
  it("are those below the title, by the syntax tree, then the other files", () => {
    expect(sectionsOf(subject.files).map(({ heading }) => heading)).toEqual([
      "## Read",
      "## Write",
      "## Checks",
      "## Further notes",
      "references/more.md",
      "references/notes.md",
    ]);
  });

  it("leave with their subsections; a file leaves with its links", () => {
    const [, write, , , more] = sectionsOf(subject.files);
    if (write === undefined || more === undefined) throw new Error("sections are missing");
    expect(textOf(leaveOutSection(subject.files, write))).toBe(
      textOf(subject.files).replace("## Write\n\n- w\n\n### Detail\n\n- d\n\n", ""),
    );
    const without = leaveOutSection(subject.files, more);
    expect(without.map(({ path }) => path)).toEqual(["SKILL.md", "references/notes.md"]);
    expect(textOf(without)).not.toContain("more.md");
  });

  it("of a skill without headings are none", () => {
    expect(sectionsOf(skillOf({ "SKILL.md": "Just text.\n" }))).toEqual([]);
  });
});

describe("candidates", () => {
  it("are one where a section and an edit leave the same skill, and stand in the order of what they answer", () => {
    const { candidates, impossible } = findCandidates(subject, "all");
    const named = candidates.map(({ parts }) => parts.map(({ id }) => id).join("="));
    // A whole new section is its edit; the section that links files leaves them unlinked, its edit takes them along.
    expect(named).toEqual(["s03=e2", "s01", "s04", "s05=n2", "s06=n1", "e1", "n0", "s02"]);
    expect(impossible).toEqual([]);
    expect(new Set(candidates.map(({ hash }) => hash)).size).toBe(candidates.length);
  });

  it("say who is behind a section, blank lines set aside", () => {
    const parts = findCandidates(subject, "sections").candidates.flatMap((one) => one.parts);
    expect(parts.find(({ title }) => title === "## Write")).toMatchObject({ edits: [], support: 0 });
    expect(parts.find(({ title }) => title === "## Checks")).toMatchObject({ edits: ["e2"], support: 5 });
  });

  it("name a section without which nothing is left", () => {
    const { candidates, impossible } = findCandidates({ files: skillOf({ "SKILL.md": "## Only\n\n- a\n" }) }, "all");
    expect(candidates).toEqual([]);
    expect(impossible).toMatchObject([{ part: { title: "## Only" }, why: "Without it no usable skill is left." }]);
  });
});

describe("a budget", () => {
  const found = findCandidates(subject, "all");
  it("keeps what comes first and lists the rest with the limit", () => {
    const { arms, leftOut } = fitBudget(found, { maxArms: 5, maxEpisodes: 50, maxCostUsd: 10 }, { episodes: 24, costUsd: 1 });
    expect(arms.map(({ name }) => name)).toEqual(["without-s03-checks", "without-s01-read"]);
    expect(leftOut.map(({ part }) => part.id)).toEqual(["s04", "s05", "n2", "s06", "n1", "e1", "n0", "s02"]);
    expect(new Set(leftOut.map(({ why }) => why))).toEqual(new Set(["beyond --max-episodes 50 (24 an arm)"]));
  });
  it("refuses a cost limit over unknown costs, and one that holds nothing", () => {
    expect(() => fitBudget(found, { maxCostUsd: 1 }, { episodes: 1, costUsd: null })).toThrow(/--max-cost cannot be kept.*prices/);
    expect(() => fitBudget(found, { maxEpisodes: 3 }, { episodes: 24, costUsd: null })).toThrow(UsageError);
  });
  it("gives names that configs take, and different ones", () => {
    const names = fitBudget(found, {}, { episodes: 1, costUsd: null }).arms.map(({ name }) => name);
    for (const name of names) expect(name).toMatch(/^[A-Za-z0-9][A-Za-z0-9._-]{0,79}$/);
    expect(new Set(names).size).toBe(names.length);
  });
});

describe("holding out", () => {
  it("takes whole clusters, the same ones every time", () => {
    const rows = Array.from({ length: 40 }, (_, i) => ({ benchmark: "b", split: "s", task: `${i}`, cluster: `${i % 10}` }));
    const halves = holdOutClusters(rows, 0.3);
    const [kept = [], out = []] = [halves.kept.get("b\ns"), halves.heldOut.get("b\ns")];
    expect(out).toHaveLength(12);
    expect([...kept, ...out].sort()).toEqual(rows.map(({ task }) => task).sort());
    expect(new Set(out.map((task) => Number(task) % 10)).size).toBe(3);
    expect(holdOutClusters(rows.toReversed(), 0.3).heldOut.get("b\ns")).toEqual(out);
  });
});

describe("pruning", () => {
  const measured = (effects: Readonly<Record<string, number | null>>): MeasuredPart[] =>
    findCandidates(subject, "all")
      .candidates.flatMap(({ parts }) => parts)
      .filter(({ id }) => id in effects)
      .map((part) => ({ part, effect: effects[part.id] ?? null, said: "measured" }));

  it("leaves out the edits that did not help; those without a measurement stay", () => {
    const pruned = pruneSkill(subject, measured({ e1: 0, e2: 0.2, n1: -0.1, n2: null, s01: -1 }), 0);
    if (pruned === null || "problem" in pruned) throw new Error("expected a proposal");
    expect(pruned.removed.map(({ part }) => part.id).sort()).toEqual(["e1", "n1"]);
    expect(textOf(pruned.files)).not.toContain("- learned");
    expect(textOf(pruned.files)).toContain("- check");
    expect(pruned.files.map(({ path }) => path)).toEqual(["SKILL.md", "references/more.md"]);
    expect(pruned.lineage).toMatchObject({ skill: pruned.hash, start: skillHash(start) });
    expect(pruned.lineage?.edits.map(({ id }) => id)).toEqual(["e2", "n0", "n2"]);
    const log = writePruneLog(pruned, { experiment: "x", arm: "evolved", atMost: 0, measured: "" });
    expect(log).toContain("has not been measured");
    expect(log).toContain("`e1`");
  });

  it("takes sections where there are no edits, and proposes nothing where everything helps", () => {
    const plain = { files: subject.files };
    const pruned = pruneSkill(plain, measured({ s01: 0.1, s02: 0, s06: -0.2 }), 0);
    if (pruned === null || "problem" in pruned) throw new Error("expected a proposal");
    expect(textOf(pruned.files)).not.toMatch(/## Write|notes\.md/);
    expect(textOf(pruned.files)).toContain("## Checks");
    expect(pruneSkill(subject, measured({ e1: 0.1, e2: 0.2 }), 0)).toBeNull();
  });

  it("quotes titles that try to be something else", () => {
    const hostile = evolvedSubject(start, [
      traced("e1", { op: "append_to_section", file: "SKILL.md", target_section: "## Read", content: "- `` ` `` <script>" }),
    ]);
    const parts = findCandidates(hostile, "edits").candidates.flatMap((one) => one.parts);
    const pruned = pruneSkill(
      hostile,
      parts.map((part) => ({ part, effect: 0, said: "none" })),
      0,
    );
    if (pruned === null || "problem" in pruned) throw new Error("expected a proposal");
    expect(writePruneLog(pruned, { experiment: "x", arm: "a", atMost: 0, measured: "" })).toContain(
      "``` append_to_section ## Read: - `` ` `` <script> ```",
    );
  });
});
