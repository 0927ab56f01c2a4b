import { mkdtemp, rm, symlink } from "node:fs/promises";
import { tmpdir } from "node:os";
import path from "node:path";
import { fileURLToPath } from "node:url";
import { describe, expect, it } from "vitest";
import { type Finding, renderFindings } from "./finding.ts";
import { validateFiles, validateSkill } from "./validate-skill.ts";

const skills = fileURLToPath(new URL("../../skills/", import.meta.url));
const front = "---\nname: my-skill\ndescription: Does things.\n---\n";

/** Findings for a skill called my-skill made of these files. */
function check(files: Readonly<Record<string, string | Uint8Array>>): Finding[] {
  return validateFiles(
    Object.entries(files).map(([name, content]) => ({
      path: name,
      bytes: typeof content === "string" ? Buffer.from(content) : content,
      mode: 0o644,
    })),
    "my-skill",
  );
}
const brief = (findings: readonly Finding[]): string[] => findings.map((f) => `${f.file}:${f.line} ${f.severity} ${f.rule}`);
const head = (yaml: string): string[] => brief(check({ "SKILL.md": `---\n${yaml}\n---\n\n# T\n\nText.\n` }));
const body = (markdown: string, rest: Readonly<Record<string, string>> = {}): string[] =>
  brief(check({ "SKILL.md": front + markdown, ...rest }));

describe("shipped skills", () => {
  it.each(["xlsx-human", "xlsx-parametric"])("%s has no finding", async (name) => {
    expect(renderFindings(await validateSkill(path.join(skills, name)))).toBe("");
  });
});

describe("front matter", () => {
  it.each([
    ["clean", "name: my-skill\ndescription: d\nlicense: MIT\nmetadata:\n  a: b\nallowed-tools: Bash", []],
    ["unknown key", "name: my-skill\ndescription: d\nversion: 2", ["SKILL.md:4 error unknown-key"]],
    ["missing name", "description: d", ["SKILL.md:1 error name"]],
    ["name not kebab-case", "description: d\nname: My_Skill", ["SKILL.md:3 error name", "SKILL.md:3 warning name-differs-from-folder"]],
    ["double dash", "name: my--skill\ndescription: d", ["SKILL.md:2 error name", "SKILL.md:2 warning name-differs-from-folder"]],
    ["trailing dash", "name: my-\ndescription: d", ["SKILL.md:2 error name", "SKILL.md:2 warning name-differs-from-folder"]],
    ["long name", `name: ${"a".repeat(65)}\ndescription: d`, ["SKILL.md:2 error name", "SKILL.md:2 warning name-differs-from-folder"]],
    ["name of another folder", "name: other\ndescription: d", ["SKILL.md:2 warning name-differs-from-folder"]],
    ["missing description", "name: my-skill", ["SKILL.md:1 error description"]],
    ["angle bracket", "name: my-skill\ndescription: reads <b>", ["SKILL.md:3 error description"]],
    ["description of 1024", `name: my-skill\ndescription: ${"é".repeat(1024)}`, []],
    ["description of 1025", `name: my-skill\ndescription: ${"é".repeat(1025)}`, ["SKILL.md:3 error description"]],
    ["description that is a list", "name: my-skill\ndescription: [a]", ["SKILL.md:3 error description"]],
    ["long compatibility", `name: my-skill\ndescription: d\ncompatibility: ${"x".repeat(501)}`, ["SKILL.md:4 error compatibility"]],
    [
      "wrong types",
      "name: my-skill\ndescription: d\nlicense: [a]\nmetadata: x\nallowed-tools: {}",
      ["SKILL.md:4 error license", "SKILL.md:5 error metadata", "SKILL.md:6 error allowed-tools"],
    ],
    ["the same key twice", "name: my-skill\nname: b\ndescription: d", ["SKILL.md:3 error front-matter"]],
  ])("%s", (_, yaml, expected) => {
    expect(head(yaml)).toEqual(expected);
  });

  it("is required", () => {
    expect(brief(check({ "SKILL.md": "# T\n" }))).toEqual(["SKILL.md:1 error front-matter"]);
    expect(brief(check({ "SKILL.md": front }))).toEqual(["SKILL.md:1 error empty-body"]);
    expect(brief(check({ "notes.txt": "x" }))).toEqual([".:1 error no-skill-md"]);
  });
});

describe("Markdown", () => {
  it.each([
    ["a closed fence", "```js\nx\n```\n", []],
    ["a longer closing fence", "~~~\nx\n~~~~~\n", []],
    ["a fence in a list", "- a\n\n  ```sh\n  x\n  ```\n", []],
    ["a fence in a quotation", "> ```\n> x\n> ```\n", []],
    ["an indented block with marks", "Text:\n\n    ```\n    x\n", []],
    ["an open fence", "Text\n\n```js\nx\n\nMore text\n", ["SKILL.md:7 error unbalanced-fence"]],
    ["an open fence at the very end", "Text\n\n```", ["SKILL.md:7 error unbalanced-fence"]],
    ["a fence closed by too few marks", "````\nx\n```\n", ["SKILL.md:5 error unbalanced-fence"]],
    ["a section inside a fence", "```python\n## New Section\nText\nx = 1\n```\n", ["SKILL.md:6 warning heading-in-fence"]],
    ["a comment inside a fence", "```python\n# one comment\n#!x\n```\n", []],
    ["a Markdown example", "```markdown\n## Section\n```\n", []],
    ["a glued heading", "One.\nSentence.## Next Section\n", ["SKILL.md:6 error glued-heading"]],
    ["a heading glued after a blank", "Sentence. ## Next\n", ["SKILL.md:5 error glued-heading"]],
    ["marks in code", "Use `a.## b` here.\n", []],
    ["a number sign in a sentence", "Issue #3 and C# are fine.\n", []],
    ["a heading without blank", "##Next\n", ["SKILL.md:5 warning heading-without-blank"]],
    ["an empty heading", "##\n\nx\n", ["SKILL.md:5 warning empty-heading"]],
    ["equal headings", "# A\n\n## Same\n\nx\n\n### same\n", ["SKILL.md:11 warning duplicate-heading"]],
    ["a NUL", "a\n\nb\0\n", ["SKILL.md:7 error nul"]],
  ])("%s", (_, markdown, expected) => {
    expect(body(markdown)).toEqual(expected);
  });

  it("reports CRLF, byte order mark and bytes that are not UTF-8 by file", () => {
    const files = {
      "SKILL.md": `\uFEFF${front}See [a](references/a.md), [b](references/b.md).\r\n`,
      "references/a.md": "x\r\n",
      "references/b.md": Buffer.from([0x61, 0x0a, 0xff, 0x0a]),
    };
    expect(brief(check(files))).toEqual([
      "SKILL.md:1 error byte-order-mark",
      "SKILL.md:5 error crlf",
      "references/a.md:1 warning crlf",
      "references/b.md:2 error not-utf8",
    ]);
  });

  it("limits lines", () => {
    const lines = (n: number): string => "x\n".repeat(n);
    expect(body(lines(499 - 4))).toEqual([]);
    expect(body(lines(500 - 4))).toEqual(["SKILL.md:500 error too-long"]);
    const link = "[a](references/a.md)\n";
    expect(body(link, { "references/a.md": lines(299) })).toEqual([]);
    expect(body(link, { "references/a.md": lines(300) })).toEqual(["references/a.md:300 error too-long"]);
    expect(body(link, { "references/a.md": "x".repeat(600_000) })).toEqual(["references/a.md:1 error too-large"]);
  });
});

describe("links", () => {
  it.each([
    ["to a file", "[a](references/a.md) and [again](./references/a.md)\n", []],
    ["with an encoded blank", "[a](references/a.md) [s](scripts/my%20run.sh)\n", []],
    ["to a folder", "[a](references/) [b](references/a.md)\n", []],
    ["to a heading", "# Big Title!\n\n[a](#big-title) [b](references/a.md#other)\n", []],
    ["to the web", "[a](https://example.org/x.md) [m](mailto:a@b.c) [r](references/a.md)\n", []],
    ["by reference", "[a][one]\n\n[one]: references/a.md\n", []],
    ["only mentioned in a command", "```\ncat /skill/references/a.md\n```\n", []],
    ["dead", "[a](references/a.md) [b](references/gone.md)\n", ["SKILL.md:5 error dead-link"]],
    ["dead by reference", "[a](references/a.md)\n\n[b][two]\n\n[two]: gone.md\n", ["SKILL.md:9 error dead-link"]],
    ["outside", "[a](references/a.md) [b](../x.md) [c](/etc/passwd)\n", ["SKILL.md:5 error link-outside", "SKILL.md:5 error link-outside"]],
    ["to no heading", "[a](references/a.md#nothing) [b](#nothing)\n", ["SKILL.md:5 warning dead-anchor", "SKILL.md:5 warning dead-anchor"]],
    ["dead mention", "[a](references/a.md)\n\nRun `python scripts/gone.py`, not references/*.md.\n", ["SKILL.md:7 warning dead-mention"]],
    ["missing", "Nothing.\n", ["references/a.md:1 warning unlinked"]],
  ])("%s", (_, markdown, expected) => {
    expect(body(markdown, { "references/a.md": "# Other\n", "scripts/my run.sh": "x" })).toEqual(expected);
  });

  it("may go over another file, relative to it", () => {
    const files = { "references/a.md": "[b](b.md) [s](../SKILL.md)\n", "references/b.md": "x\n" };
    expect(body("[a](references/a.md)\n", files)).toEqual([]);
    expect(body("none\n", { ...files, "references/b.md": "[a](a.md)\n" })).toEqual([
      "references/a.md:1 warning unlinked",
      "references/b.md:1 warning unlinked",
    ]);
  });

  it("counts references", () => {
    const names = Array.from({ length: 6 }, (_, i) => `references/${i}.md`);
    const text = names.map((name) => `[x](${name})`).join("\n");
    const files = Object.fromEntries(names.map((name) => [name, "x\n"]));
    expect(body(text, files)).toEqual([".:1 warning too-many-references"]);
  });
});

describe("validateSkill", () => {
  it("reports what could not be read, and an empty directory", async () => {
    const dir = await mkdtemp(path.join(tmpdir(), "skill-"));
    try {
      await symlink("/etc/hostname", path.join(dir, "a.md"));
      const findings = await validateSkill(dir);
      expect(brief(findings)).toEqual([".:1 error no-skill-md", "a.md:1 error link"]);
      expect(renderFindings(findings).split("\n")).toHaveLength(2);
    } finally {
      await rm(dir, { recursive: true });
    }
  });
});
