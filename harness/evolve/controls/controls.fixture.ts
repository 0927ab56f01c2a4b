/** Skills of many shapes for the tests of this folder, made from a seed; equal seeds give equal skills. */
import type { SkillFile } from "../../skill/read-directory.ts";
import type { Skill } from "../../skill/read-skill.ts";
import { skillWith } from "./assemble-skill.ts";
import { seededShare } from "./seeded.ts";

const words = "open the workbook, read ranges and write «results» to cells; never guess – größe 表 counts, `code` or **bold** text".split(
  " ",
);

/** A random skill: sections with paragraphs, lists (nested, numbered), tables, code with fences and headings inside, links, references. */
export function randomSkill(seed: number): Skill {
  let n = 0;
  const draw = (below: number): number => Math.floor(seededShare(seed, "draw", n++) * below);
  const sentence = (): string => {
    const body = Array.from({ length: 3 + draw(9) }, () => words[draw(words.length)]).join(" ");
    return `Sentence ${n} says: ${body}${[".", "!", "?", " (see e.g. Table 3)."][draw(4)]}`;
  };
  const paragraph = (): string => Array.from({ length: 1 + draw(4) }, sentence).join(["\n", " "][draw(2)]);
  const list = (): string =>
    Array.from({ length: 1 + draw(4) }, (_, i) => {
      const mark = ["-", "*", `${i + 1}.`][seed % 3] ?? "-";
      const nested = draw(4) === 0 ? `\n${" ".repeat(mark.length + 1)}- ${sentence()}\n${" ".repeat(mark.length + 1)}- nested` : "";
      return `${mark} ${sentence()}${nested}`;
    }).join("\n");
  const code = (): string =>
    [
      "```python\n# a comment\nfor x in y:\n\n    print(x)\n```",
      "~~~\nplain ``` inside\n~~~",
      "````md\n```js\n## Not a heading\n```\n````",
      "    indented code\n    goes on",
    ][draw(4)] ?? "";
  const table = (): string => `| Case | Do |\n|---|---|\n| ${sentence().replaceAll("|", "")} | this |\n| b | that |`;
  const quote = (): string => `> ${sentence()}\n> ${sentence()}`;
  const block = (): string => [paragraph, paragraph, list, list, code, table, quote][draw(7)]?.() ?? "";
  const file = (title: string, links: readonly string[]): string => {
    const sections = Array.from({ length: 1 + draw(3) }, (_, i) => {
      const blocks = Array.from({ length: 1 + draw(3) }, block);
      return [`${"#".repeat(2 + draw(2))} Section ${i} of ${title}`, ...blocks].join("\n\n");
    });
    return [`# ${title}`, paragraph(), ...links, ...sections].join("\n\n").concat("\n");
  };
  const references = Array.from({ length: draw(2) }, (_, i) => `references/part-${i}.md`);
  const links = references.map((path, i) =>
    i % 2 === 0
      ? `- When in doubt, read [${path}](${path}). It helps.`
      : `Detail number ${i} stands in [that file](${path}). Read it first.`,
  );
  const bytes = (text: string): Buffer => Buffer.from(text);
  const files: SkillFile[] = [
    {
      path: "SKILL.md",
      mode: 0o644,
      bytes: bytes(
        `---\nname: skill-${seed}\ndescription: ${"Does things with files of many kinds. ".repeat(1 + draw(6))}\n---\n\n${file("Main", links)}`,
      ),
    },
    ...references.map((path) => ({ path, mode: 0o644, bytes: bytes(file(path, [])) })),
    { path: "scripts/check.py", mode: 0o755, bytes: bytes("print('ok')\n") },
  ];
  return skillWith(files);
}
