import { fileURLToPath } from "node:url";
import type { Nodes } from "mdast";
import { describe, expect, it } from "vitest";
import { allNodes, parseMarkdown, plainText } from "../../skill/parse-markdown.ts";
import type { SkillFile } from "../../skill/read-directory.ts";
import { readSkill, type Skill } from "../../skill/read-skill.ts";
import { validateFiles } from "../../skill/validate-skill.ts";
import { skillWith, splitText, textOf } from "./assemble-skill.ts";
import { randomSkill } from "./controls.fixture.ts";
import { shuffledSkill } from "./shuffled-skill.ts";

const human = await readSkill(fileURLToPath(new URL("../../../skills/xlsx-human", import.meta.url)));

/** What a text says, taken apart by other means than the code under test: words of running text, and whole items, headings, code and links. */
function contentsOf(text: string): Record<string, readonly string[]> {
  const nodes = [...allNodes(parseMarkdown(text))];
  const of = (type: Nodes["type"], value: (node: Nodes) => string): string[] =>
    nodes
      .filter((node) => node.type === type)
      .map((node) => value(node).replace(/\s+/g, " ").trim())
      .sort();
  return {
    words: nodes
      .flatMap((node) => (node.type === "paragraph" ? plainText(node).split(/\s+/) : []))
      .filter((word) => word !== "")
      .sort(),
    items: of("listItem", plainText),
    headings: of("heading", plainText),
    code: nodes.flatMap((node) => (node.type === "code" ? [`${node.lang ?? ""}\n${node.value}`] : [])).sort(),
    inline: of("inlineCode", plainText),
    strong: of("strong", plainText),
    links: nodes.flatMap((node) => (node.type === "link" || node.type === "definition" ? [node.url] : [])).sort(),
    quotes: of("blockquote", plainText),
  };
}

function errorsOf(skill: Skill): readonly string[] {
  return validateFiles(skill.files, skill.name)
    .filter((finding) => finding.severity === "error")
    .map((finding) => `${finding.file}:${finding.line} ${finding.rule}`);
}

const markdown = (skill: Skill): readonly SkillFile[] => skill.files.filter((file) => file.path.endsWith(".md"));

function expectSameContent(before: Skill, after: Skill): void {
  expect(after.files.map((file) => file.path)).toEqual(before.files.map((file) => file.path));
  for (const [index, file] of markdown(before).entries()) {
    const other = markdown(after)[index];
    // Compared as text: deep comparison of thousands of words is what would take the time.
    const [was, is] = [contentsOf(textOf(file)), contentsOf(textOf(other ?? file))].map((contents) => JSON.stringify(contents, null, 1));
    expect(is, `${before.name} ${file.path}`).toBe(was);
  }
}

describe("shuffledSkill", () => {
  it("keeps everything the human skill says and changes its arrangement", () => {
    const shuffled = shuffledSkill(human, 1);
    expectSameContent(human, shuffled);
    expect(errorsOf(shuffled)).toEqual([]);
    expect(shuffled.hash).not.toBe(human.hash);
    expect([shuffled.name, shuffled.description]).toEqual([human.name, human.description]);
    const lines = (skill: Skill): string[] => skill.body.split("\n");
    const unmoved = lines(shuffled).filter((line, at) => line !== "" && line === lines(human)[at]).length;
    expect(unmoved / lines(human).length).toBeLessThan(0.1);
    expect(Math.abs(lines(shuffled).length - lines(human).length)).toBeLessThan(15);
    // Scripts are not text for the model: they stay, byte for byte.
    for (const file of human.files.filter((f) => !f.path.endsWith(".md"))) expect(shuffled.files).toContainEqual(file);
  });

  it("keeps each sentence whole", () => {
    const sentences = [
      "A colon follows: `x.y` counts.",
      "Read [the notes](references/a.md#part-1) before you start!",
      "Use e.g. Excel for it.",
      "Versions 2.5 and 3.0 differ.",
    ];
    const skill = skillWith([
      {
        path: "SKILL.md",
        mode: 0o644,
        bytes: Buffer.from(`---\nname: s\ndescription: d\n---\n${sentences.join(" ")}\n\n## B\n\n更多。第二句。\n\n- [ ] one\n`),
      },
    ]);
    for (let seed = 0; seed < 20; seed++) {
      const { body } = shuffledSkill(skill, seed);
      for (const sentence of [...sentences, "更多。", "第二句。", "- [ ] one"]) expect(body.split(sentence)).toHaveLength(2);
    }
    const firsts = Array.from({ length: 20 }, (_, seed) => shuffledSkill(skill, seed).body.slice(0, 6));
    expect(new Set(firsts).size).toBeGreaterThan(3);
  });

  const shapes = process.env.T2S_ACCEPTANCE === "1" ? 200 : 40;
  it(`keeps content, fences and links over ${shapes} seeds and shapes (T2S_ACCEPTANCE=1 tries 200)`, () => {
    for (let seed = 0; seed < shapes; seed++) {
      const skill = randomSkill(seed);
      const shuffled = shuffledSkill(skill, seed);
      expectSameContent(skill, shuffled);
      expect(errorsOf(shuffled), `seed ${seed}`).toEqual([]);
    }
  }, 120_000);

  it("gives equal bytes for equal seeds and other bytes for other seeds", () => {
    expect(shuffledSkill(human, 3)).toEqual(shuffledSkill(human, 3));
    expect(new Set([1, 2, 3, 4].map((seed) => shuffledSkill(human, seed).hash)).size).toBe(4);
  });

  it.each([
    ["one sentence", "Only this.\n"],
    ["an open comment", "One. Two.\n\n<!-- left open\n\n## Hidden\n"],
    ["an open fence", "One. Two.\n\n- item\n\n```js\ncode();\n"],
    ["setext headings and rules", "Title\n=====\n\nOne. Two.\n\n---\n\nOther\n-----\n\nThree.\n"],
    ["link definitions", "See [a]. See [b].\n\n[a]: references/x.md\n[b]: https://example.org\n\nMore. Text.\n"],
    ["items that begin with code", "- ```js\n  x\n  ```\n- plain\n\nText. More.\n"],
    ["loose star marks", "Use *.xlsx here. Not *.csv there. And a * b. `` ` `` too. _x. Y_ z. 2. Third.\n"],
    ["windows line ends", "One. Two.\r\n\r\n- a\r\n- b\r\n"],
  ])("survives %s", (_, body) => {
    const skill = skillWith([{ path: "SKILL.md", mode: 0o644, bytes: Buffer.from(`---\nname: s\ndescription: d\n---\n${body}`) }]);
    for (let seed = 0; seed < 10; seed++) expectSameContent(skill, shuffledSkill(skill, seed));
  });
});

it("splits front matter off without losing a character", () => {
  for (const text of [
    "---\na: 1\n---\n\n\nBody\n",
    "---\n---\nBody",
    "Body\n---\n",
    "---\nnever closed\n",
    "---\na: ---x\n---\n    code\n",
  ]) {
    const { head, body } = splitText(text);
    expect(head + body).toBe(text);
  }
  expect(splitText("---\na: ---x\n---\n\n    code\n")).toEqual({ head: "---\na: ---x\n---\n\n", body: "    code\n" });
});
