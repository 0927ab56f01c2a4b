import { describe, expect, it } from "vitest";
import type { SkillEdit } from "../../core/evolution.ts";
import { skillHash } from "../read-skill.ts";
import { validateFiles } from "../validate-skill.ts";
import { applyEdits, applyPatch } from "./apply-edits.ts";
import { skillOf, textOf, traced } from "./edits.fixture.ts";

const file = "SKILL.md";
const append = (target_section: string, content: string): SkillEdit => ({ op: "append_to_section", file, target_section, content });
const below = (target_text: string, content: string): SkillEdit => ({ op: "insert_after", file, target_text, content });
const above = (target_text: string, content: string): SkillEdit => ({ op: "insert_before", file, target_text, content });
const replace = (old_text: string, content: string): SkillEdit => ({ op: "replace_in_section", file, old_text, content });
const add = (target_section: string, after_section: string | undefined, content: string): SkillEdit => ({
  op: "add_section",
  file,
  target_section,
  content,
  ...(after_section === undefined ? {} : { after_section }),
});
const drop = (target_section: string): SkillEdit => ({ op: "delete_section", file, target_section });
const create = (file: string, content: string): SkillEdit => ({ op: "create", file, content });

/** SKILL.md after the edits, or what stood in the way. */
function applied(body: string, ...edits: SkillEdit[]): string {
  const result = applyEdits(
    skillOf({ "SKILL.md": body }),
    edits.map((one, i) => traced(`e${i + 1}`, one)),
  );
  return result.ok ? textOf(result.files) : result.problems.map((one) => `${one.edit} ${one.reason}`).join(", ");
}

const fenced = "# T\n\n## A\n\nRun:\n\n```bash\n# a comment\nls\n```\n\nAfter.\n\n## B\n\nb\n";

describe("append_to_section", () => {
  it.each([
    ["ends the section's text", "# T\n\n## A\na\n\n## B\nb\n", append("## A", "new"), "# T\n\n## A\na\n\nnew\n\n## B\nb\n"],
    ["is not misled by # in code", fenced, append("## A", "new"), fenced.replace("After.\n", "After.\n\nnew\n")],
    [
      "adds a blank line where the next heading has none",
      "# T\n\n## A\na\n## B\nb\n",
      append("## A", "n"),
      "# T\n\n## A\na\n\nn\n\n## B\nb\n",
    ],
    ["fills an empty section", "# T\n\n## A\n\n## B\nb\n", append("## A", "n"), "# T\n\n## A\n\nn\n\n## B\nb\n"],
    ["keeps a file without a final line end", "# T\n\n## A\na", append("## A", "n\n\n"), "# T\n\n## A\na\n\nn"],
    ["keeps blank lines at the end", "# T\n\n## A\na\n\n\n", append("## A", "n"), "# T\n\n## A\na\n\nn\n\n\n"],
    [
      "keeps CR LF",
      "# T\r\n\r\n## A\r\na\r\n\r\n## B\r\nb\r\n",
      append("## A", "x\ny"),
      "# T\r\n\r\n## A\r\na\r\n\r\nx\r\ny\r\n\r\n## B\r\nb\r\n",
    ],
    [
      "leaves sub-sections alone",
      "# T\n\n## A\na\n\n### A1\nx\n\n## B\n",
      append("## A", "n"),
      "# T\n\n## A\na\n\nn\n\n### A1\nx\n\n## B\n",
    ],
    [
      "puts a sub-section last",
      "# T\n\n## A\na\n\n### A1\nx\n\n## B\n",
      append("## A", "### A2\n\ny"),
      "# T\n\n## A\na\n\n### A1\nx\n\n### A2\n\ny\n\n## B\n",
    ],
    ["continues a list", "# T\n\n## A\n\n- a\n- b\n\n## B\n", append("## A", "- c"), "# T\n\n## A\n\n- a\n- b\n- c\n\n## B\n"],
    ["continues a numbered list", "# T\n\n## A\n\n1. a\n2. b\n", append("## A", "3. c"), "# T\n\n## A\n\n1. a\n2. b\n3. c\n"],
    ["starts a list of another kind apart", "# T\n\n## A\n\n- a\n", append("## A", "* c"), "# T\n\n## A\n\n- a\n\n* c\n"],
    ["continues a loose list loosely", "# T\n\n## A\n\n- a\n\n- b\n", append("## A", "- c"), "# T\n\n## A\n\n- a\n\n- b\n\n- c\n"],
    [
      "continues a table",
      "# T\n\n## A\n\n| x | y |\n|---|---|\n| 1 | 2 |\n\n## B\n",
      append("## A", "| 3 | 4 |"),
      "# T\n\n## A\n\n| x | y |\n|---|---|\n| 1 | 2 |\n| 3 | 4 |\n\n## B\n",
    ],
    ["finds underlined headings", "T\n=\n\nA\n---\n\na\n\nB\n---\n\nb\n", append("## A", "n"), "T\n=\n\nA\n---\n\na\n\nn\n\nB\n---\n\nb\n"],
    ["finds headings with closing marks", "# T\n\n## A ##\n\na\n", append("## A", "n"), "# T\n\n## A ##\n\na\n\nn\n"],
    ["ignores headings in code", "# T\n\n```\n## A\n```\n\n## A\n\na\n", append("## A", "n"), "# T\n\n```\n## A\n```\n\n## A\n\na\n\nn\n"],
    [
      "ignores headings in HTML, lists and quotations",
      "# T\n\n<!--\n## A\n-->\n\n- ## A\n\n> ## A\n\n## A\n\na\n",
      append("## A", "n"),
      "# T\n\n<!--\n## A\n-->\n\n- ## A\n\n> ## A\n\n## A\n\na\n\nn\n",
    ],
    ["needs the heading", "# T\n\n## A\n", append("## C", "n"), "e1 unresolved-anchor"],
    ["needs it once", "# T\n\n## A\n\n## A\n", append("## A", "n"), "e1 unresolved-anchor"],
    ["does not take a line in code for it", "# T\n\n```\n# a comment\n```\n", append("# a comment", "n"), "e1 unresolved-anchor"],
    ["may not end the section", "# T\n\n## A\n", append("## A", "text\n\n## N\n\nx"), "e1 invalid"],
    ["may not go behind an open fence", "# T\n\n## A\n\n```\nx\n", append("## A", "n"), "e1 invalid"],
  ])("%s", (_, body, one, expected) => {
    expect(applied(body, one)).toBe(expected);
  });
});

describe("insert_after and insert_before", () => {
  const list = "# T\n\n1. one\n2. two\n   goes on\n3. three\n";
  const table = "# T\n\n| x | y |\n|---|---|\n| 1 | 2 |\n| 3 | 4 |\n\nEnd.\n";
  it.each([
    ["go beside the whole paragraph", "# T\n\na first\nline two\n\nb\n", below("first", "n"), "# T\n\na first\nline two\n\nn\n\nb\n"],
    ["go before the whole paragraph", "# T\n\na\n\nb first\nb second\n", above("second", "n"), "# T\n\na\n\nn\n\nb first\nb second\n"],
    ["go below a heading", "# T\n\n## A\na\n", below("## A", "n"), "# T\n\n## A\n\nn\n\na\n"],
    ["go above a heading", "# T\n\na\n\n## A\na\n", above("## A", "n"), "# T\n\na\n\nn\n\n## A\na\n"],
    ["make list items of list items", list, below("two", "3. new"), "# T\n\n1. one\n2. two\n   goes on\n3. new\n3. three\n"],
    ["make list items before", list, above("three", "3. new"), "# T\n\n1. one\n2. two\n   goes on\n3. new\n3. three\n"],
    ["make list items before the first", "# T\n\nText:\n\n- a\n- b\n", above("a\n- b", "- n"), "# T\n\nText:\n\n- n\n- a\n- b\n"],
    [
      "continue an item with other text",
      list,
      below("two", "Note.\n\n```sh\nx\n```"),
      "# T\n\n1. one\n2. two\n   goes on\n\n   Note.\n\n   ```sh\n   x\n   ```\n\n3. three\n",
    ],
    ["continue an item with bullets", list, below("two", "- sub"), "# T\n\n1. one\n2. two\n   goes on\n   - sub\n3. three\n"],
    ["keep nested lists nested", "# T\n\n- a\n  - a1\n- b\n", below("a1", "- a2"), "# T\n\n- a\n  - a1\n  - a2\n- b\n"],
    ["go behind nested lists", "# T\n\n- aaa\n  - sub\n- b\n", below("aaa", "- n"), "# T\n\n- aaa\n  - sub\n- n\n- b\n"],
    ["nest what is indented", "# T\n\n- aaa\n- b\n", below("aaa", "  - n"), "# T\n\n- aaa\n  - n\n- b\n"],
    ["make rows of rows", table, below("| 1 |", "| 5 | 6 |"), table.replace("| 1 | 2 |\n", "| 1 | 2 |\n| 5 | 6 |\n")],
    ["never part head and delimiter", table, below("| x | y |", "| 5 | 6 |"), table.replace("|---|---|\n", "|---|---|\n| 5 | 6 |\n")],
    ["go beside a table with text", table, below("| 1 |", "Note."), table.replace("| 3 | 4 |\n", "| 3 | 4 |\n\nNote.\n")],
    ["go before a table with text", table, above("| 3 |", "Note."), table.replace("| x | y |\n", "Note.\n\n| x | y |\n")],
    [
      "go behind a code block named as a whole",
      fenced,
      below("```bash\n# a comment\nls\n```", "n"),
      fenced.replace("ls\n```\n", "ls\n```\n\nn\n"),
    ],
    ["go before a code block", fenced, above("```bash", "n"), fenced.replace("```bash", "n\n\n```bash")],
    ["are refused inside code", fenced, below("# a comment", "n"), "e1 unresolved-anchor"],
    ["are refused behind the first line of code", fenced, below("```bash", "n"), "e1 unresolved-anchor"],
    ["match CR LF", "# T\r\n\r\na\r\nb\r\n", below("a\nb", "n"), "# T\r\n\r\na\r\nb\r\n\r\nn\r\n"],
    ["refuse an empty anchor", "# T\n\na\n", below(" ", "n"), "e1 invalid"],
    ["refuse an anchor that stands twice", "# T\n\na a\n", below("a", "n"), "e1 unresolved-anchor"],
    ["refuse front matter", "# T\n\na\n", below("Does things", "n"), "e1 protected"],
    ["do not take the text below into a new section", "# T\n\na\n\nb\n", below("a", "## N\n\nn"), "e1 invalid"],
    ["may bring a section before a heading", "# T\n\na\n\n## B\n", below("a", "## N\n\nn"), "# T\n\na\n\n## N\n\nn\n\n## B\n"],
    ["may bring a section at the end", "# T\n\na\n", below("a", "## N\n\nn"), "# T\n\na\n\n## N\n\nn\n"],
    ["do not take a sub-section over", "# T\n\n## A\n\na text\n\n### A1\n", below("a text", "## N\n\nn"), "e1 invalid"],
  ])("%s", (_, body, one, expected) => {
    expect(applied(body, one)).toBe(expected);
  });

  it("look in the section they name", () => {
    const body = "# T\n\n## A\n\nsame\n\n## B\n\nsame\n";
    const inB = { op: "insert_after", file, target_section: "## B", target_text: "same", content: "n" } as const;
    expect(applied(body, inB)).toBe("# T\n\n## A\n\nsame\n\n## B\n\nsame\n\nn\n");
  });
});

describe("replace_in_section", () => {
  it.each([
    ["changes words in a line", "# T\n\nUse x here.\n", replace("x", "y"), "# T\n\nUse y here.\n"],
    ["changes lines", "# T\n\n- a\n- b\n- c\n", replace("- a\n- b", "- d"), "# T\n\n- d\n- c\n"],
    ["does not care for line ends around", "# T\n\n- aa\n- b\n", replace("\n- aa\n", "- d\n\n"), "# T\n\n- d\n- b\n"],
    [
      "may add lines to an item",
      "# T\n\n- Always so.\n- b\n",
      replace("Always so.", "Always so.\n- More."),
      "# T\n\n- Always so.\n- More.\n- b\n",
    ],
    ["changes code", fenced, replace("ls\n", "ls -l\n# more"), fenced.replace("ls\n", "ls -l\n# more\n")],
    ["changes a heading", "# T\n\n## A\n\na\n", replace("## A", "## A2"), "# T\n\n## A2\n\na\n"],
    ["takes whole lines out", "# T\n\n- a\n- b\n- c\n", replace("- b", ""), "# T\n\n- a\n- c\n"],
    ["takes a paragraph out with its blank line", "# T\n\na\n\nbb\n\nc\n", replace("bb", " "), "# T\n\na\n\nc\n"],
    ["takes words out", "# T\n\nUse the x.\n", replace("the ", ""), "# T\n\nUse x.\n"],
    [
      "replaces a whole code block by text",
      fenced,
      replace("```bash\n# a comment\nls\n```", "Look."),
      "# T\n\n## A\n\nRun:\n\nLook.\n\nAfter.\n\n## B\n\nb\n",
    ],
    ["may not close a fence early", fenced, replace("ls\n", "ls\n```\n\ntext"), "e1 invalid"],
    ["may not close and reopen a fence", fenced, replace("ls\n", "ls\n```\n\ntext\n\n```"), "e1 invalid"],
    ["may not take half of a fence", fenced, replace("ls\n```\n\nAfter.", "x"), "e1 invalid"],
    ["may not open a fence", "# T\n\na\n\n## B\n", replace("a", "```\na"), "e1 invalid"],
    ["may not make a heading of text above", "# T\n\nabove\nbelow\n", replace("below", "---"), "e1 invalid"],
    ["may not underline text above", "# T\n\nabove\nbelow\n", replace("below", "==="), "e1 invalid"],
    ["may not swallow what is below", "# T\n\na\n\n## B\n", replace("a", "<!-- a"), "e1 invalid"],
    ["may not put a heading into a line", "# T\n\nUse x here.\n", replace("x", "## N\n\nn"), "e1 invalid"],
    ["may not glue a heading", "# T\n\nSentence.\n", replace("Sentence.", "Sentence.## Next section"), "e1 invalid"],
    ["needs a text to replace", "# T\n\na\n", replace(" \n", "## N"), "e1 invalid"],
    ["has to change something", "# T\n\na b\n", replace("a b", "a b\n"), "e1 invalid"],
    ["may not bring a heading twice", "# T\n\n## A\n\na\n\n## B\n", replace("## B", "## a"), "e1 duplicate-heading"],
    ["may not empty a file", "a\n", replace("a", ""), "e1 invalid"],
  ])("%s", (_, body, one, expected) => {
    expect(applied(body, one)).toBe(expected);
  });
});

describe("add_section and delete_section", () => {
  const two = "# T\n\n## A\na\n\n## B\nb\n";
  it.each([
    ["stands between blank lines", two, add("## N", "## A", "x"), "# T\n\n## A\na\n\n## N\n\nx\n\n## B\nb\n"],
    ["goes to the end", two, add("## N", undefined, "x"), `${two}\n## N\n\nx\n`],
    [
      "goes behind sub-sections",
      "# T\n\n## A\n\n### A1\nx\n\n## B\n",
      add("## N", "## A", "y"),
      "# T\n\n## A\n\n### A1\nx\n\n## N\n\ny\n\n## B\n",
    ],
    [
      "takes no sub-section over",
      "# T\n\n## A\n\n### A1\nx\n\n### A2\ny\n\n## B\n",
      add("## N", "### A1", "n"),
      "# T\n\n## A\n\n### A1\nx\n\n### A2\ny\n\n## N\n\nn\n\n## B\n",
    ],
    ["may be a sub-section", two, add("### N", "## A", "x"), "# T\n\n## A\na\n\n### N\n\nx\n\n## B\nb\n"],
    ["puts a repeated heading in once", two, add("## N", undefined, "## N\n\nx"), `${two}\n## N\n\nx\n`],
    ["may have sub-sections", two, add("## N", undefined, "### N1\n\nx"), `${two}\n## N\n\n### N1\n\nx\n`],
    ["may not hold a section of its own level", two, add("## N", undefined, "x\n\n## M\n\ny"), "e1 invalid"],
    ["may hold # in code", two, add("## N", undefined, "```sh\n# x\n```"), `${two}\n## N\n\n\`\`\`sh\n# x\n\`\`\`\n`],
    ["needs a heading that is no placeholder", two, add("## New Section", undefined, "x"), "e1 invalid"],
    ["needs one heading line", two, add("## N\ntext", undefined, "x"), "e1 invalid"],
    ["needs a heading of its own", two, add("### a", undefined, "x"), "e1 duplicate-heading"],
    ["needs the section it follows", two, add("## N", "## Z", "x"), "e1 unresolved-anchor"],
    ["needs a closed fence", two, add("## N", undefined, "```\nx"), "e1 invalid"],
    ["may not begin front matter", two, add("## N", undefined, "---\nname: x\n---"), "e1 invalid"],
    ["may not link out of the skill", two, add("## N", undefined, "[x](../../secret.md)"), "e1 invalid"],
    ["may not link absolutely", two, add("## N", undefined, "[x](/etc/passwd)"), "e1 invalid"],
    ["delete_section leaves one blank line", two, drop("## A"), "# T\n\n## B\nb\n"],
    ["delete_section at the end", two, drop("## B"), "# T\n\n## A\na\n"],
    ["delete_section at the end without line end", "# T\n\n## A\na", drop("## A"), "# T"],
    ["delete_section takes sub-sections along", "# T\n\n## A\n\n### A1\nx\n\n## B\n", drop("## A"), "# T\n\n## B\n"],
    ["delete_section is not misled by # in code", fenced, drop("## A"), "# T\n\n## B\n\nb\n"],
    ["delete_section refuses the title", two, drop("# T"), "e1 invalid"],
    ["delete_section refuses all there is", "## A\n\na\n", drop("## A"), "e1 invalid"],
  ])("%s", (_, body, one, expected) => {
    expect(applied(body, one)).toBe(expected);
  });
});

describe("several edits", () => {
  const two = "# T\n\n## A\n\n- a\n- b\n\n## B\n\nb\n";
  it("meet at one point in an order of their own", () => {
    const edits = [
      traced("e1", add("## N", "## A", "n"), 9),
      traced("e2", append("## A", "Text."), 1),
      traced("e3", append("## A", "- c"), 1),
      traced("e4", append("## A", "Better text."), 2),
      traced("e10", append("## A", "- d"), 1),
      traced("e5", above("## B", "Before."), 1),
    ];
    const expected = "# T\n\n## A\n\n- a\n- b\n- c\n- d\n\nBetter text.\n\nText.\n\nBefore.\n\n## N\n\nn\n\n## B\n\nb\n";
    for (const order of [edits, edits.toReversed()]) {
      const result = applyEdits(skillOf({ "SKILL.md": two }), order);
      expect(result.ok && textOf(result.files)).toBe(expected);
    }
  });

  it("say of every line where it comes from", () => {
    const start = skillOf({
      "SKILL.md": two,
      "references/x.md": "# X\n",
      "scripts/a.py": "print()\n",
      "assets/x.bin": Uint8Array.of(0, 255),
    });
    const result = applyEdits(start, [
      traced("e1", append("## A", "Text.")),
      traced("e2", replace("b\n\n## B", "c\n\n## B")),
      traced("e3", create("references/y.md", "# Y\n\ny")),
      traced("e4", add("## More", undefined, "See [y](references/y.md).")),
    ]);
    expect(result.ok ? [] : result.problems.map((one) => one.edit)).toEqual(["e2"]);
    const again = applyEdits(start, [
      traced("e1", append("## A", "Text.")),
      traced("e3", create("references/y.md", "# Y\n\ny")),
      traced("e4", add("## More", undefined, "See [y](references/y.md).")),
    ]);
    expect(again.ok && again.spans).toEqual([
      {
        path: "SKILL.md",
        spans: [
          { from: 1, to: 11, edit: null },
          { from: 12, to: 13, edit: "e1" },
          { from: 14, to: 17, edit: null },
          { from: 18, to: 21, edit: "e4" },
        ],
      },
      { path: "references/x.md", spans: [{ from: 1, to: 1, edit: null }] },
      { path: "references/y.md", spans: [{ from: 1, to: 3, edit: "e3" }] },
      { path: "scripts/a.py", spans: [{ from: 1, to: 1, edit: null }] },
    ]);
    expect(again.ok && validateFiles(again.files, "my-skill").filter((one) => one.severity === "error")).toEqual([]);
  });

  it("are applied all or not at all, and only to the skill they were made for", () => {
    const files = skillOf({ "SKILL.md": two });
    const good = traced("e1", append("## A", "Text."));
    const bad = traced("e2", append("## Z", "Text."));
    const refused = applyEdits(files, [good, bad]);
    expect(refused.ok ? null : refused.problems).toEqual([
      { edit: "e2", reason: "unresolved-anchor", note: 'SKILL.md has no heading "## Z"; its headings are "# T", "## A", "## B".' },
    ]);
    const patch = { startHash: skillHash(files), edits: [good] };
    const once = applyPatch(patch, { files, hash: skillHash(files) });
    if (!once.ok) throw new Error("expected the patch to be applied");
    const twice = applyPatch(patch, { files: once.files, hash: skillHash(once.files) });
    expect(twice.ok ? null : twice.problems.map((one) => one.reason)).toEqual(["invalid"]);
  });
});

describe("paths", () => {
  const start = skillOf({
    "SKILL.md": "# T\n",
    "references/a.md": "# A\n",
    "scripts/x.py": "x\n",
    "LICENSE.txt": "x\n",
    "notes.md": "x\n",
  });
  it.each([
    ["create", "references/b.md", null],
    ["create", "references/B-2.v1.md", null],
    ["create", "references/a.md", "invalid"],
    ["create", "references/A.md", "invalid"],
    ["create", "SKILL.md", "invalid"],
    ["create", "references/deep/b.md", "out-of-tree"],
    ["create", "references/b.txt", "out-of-tree"],
    ["create", "references/.md", "out-of-tree"],
    ["create", "other.md", "out-of-tree"],
    ["create", "../x.md", "out-of-tree"],
    ["create", "references/../x.md", "out-of-tree"],
    ["create", "/etc/x.md", "out-of-tree"],
    ["create", "C:/x.md", "out-of-tree"],
    ["create", "references\\b.md", "out-of-tree"],
    ["create", "./references/b.md", "out-of-tree"],
    ["create", "scripts/y.py", "protected"],
    ["create", "assets/y.md", "protected"],
    ["create", "LICENSE", "protected"],
    ["delete_file", "SKILL.md", "protected"],
    ["delete_file", "scripts/x.py", "protected"],
    ["delete_file", "notes.md", "protected"],
    ["delete_file", "LICENSE.txt", "protected"],
    ["delete_file", "references/none.md", "invalid"],
  ] as const)("%s %s: %s", (op, file, reason) => {
    const one: SkillEdit = op === "create" ? { op, file, content: "# B" } : { op, file };
    const result = applyEdits(start, [traced("e1", one)]);
    const found = result.ok ? null : (result.problems[0]?.reason ?? null);
    expect(found === "unlinked-create" ? null : found).toBe(reason);
  });
});
