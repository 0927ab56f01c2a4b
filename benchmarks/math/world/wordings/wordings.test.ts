import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { describe, expect, it } from "vitest";
import type { Wording, World } from "../../../../harness/core/world.ts";
import { recogniserOf } from "../../../../harness/simulation/guidance/recognise.ts";
import { world as spreadsheets } from "../../../spreadsheetbench/world.ts";
import { world } from "../../world.ts";

const lessons = world.traps.map((t) => t.lesson);
/** One recogniser reads for all worlds. */
const lessonsIn = recogniserOf([...lessons, ...spreadsheets.traps.map((t) => t.lesson)]);
/** As a patch writer puts it down. */
const bullet = (w: Wording) => `- **${w.title}.** ${w.content}`;
const named = (prefix: string, list: readonly Wording[]) => list.map((wording) => ({ name: `${prefix}: ${wording.title}`, wording }));

describe("wordings", () => {
  it.each(lessons.flatMap((l) => named(l.id, l.wordings).map((w) => ({ ...w, id: l.id }))))("$name teaches this lesson alone", (w) => {
    expect([...lessonsIn(bullet(w.wording))]).toEqual([[w.id, "taught"]]);
    expect([...lessonsIn(w.wording.content)]).toEqual([[w.id, "taught"]]);
  });

  it.each(lessons.flatMap((l) => named(l.id, l.sloppy).map((w) => ({ ...w, id: l.id }))))("$name lacks its condition", (w) => {
    expect([...lessonsIn(bullet(w.wording))]).toEqual([[w.id, "always"]]);
  });

  it.each([...named("superstition", world.superstitions), ...named("wrong turn", world.wrongTurns)])("$name teaches nothing", (w) => {
    expect([...lessonsIn(bullet(w.wording))]).toEqual([]);
    expect([...lessonsIn(w.wording.description)]).toEqual([]);
  });

  it.each(spreadsheets.traps.flatMap(({ lesson: l }) => named(l.id, [...l.wordings, ...l.sloppy]).map((w) => ({ ...w, id: l.id }))))(
    "of the spreadsheet world, $name teaches nothing about mathematics",
    (w) => {
      expect([...lessonsIn(bullet(w.wording)).keys()]).toEqual([w.id]);
    },
  );

  it.each(named("spreadsheet habit", [...spreadsheets.superstitions, ...spreadsheets.wrongTurns]))("$name teaches nothing", (w) => {
    expect([...lessonsIn(bullet(w.wording))]).toEqual([]);
  });

  it("of every lesson there are at least four, and sloppy ones of every lesson that has a condition", () => {
    for (const lesson of lessons) {
      expect(lesson.wordings.length, lesson.id).toBeGreaterThanOrEqual(4);
      expect(new Set(lesson.wordings.map((w) => w.title)).size).toBe(lesson.wordings.length);
      expect(lesson.sloppy.length > 0, lesson.id).toBe(lesson.contradicts !== undefined);
      if (lesson.contradicts !== undefined) expect(lessons.find((l) => l.id === lesson.contradicts)?.contradicts).toBe(lesson.id);
    }
  });

  it("hold at most three sentences, no constants and no word of a reference answer", () => {
    const all = [...lessons.flatMap((l) => [...l.wordings, ...l.sloppy]), ...world.superstitions, ...world.wrongTurns];
    for (const { title, description, content } of all) {
      expect(content.split(/(?<=[.!?])\s+/).length, title).toBeLessThanOrEqual(3);
      const text = `${title} ${description} ${content}`;
      expect(text).not.toMatch(/\d/);
      expect(text).not.toMatch(/\breference|ground truth|gold|expected (?:answer|value|output)|comparison|solution file/i);
    }
  });

  it("of the commonplaces teach nothing, and no two worlds share an id", () => {
    const { title, sections } = world.commonplaces;
    const draft = `# ${title}\n\n${sections.map((s) => `## ${s.heading}\n\n${s.lines.join("\n")}`).join("\n\n")}\n`;
    expect([...lessonsIn(draft)]).toEqual([]);
    const ids = [world, spreadsheets].flatMap((w: World) => w.traps.flatMap((t) => [`trap ${t.id}`, `lesson ${t.lesson.id}`]));
    expect(new Set(ids).size).toBe(ids.length);
  });

  it("suggest wrong turns by cues that can be read", () => {
    for (const { cue } of world.wrongTurns) expect(() => new RegExp(cue, "i")).not.toThrow();
  });
});

describe("start skills", () => {
  const skills = fileURLToPath(new URL("../../../../skills/", import.meta.url));
  const textOf = (name: string): string => {
    const files = readdirSync(join(skills, name), { recursive: true, encoding: "utf8" }).filter((path) => path.endsWith(".md"));
    return files.map((path) => readFileSync(join(skills, name, path), "utf8")).join("\n\n");
  };

  const ofMath = recogniserOf(lessons);

  it("a person's teaches several lessons with their conditions, a draft none", () => {
    const human = ofMath(textOf("math-human"));
    expect([...human].filter(([, how]) => how === "taught").length).toBeGreaterThanOrEqual(8);
    expect([...human].filter(([, how]) => how === "always")).toEqual([]);
    // "Use permutations, combinations" says both halves of a pair without their conditions, which says nothing.
    const draft = [...ofMath(textOf("math-parametric"))];
    expect(draft.filter(([, how]) => how === "taught")).toEqual([]);
    for (const [id] of draft) expect(draft.map(([other]) => other)).toContain(lessons.find((l) => l.id === id)?.contradicts);
  });
});
