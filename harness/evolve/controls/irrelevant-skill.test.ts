import { fileURLToPath } from "node:url";
import { describe, expect, it } from "vitest";
import { world } from "../../../benchmarks/spreadsheetbench/world.ts";
import { recogniserOf } from "../../simulation/guidance/recognise.ts";
import { readSkill, type Skill } from "../../skill/read-skill.ts";
import { validateFiles } from "../../skill/validate-skill.ts";
import { skillWith, textOf } from "./assemble-skill.ts";
import * as material from "./bicycle-repair.ts";
import { randomSkill } from "./controls.fixture.ts";
import { wording } from "./filler.ts";
import { irrelevantSkill } from "./irrelevant-skill.ts";

const read = (name: string): Promise<Skill> => readSkill(fileURLToPath(new URL(`../../../skills/${name}`, import.meta.url)));
const [human, parametric] = await Promise.all([read("xlsx-human"), read("xlsx-parametric")]);

/** Skill of one file with this body. */
const skillOf = (body: string): Skill =>
  skillWith([{ path: "SKILL.md", mode: 0o644, bytes: Buffer.from(`---\nname: s\ndescription: d\n---\n\n${body}`) }]);

const prose = "This paragraph goes on about spreadsheets, and about what to do with them, in some detail. ";
const skills: readonly (readonly [string, Skill])[] = [
  ["the human skill", human],
  ["the parametric skill", parametric],
  ["one paragraph", skillOf(`${prose.repeat(6)}\n`)],
  [
    "lines without blanks between them",
    skillOf(`${Array.from({ length: 80 }, (_, i) => `- rule ${i}: ${prose.slice(0, 20 + i)}`).join("\n")}\n`),
  ],
  ["mostly code", skillOf(`# T\n\n${prose}\n\n\`\`\`js\n${"const someName = await call(argument, 'text');\n".repeat(60)}\`\`\`\n`)],
  ["as long as the format allows", skillOf(`# T\n\n${`${prose.repeat(4).trim()}\n\n`.repeat(240)}`)],
  ["only small things", skillOf(`# T\n\n${"- ok\n".repeat(100)}\n## U\n\n${prose.repeat(3)}\n`)],
  ...Array.from({ length: 13 }, (_, seed) => [`random skill ${seed}`, randomSkill(seed)] as const),
];

describe("irrelevantSkill", () => {
  it.each(skills)("is as long as %s and has its form", (_, like) => {
    const skill = irrelevantSkill(like, 7);
    expect(validateFiles(skill.files, skill.name)).toEqual([]);
    expect(Math.abs(skill.body.length / like.body.length - 1)).toBeLessThan(0.02);
    const lines = (text: string): number => text.split("\n").length;
    expect(Math.abs(lines(skill.body) - lines(like.body))).toBeLessThanOrEqual(Math.max(5, 0.1 * lines(like.body)));
    const sizes = (of: Skill): number[] =>
      of.files
        .filter((f) => f.path.startsWith("references/"))
        .map((f) => textOf(f).length)
        .sort((a, b) => a - b);
    expect(sizes(skill)).toHaveLength(sizes(like).length);
    for (const [index, size] of sizes(skill).entries()) expect(Math.abs(size / (sizes(like)[index] ?? 0) - 1)).toBeLessThan(0.02);
    expect(skill.files.some((file) => file.path.startsWith("scripts/"))).toBe(false);
  });

  it("mirrors headings, lists and code of the human skill", () => {
    const { body } = irrelevantSkill(human, 0);
    const shapes = (text: string): number[] => [/^## /gm, /^- /gm, /^```/gm, /^\|/gm].map((mark) => [...text.matchAll(mark)].length);
    const [like, own] = [shapes(human.body), shapes(body)];
    expect(own[0]).toBe(like[0]);
    expect(own[2]).toBe(like[2]);
    expect(own[3]).toBe(like[3]);
  });

  it("says nothing about the benchmarks' work", () => {
    const lessonsIn = recogniserOf(world.traps.map((trap) => trap.lesson));
    for (const seed of [0, 1, 2]) {
      const skill = irrelevantSkill(human, seed);
      for (const file of skill.files) {
        const text = textOf(file);
        expect([...lessonsIn(text).keys()]).toEqual([]);
        const words =
          /\b(?:cells?|rows?|columns?|sheets?|spreadsheets?|workbooks?|excel|formulas?|tables?|values?|sums?|numbers?|dates?|documents?|pages?|equations?|answers?|python|openpyxl)\b/gi;
        expect(text.match(words) ?? []).toEqual([]);
      }
    }
  });

  it("repeats no sentence in a long text", () => {
    const sentences = irrelevantSkill(skillOf(`# T\n\n${`${prose.repeat(3).trim()}\n\n`.repeat(150)}`), 1)
      .body.split(/(?<=[.])\s+/)
      .filter((sentence) => sentence.length > 50);
    expect(sentences.length).toBeGreaterThan(300);
    expect(new Set(sentences).size).toBe(sentences.length);
  });

  it("has material whose wordings are all complete", () => {
    expect(material.sentences.length).toBeGreaterThanOrEqual(120);
    for (const text of [...material.sentences, ...material.phrases, ...material.headings, ...material.cardLines])
      for (let n = 0; n < 12; n++) expect(wording(text, n)).not.toMatch(/[{}|]| {2}[a-z]+ \.|^\s*$/);
    for (const sentence of material.sentences) expect(wording(sentence, 0)).toMatch(/^[A-Z].*\.$/);
    expect(new Set(material.sentences).size).toBe(material.sentences.length);
  });

  it("gives equal bytes for equal seeds, and others for others", () => {
    expect(irrelevantSkill(human, 3)).toEqual(irrelevantSkill(human, 3));
    expect(irrelevantSkill(human, 4).hash).not.toBe(irrelevantSkill(human, 3).hash);
  });
});
