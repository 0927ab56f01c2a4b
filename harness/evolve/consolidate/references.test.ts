import { describe, expect, it } from "vitest";
import type { SkillEdit } from "../../core/evolution.ts";
import { validateFiles } from "../../skill/validate-skill.ts";
import { append, coverageOf, file, patch, reasons, run, skillText, start, textOf } from "./consolidation.fixture.ts";
import { minSupport } from "./prevalence.ts";
import { echoMerge, scriptedAuthor } from "./scripted-author.fixture.ts";

const echo = () => scriptedAuthor(echoMerge);
const sizes = { skill_lines: 500, reference_lines: 300, references: 5 };
const create = (path: string, content: string): SkillEdit => ({ op: "create", file: path, content });
const paths = (files: readonly { readonly path: string }[]): string[] => files.map(({ path }) => path);
const upTo = (n: number): number[] => Array.from({ length: n }, (_, index) => index);

/** New findings of any severity: notes are made by code and have no excuse. */
const findings = (files: Parameters<typeof validateFiles>[0]) =>
  validateFiles(files, "sheets").map(({ file: path, rule }) => `${path} ${rule}`);

describe("minSupport", () => {
  it.each([
    [2, 500, 2],
    [0.1, 30, 3],
    [0.1, 31, 4],
    [0.02, 5, 1],
    [0.5, 0, 1],
  ])("of %s with %i tasks is %i", (wanted, tasks, expected) => {
    expect(minSupport(wanted, tasks)).toBe(expected);
  });
});

describe("edits below the threshold", () => {
  it("become notes by section, linked with when to read them, and the skill stays sound", async () => {
    const patches = [
      ...[0, 1].map((n) => patch(n, [append("## Checks", "3. Recalculate first.")])),
      patch(2, [append("## Checks", "- Compare dates as dates. See [formulas](references/formulas.md) and [checks](#checks).")]),
      patch(3, [append("### Formulas", "```python\n# a comment\nx = 1\n```")]),
      patch(4, [
        {
          op: "add_section",
          file: "SKILL.md",
          target_section: "## Merged cells",
          after_section: "## Writing",
          content: "Unmerge them first.\n\n### Why\n\nThey hide values.",
        },
      ]),
      patch(5, [{ op: "insert_after", file: "SKILL.md", target_text: "Then save the file.", content: "Use the path of the task." }]),
    ];
    const result = await run(patches, echo());
    expect(result.state).toBe("evolved");
    expect(textOf(result)).toContain("3. Recalculate first.");
    expect(textOf(result)).not.toContain("Merged cells\n\n");
    expect(paths(result.files)).toEqual([
      "SKILL.md",
      "references/formulas.md",
      "references/notes-checks.md",
      "references/notes-writing.md",
      "scripts/recalc.py",
    ]);
    expect(textOf(result, "references/notes-checks.md")).toBe(
      [
        "# Notes on Checks",
        "",
        "Each of these comes from few tasks. Use what fits the task at hand.",
        "",
        "## Compare dates as dates",
        "",
        "- Compare dates as dates. See [formulas](formulas.md) and [checks](../SKILL.md#checks).",
        "",
      ].join("\n"),
    );
    const writing = textOf(result, "references/notes-writing.md");
    expect(writing.match(/^## .*$/gm)).toEqual(["## Example", "## Merged cells", "## Use the path of the task"]);
    expect(writing).toContain("```python\n# a comment\nx = 1\n```");
    expect(writing).toContain("Unmerge them first.\n\n**Why**\n\nThey hide values.");
    expect(textOf(result)).toContain(
      "## Further notes\n\n- [Notes on Writing](references/notes-writing.md): read it when the task touches one of these: Example; Merged cells; Use the path of the task.\n- [Notes on Checks](references/notes-checks.md): read it when",
    );
    expect(findings(result.files)).toEqual(findings(start));
    expect(result.departures.map(({ reason }) => reason)).toEqual(["duplicate"]);
    // Two edits stand on every note: the file and its link. Reported is the file.
    expect(coverageOf(patches, result).lessons.map(({ edits }) => edits[0]?.appliedAs)).toEqual([
      "m1.1e1",
      "m1.1e1",
      "n2",
      "n1",
      "n1",
      "n1",
    ]);
    expect(result.lineage.edits.find(({ id }) => id === "n1")).toMatchObject({ tasks: ["task-3", "task-4", "task-5"] });
  });

  it("may have the same headings and the same words", async () => {
    const body = (n: number): string => `Rule ${n} about \`cell_value\` and __init__.\n\n### Why\n\nBecause of ${n}.`;
    const patches = [0, 1, 2].map((n) =>
      patch(n, [{ op: "insert_after", file: "SKILL.md", target_text: "2. Compare it.", content: body(n) }]),
    );
    const result = await run(patches, echo());
    expect(result.departures).toEqual([]);
    expect(textOf(result, "references/notes-checks.md").match(/^## .*$/gm)).toEqual(
      [0, 1, 2].map((n) => `## Rule ${n} about cell_value and init`),
    );
    expect(findings(result.files)).toEqual(findings(start));
  });

  it("that create a file keep it when it is alone, with the code's link instead of theirs", async () => {
    const content = "# Dates\n\nA date is a number.\n";
    const patches = [
      patch(0, [create("references/dates.md", content), append("## Reading", "- With dates, read [dates](references/dates.md) first.")]),
    ];
    const result = await run(patches, echo());
    expect(textOf(result, "references/dates.md")).toBe(content);
    expect(textOf(result)).toContain("- [Dates](references/dates.md): read it when");
    expect(textOf(result)).not.toContain("With dates, read");
    expect(coverageOf(patches, result).counts).toMatchObject({ edits: 2, "edits.applied": 2 });
    expect(findings(result.files)).toEqual(findings(start));
  });

  it("count together with the file they link to", async () => {
    const link = append("## Reading", "- With dates, read [dates](references/dates.md) first.");
    const patches = [0, 1].map((n) => patch(n, [create("references/dates.md", `# Dates\n\nA date is a number.\n`), link]));
    const result = await run(patches, echo());
    expect(textOf(result)).toContain("- With dates, read [dates](references/dates.md) first.");
    expect(result.lineage.edits.map(({ tasks }) => tasks.length)).toEqual([2, 2]);
  });

  it("stay where they are in references, and are withheld where they take away", async () => {
    const patches = [
      patch(0, [append("# Formulas", "Mind the locale.", "references/formulas.md")]),
      patch(1, [{ op: "replace_in_section", file: "SKILL.md", old_text: "Usually keep formats.", content: "Never." }]),
      patch(2, [{ op: "delete_section", file: "SKILL.md", target_section: "## Checks" }]),
    ];
    const result = await run(patches, echo());
    expect(textOf(result, "references/formulas.md")).toContain("Mind the locale.");
    expect(reasons(result.departures)).toEqual({ "m1.1e2": "below-support", "m1.1e3": "below-support" });
    expect(textOf(result)).toBe(textOf({ files: start }));
  });

  it("share one file when there are more sections than files allowed", async () => {
    const patches = ["## Reading", "## Writing", "## Checks"].map((section, n) =>
      patch(n, [append(section, `- Hint ${n} for ${section.slice(3)}.`)]),
    );
    const result = await run(patches, echo(), { sizes: { ...sizes, references: 3 } });
    expect(paths(result.files).filter((path) => path.startsWith("references/"))).toEqual([
      "references/formulas.md",
      "references/notes-checks.md",
      "references/notes-further.md",
    ]);
    expect(textOf(result, "references/notes-further.md").match(/^- Hint.*$/gm)).toHaveLength(2);
    expect(findings(result.files)).toEqual(findings(start));
  });

  it("go into the reference they resemble when no file may be added, and nowhere when it is full", async () => {
    const patches = [patch(0, [append("## Writing", "- Excel formulas begin with an equals sign, never with a blank.")])];
    const result = await run(patches, echo(), { sizes: { ...sizes, references: 1 } });
    expect(paths(result.files)).toEqual(paths(start));
    expect(textOf(result, "references/formulas.md")).toContain(
      "## Excel formulas begin with an equals sign, never with a blank\n\n- Excel formulas begin",
    );
    const full = await run(patches, echo(), { sizes: { ...sizes, references: 1, reference_lines: 6 } });
    expect(full.state).toBe("unchanged");
    expect(reasons(full.departures)).toEqual({ p000e1: "size-budget" });
  });

  it("fill further files when one is full, and what does not fit is said", async () => {
    const long = (n: number): string =>
      upTo(12)
        .map((k) => `- Hint ${n}, line ${k}.`)
        .join("\n");
    const patches = upTo(6).map((n) => patch(n, [append("## Checks", long(n))]));
    const result = await run(patches, echo(), { sizes: { ...sizes, references: 3, reference_lines: 40 } });
    expect(paths(result.files).filter((path) => path.startsWith("references/notes"))).toEqual([
      "references/notes-checks-2.md",
      "references/notes-checks.md",
    ]);
    expect(Object.values(reasons(result.departures))).toEqual(["size-budget", "size-budget"]);
    expect(findings(result.files)).toEqual(findings(start));
  });

  it("find a section for links that is there, and names that are taken", async () => {
    const files = [
      file("SKILL.md", `${skillText}\n## References\n\n- none yet\n`),
      file("references/formulas.md", "# Formulas\n\ntext\n"),
      file("references/notes-checks.md", "# Old notes\n\ntext\n"),
    ];
    const patches = [patch(0, [append("## Checks", "- 日本語 の 注意")]), patch(1, [append("## Checks", "- 日本語 の 注意!?")])];
    const result = await run(patches, echo(), {}, { start: files });
    expect(paths(result.files)).toContain("references/notes-checks-2.md");
    expect(textOf(result)).toMatch(/## References\n\n- none yet\n- \[Notes on Checks\]\(references\/notes-checks-2\.md\): read it/);
  });
});
