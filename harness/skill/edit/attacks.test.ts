import { describe, expect, it } from "vitest";
import type { SkillEdit } from "../../core/evolution.ts";
import { skillOf } from "./edits.fixture.ts";
import { resolveEdit } from "./resolve-edit.ts";

/** Why an edit of this text is refused; "" when it is taken. */
function refusal(text: string, edit: Omit<Extract<SkillEdit, { op: "replace_in_section" }>, "file">): string {
  const resolved = resolveEdit(skillOf({ "SKILL.md": text }), { file: "SKILL.md", ...edit });
  return resolved.ok ? "" : resolved.note;
}
const replace = (old_text: string, content: string) => ({ op: "replace_in_section" as const, old_text, content });

describe("what a hostile or careless edit tries", () => {
  it("is read, however many dashes a row has", () => {
    const row = `| ${"-".repeat(400)} | --- | note |`;
    const edit: SkillEdit = { op: "append_to_section", file: "SKILL.md", target_section: "## A", content: row };
    // Exponential matching took minutes at a tenth of this length; the suite's own time limit would end it.
    expect(resolveEdit(skillOf({ "SKILL.md": "# T\n\n## A\n\ntext\n" }), edit)).toMatchObject({ ok: true });
  });

  it("does not cut a sign in two", () => {
    expect(refusal("# T\n\nOne 🙂 two.\n", replace("\ud83d", "x"))).toMatch(/signs that do not belong/);
  });

  it("does not glue a heading to a sentence, nor swallow one", () => {
    expect(refusal("# T\n\nText.\n\n# Usage\n\nMore.\n", replace("Text.\n\n# Usage", "Text. # Usage"))).toMatch(/glued/);
    expect(refusal("# T\n\nOne two.\n\n## Bee\n\nMore.\n", replace("two.\n\n##", "two."))).toMatch(/only a part of the heading "## Bee"/);
    expect(refusal("# T\n\n## Alpha\n\nMore.\n", replace("Alpha", "Al\npha"))).toMatch(/several lines/);
    expect(refusal("# T\n\n## Alpha\n\nMore.\n", replace("Alpha", "Beta"))).toBe("");
  });

  const table = "# T\n\n| a | b |\n| --- | --- |\n| one | two |\n";
  it("does not break a table", () => {
    expect(refusal(table, replace("one", "x\ny"))).toMatch(/several lines/);
    expect(refusal(table, replace("one", "x | y"))).toMatch(/number of cells/);
    expect(refusal(table, replace("| --- | --- |", "and so on"))).not.toBe("");
    expect(refusal(table, replace("one", "1"))).toBe("");
  });

  it("does not open a comment", () => {
    expect(refusal("# T\n\n<!-- note -->\n\nText.\n", replace("note -->", "note"))).not.toBe("");
  });
});
