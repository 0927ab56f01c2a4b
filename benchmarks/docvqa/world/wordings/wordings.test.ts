import { describe, expect, it } from "vitest";
import type { Wording, World } from "../../../../harness/core/world.ts";
import { recogniserOf } from "../../../../harness/simulation/guidance/recognise.ts";
import { world as spreadsheets } from "../../../spreadsheetbench/world.ts";
import { world } from "../../world.ts";

const lessons = world.traps.map((t) => t.lesson);
/** Lessons of all worlds share one recogniser. */
const lessonsIn = recogniserOf([...lessons, ...spreadsheets.traps.map((t) => t.lesson)]);
/** As a patch writer puts it down. */
const bullet = (w: Wording) => `- **${w.title}.** ${w.content}`;
const named = (prefix: string, list: readonly Wording[]) => list.map((wording) => ({ name: `${prefix}: ${wording.title}`, wording }));
const draftOf = ({ commonplaces: { title, sections } }: World) =>
  `# ${title}\n\n${sections.map((s) => `## ${s.heading}\n\n${s.lines.join("\n")}`).join("\n\n")}\n`;

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

  it("teach nothing of this world where they are about spreadsheets", () => {
    const own = recogniserOf(lessons);
    const foreign = [
      ...spreadsheets.traps.flatMap(({ lesson }) => [...lesson.wordings, ...lesson.sloppy]),
      ...spreadsheets.superstitions,
      ...spreadsheets.wrongTurns,
    ];
    for (const wording of foreign) expect([...own(bullet(wording))], wording.title).toEqual([]);
    expect([...own(draftOf(spreadsheets))]).toEqual([]);
  });

  it("of every lesson there are at least four, and a sloppy one of every lesson that has a condition", () => {
    for (const lesson of lessons) {
      expect(lesson.wordings.length, lesson.id).toBeGreaterThanOrEqual(4);
      expect(new Set(lesson.wordings.map((w) => w.title)).size).toBe(lesson.wordings.length);
      expect(lesson.sloppy.length > 0, lesson.id).toBe(lesson.contradicts !== undefined);
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

  it("of the commonplaces teach nothing", () => expect([...lessonsIn(draftOf(world))]).toEqual([]));

  it("suggest wrong turns by cues that can be read", () => {
    for (const { cue } of world.wrongTurns) expect(() => new RegExp(cue, "i")).not.toThrow();
  });
});
