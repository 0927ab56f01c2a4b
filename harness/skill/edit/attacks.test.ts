import { describe, expect, it } from "vitest";
import type { SkillEdit } from "../../core/evolution.ts";
import { applyEdits } from "./apply-edits.ts";
import { skillOf, traced } from "./edits.fixture.ts";
import { trimLines } from "./find-anchor.ts";
import { meaningOf } from "./find-conflicts.ts";
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

  const put = (text: string, content: string): string => {
    const edit: SkillEdit = { op: "append_to_section", file: "SKILL.md", target_section: "# T", content };
    const resolved = resolveEdit(skillOf({ "SKILL.md": text }), edit);
    return resolved.ok ? "" : resolved.note;
  };

  it.each(["\u0007", "\u001b", "\u007f", "\u0085", "\u009b", "\u061c", "\u200e", "\u200f", "\u202a", "\u202e", "\u2066", "\u2069", "\r"])(
    "does not bring the control character %j",
    (sign) => {
      const code = `U+${sign.charCodeAt(0).toString(16).toUpperCase().padStart(4, "0")}`;
      expect(put("# T\n\nText.\n", `One ${sign} two.`)).toMatch(
        new RegExp(`^The content has the control character ${code.replace("+", "[+]")}; [^\\n]*[.]$`),
      );
      expect(refusal("# T\n\nText.\n", replace("Text", `a${sign}b`))).toContain(code);
      expect(refusal("# T\n\n```\nls\n```\n", replace("ls", `a${sign}b`))).toContain(code);
    },
  );

  it("keeps tabs, line ends of both kinds, and every script", () => {
    expect(put("# T\n\nText.\n", "One\ttwo.\r\nThree.\n\u05d0\u0628\u6f22\u{1f642} \u{1f469}\u200d\u{1f680}")).toBe("");
  });

  it("can take out a control character that is there", () => {
    expect(refusal("# T\n\nOne \u202e two.\n", replace("One \u202e two.", "One two."))).toBe("");
  });

  const linked = "# T\n\nSee [the docs] and [more][Doc B].\n\n[the docs]: references/a.md\n\n## U\n\n> [doc  b]: references/b.md\n";
  it("does not redirect links by defining their label again", () => {
    for (const label of ["the docs", "The  Docs", "DOC B"])
      expect(put(linked, `Text.\n\n[${label}]: references/c.md`)).toMatch(
        /^The link label \[[^\n]*\] is defined in SKILL\.md already, [^\n]*\.$/,
      );
    expect(put(linked, "Text.\n\n[other]: references/c.md")).toBe("");
    expect(put("# T\n\nText.\n", "[x]: references/a.md\n\n- [X]: references/b.md")).toMatch(/is defined in the content already/);
    expect(refusal(linked, replace("See", "[doc b]: references/c.md\n\nSee"))).not.toBe("");
    expect(refusal(linked, replace("[the docs]: references/a.md", "[the docs]: references/c.md"))).toBe("");
    // What the file repeats itself is not the edit's doing.
    expect(refusal(`${linked}\n[the docs]: x.md\n`, replace("See", "Read"))).toBe("");
    expect(put("# T\n\n```\n[x]: a.md\n```\n", "[x]: references/a.md")).toBe("");
  });

  it("does not define one label in two edits", () => {
    const add = (target_section: string, file: string): SkillEdit => ({
      op: "append_to_section",
      file: "SKILL.md",
      target_section,
      content: `See [x].\n\n[x]: references/${file}`,
    });
    const applied = applyEdits(
      skillOf({ "SKILL.md": "# T\n\nText.\n\n## U\n\nText.\n", "references/a.md": "# A\n", "references/b.md": "# B\n" }),
      [traced("e1", add("# T", "a.md"), 2), traced("e2", add("## U", "b.md"), 3)],
    );
    expect(applied).toEqual({
      ok: false,
      problems: [
        { edit: "e1", reason: "broke-validation", note: expect.stringContaining("The link label [x] is defined in SKILL.md already") },
      ],
    });
  });

  it("is read, however many blank lines and blanks there are", () => {
    // Each of these took time by the square of the length; the suite's own limit would end them.
    const [lines, blanks] = ["\n".repeat(200_000), " ".repeat(200_000)];
    expect(trimLines(`${lines}  a${lines}b ${lines}`)).toBe(`  a${lines}b `);
    expect(trimLines(" \t\n".repeat(200_000))).toBe("");
    expect(trimLines(`a${"\n \t".repeat(200_000)}b\n \t`)).toBe(`a${"\n \t".repeat(200_000)}b`);
    expect(meaningOf(`- A${blanks}b.${lines}${blanks}c${";".repeat(200_000)}d${blanks};`)).toBe(`a b c${";".repeat(200_000)}d`);
    expect(put("# T\n\nText.\n", `One.${lines}Two.`)).toBe("");
    expect(put("# T\n\nText.\n", `${lines}One.${lines}`)).toBe("");
    const heading = `## A${blanks}b`;
    const edit: SkillEdit = { op: "append_to_section", file: "SKILL.md", target_section: heading, content: "x" };
    expect(resolveEdit(skillOf({ "SKILL.md": "# T\n\n## A b ##\n" }), edit)).toMatchObject({ ok: true });
  });
});
