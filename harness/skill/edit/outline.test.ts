import { expect, it } from "vitest";
import { outlineOf } from "./outline.ts";

const brief = (text: string): unknown[] =>
  outlineOf(text).sections.map((section) => [
    section.level,
    section.line,
    section.lineNumber,
    text.slice(section.from, section.to),
    section.parent,
  ]);

it("nests sections by level", () => {
  const text = "Text.\n\n# T\n\n### Deep\nx\n## A\na\n\n### A1\n\n## B";
  expect(brief(text)).toEqual([
    [1, "# T", 3, "# T\n\n### Deep\nx\n## A\na\n\n### A1\n\n## B", -1],
    [3, "### Deep", 5, "### Deep\nx\n", 0],
    [2, "## A", 7, "## A\na\n\n### A1\n\n", 0],
    [3, "### A1", 10, "### A1\n\n", 2],
    [2, "## B", 12, "## B", 0],
  ]);
});

it("counts headings only, whatever they look like", () => {
  const text =
    "---\nname: x\n# no\n---\n\n```\n# no\n```\n\n    # no\n\n> # no\n\n- # no\n\n<!--\n# no\n-->\n\n#no\n\n  ## Yes ##\n\nTwo\nlines\n===\n";
  expect(brief(text).map((one) => JSON.stringify(one).slice(0, 24))).toEqual(
    ['[2,"  ## Yes ##",22,"  ## ', '[1,"Two\\nlines",24,"Two\\nl'].map((one) => one.slice(0, 24)),
  );
  expect(outlineOf(text).frontMatter).toEqual({ from: 0, to: 20 });
});

it.each([
  [
    "# T\r\n\r\n## Ä 表🙂\r\nä\r\n## B",
    [
      [1, "# T", 1, "# T\r\n\r\n## Ä 表🙂\r\nä\r\n## B", -1],
      [2, "## Ä 表🙂", 3, "## Ä 表🙂\r\nä\r\n", 0],
      [2, "## B", 5, "## B", 0],
    ],
  ],
  ["", []],
  ["\n\n", []],
  ["no headings", []],
])("reads %j", (text, expected) => {
  expect(brief(text)).toEqual(expected);
});

it("finds code and tables where they are", () => {
  const text =
    "```a\nx\n```\n\n- item\n\n  ~~~\n  y\n  ~~~~\n\nIntro\n| a | b \\| c |\n|---|:-:|\n| 1 | 2 |\n\n| no | table\n\n| a |\n|---|---|\n\n> ````\n> z\n\n```\nopen";
  const outline = outlineOf(text);
  const cut = ({ from, to }: { from: number; to: number }): string => text.slice(from, to);
  expect(outline.fences.map((fence) => [cut(fence), fence.closed])).toEqual([
    ["```a\nx\n```", true],
    ["~~~\n  y\n  ~~~~", true],
    ["````\n> z", false],
    ["```\nopen", false],
  ]);
  expect(outline.tables.map(cut)).toEqual(["| a | b \\| c |\n|---|:-:|\n| 1 | 2 |"]);
});
