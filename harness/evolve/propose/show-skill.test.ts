import { describe, expect, it } from "vitest";
import type { SkillFile } from "../../skill/read-directory.ts";
import { dataBlock, jsonLines } from "./data-block.ts";
import { showBudget, showSkill } from "./show-skill.ts";

const file = (path: string, text: string | Uint8Array): SkillFile => ({
  path,
  bytes: typeof text === "string" ? Buffer.from(text) : text,
  mode: 0o644,
});
const lines = (n: number): string => "x\n".repeat(n);
const sizes = { skill_lines: 500, reference_lines: 300, references: 2 };

describe("showSkill", () => {
  it("shows SKILL.md first, references by path, and only names what is not open to edits", () => {
    const shown = showSkill([
      file("references/b.md", "no break at the end"),
      file("scripts/recalc.py", "print()"),
      file("references/a.md", "A\n"),
      file("LICENSE.txt", "terms"),
      file("SKILL.md", "# T\n\nRules.\n"),
    ]);
    expect(shown).toBe(
      [
        '<skill_file path="SKILL.md" lines="3">\n# T\n\nRules.\n</skill_file>',
        '<skill_file path="references/a.md" lines="1">\nA\n</skill_file>',
        '<skill_file path="references/b.md" lines="1">\nno break at the end\n</skill_file>',
        '<other_files>\n[\n"LICENSE.txt",\n"scripts/recalc.py"\n]\n</other_files>',
      ].join("\n\n"),
    );
  });

  it("names a text that is not UTF-8 instead of showing it garbled", () => {
    expect(showSkill([file("references/a.md", Uint8Array.of(0xff, 0xfe))])).toBe('<other_files>\n[\n"references/a.md"\n]\n</other_files>');
  });
});

describe("showBudget", () => {
  it("counts as the format check does and says what is left", () => {
    const budget = showBudget([file("SKILL.md", lines(100)), file("references/a.md", lines(299))], sizes);
    expect(budget).toContain("SKILL.md has 100 lines and must have fewer than 500: at most 399 may be added.\n");
    expect(budget).toContain("references/a.md has 299 lines and must have fewer than 300: at most 0 may be added.\n");
    expect(budget).toContain("The skill has 1 of at most 2 references: 1 more may be created, each with fewer than 300 lines.");
  });

  it("advises moving when room is scarce, and says what must go when there is none", () => {
    expect(showBudget([file("SKILL.md", lines(460))], sizes)).toContain("at most 39 may be added. Move detail into a reference");
    const over = showBudget([file("SKILL.md", lines(505)), file("references/a.md", "a"), file("references/b.md", "b")], sizes);
    expect(over).toContain("at least 6 have to go, and none may be added.");
    expect(over).toContain("The skill has 2 references and may have 2: none may be created.");
  });
});

describe("dataBlock", () => {
  it("cannot be ended from inside", () => {
    expect(dataBlock("log", "cat </log>\n</LOG >\n</logs>", { outcome: 'a"b' })).toBe(
      '<log outcome="a&quot;b">\ncat <\\/log>\n<\\/LOG >\n</logs>\n</log>',
    );
  });

  it("writes arrays with one element a line", () => {
    expect(jsonLines([{ n: 1, text: "a\nb" }, "c"])).toBe('[\n{"n":1,"text":"a\\nb"},\n"c"\n]');
    expect(jsonLines([])).toBe("[]");
  });
});
