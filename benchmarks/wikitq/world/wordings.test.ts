import { describe, expect, it } from "vitest";
import type { Wording } from "../../../harness/core/world.ts";
import { recogniserOf } from "../../../harness/simulation/guidance/recognise.ts";
import { world as spreadsheets } from "../../spreadsheetbench/world.ts";
import { world } from "../world.ts";
import { sharedGroups } from "./shared-groups.ts";

const lessons = world.traps.map((trap) => trap.lesson);
const lessonsIn = recogniserOf(lessons);
const spreadsheetLessons = spreadsheets.traps.map((trap) => trap.lesson);
const spreadsheetLessonsIn = recogniserOf(spreadsheetLessons);
/** As a patch writer puts it down. */
const bullet = (w: Wording): string => `- **${w.title}.** ${w.content}`;

/** Lesson of the spreadsheet world that says the same; the lessons are told apart by their traps. */
const counterparts: Readonly<Record<string, string>> = {
  "stored-results": "compute-before-saving",
  "loose-labels": "normalise-before-matching",
  "dates-from-text": "parse-text-dates",
  "figures-from-text": "convert-text-numbers",
  "whole-table": "read-to-the-last-row",
  "answer-sheet-by-name": "address-the-named-sheet",
  "below-the-header": "start-below-the-header",
  "both-days-count": "count-both-ends",
  "elapsed-days": "plain-difference",
  "totals-are-no-entries": "leave-subtotals-out",
  "headers-again": "skip-repeated-headers",
};
const cases = lessons.flatMap((lesson) => lesson.wordings.map((wording) => ({ id: lesson.id, title: wording.title, wording })));

describe("wordings", () => {
  it.each(cases)("$id: $title teaches this lesson alone, and its counterpart in the spreadsheet world alone", ({ id, wording }) => {
    const theirs = counterparts[id] === undefined ? [] : [[counterparts[id], "taught"]];
    for (const text of [bullet(wording), wording.content]) {
      expect([...lessonsIn(text)]).toEqual([[id, "taught"]]);
      expect([...spreadsheetLessonsIn(text)]).toEqual(theirs);
    }
  });

  it.each(spreadsheetLessons.flatMap((lesson) => lesson.wordings.map((wording) => ({ id: lesson.id, title: wording.title, wording }))))(
    "of spreadsheets, $id: $title teaches the shared lesson here, or nothing",
    ({ id, wording }) => {
      const ours = Object.keys(counterparts).filter((own) => counterparts[own] === id);
      for (const text of [bullet(wording), wording.content]) expect([...lessonsIn(text).keys()]).toEqual(ours);
    },
  );

  it("of shared lessons are known by the words of the spreadsheet world", () => {
    expect(Object.keys(sharedGroups).sort()).toEqual(Object.keys(counterparts).sort());
    for (const [own, theirs] of Object.entries(counterparts))
      expect(lessons.find(({ id }) => id === own)?.groups).toEqual(spreadsheetLessons.find(({ id }) => id === theirs)?.groups);
  });

  it.each(lessons.flatMap((lesson) => lesson.sloppy.map((wording) => ({ id: lesson.id, title: wording.title, wording }))))(
    "$id: $title lacks its condition",
    ({ id, wording }) => expect([...lessonsIn(bullet(wording))]).toEqual([[id, "always"]]),
  );

  it.each([...world.superstitions, ...world.wrongTurns])("$title teaches nothing", (wording) => {
    for (const recognise of [lessonsIn, spreadsheetLessonsIn]) {
      expect([...recognise(bullet(wording))]).toEqual([]);
      expect([...recognise(wording.description)]).toEqual([]);
    }
  });

  it("are four a lesson, without constants and without a word of the reference", () => {
    for (const { wordings, sloppy, contradicts } of lessons) {
      expect(wordings.length).toBeGreaterThanOrEqual(4);
      expect(sloppy.length > 0).toBe(contradicts !== undefined);
      for (const { title, description, content } of [...wordings, ...sloppy]) {
        expect(content.split(/(?<=[.!?])\s+/).length).toBeLessThanOrEqual(3);
        expect(`${title} ${description} ${content}`).not.toMatch(/\d|\breference answer|ground truth|gold|solution file/i);
      }
    }
  });

  it("of the commonplaces teach nothing", () => {
    const { title, sections } = world.commonplaces;
    const draft = `# ${title}\n\n${sections.map((s) => `## ${s.heading}\n\n${s.lines.join("\n")}`).join("\n\n")}\n`;
    for (const recognise of [lessonsIn, spreadsheetLessonsIn]) expect([...recognise(draft)]).toEqual([]);
  });
});
