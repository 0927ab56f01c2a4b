import { describe, expect, it } from "vitest";
import { world } from "../../../benchmarks/spreadsheetbench/world.ts";
import { skillEditSchema } from "../../core/evolution.ts";
import type { PlantedLesson, Wording } from "../../core/world.ts";
import { ask, brainWith, jsonLines, skillFile, systems, tag } from "../asking.fixture.ts";
import type { Brain } from "../contract.ts";
import { applied, mergedInTree, proposed } from "../evolving.fixture.ts";
import { knowledgeOf } from "../knowledge.ts";
import { type PersonaChange, steadyPersona } from "../persona.fixture.ts";
import { plantedLessonsIn } from "../planted-lessons.ts";
import { bulletOf } from "../writing/write-lesson.ts";

const skill =
  "---\nname: s\ndescription: d\n---\n\n# Spreadsheets\n\n## Working with dates\n\n- Look at date columns.\n- Mind formats.\n\n## Checks\n\n- Look twice at the result.\n";
const brains = new Map<string, Brain>();
/** One brain for each set of rates: it remembers what it has read. */
function brainOf(patch_writer: PersonaChange["patch_writer"] = {}): Brain {
  const key = JSON.stringify(patch_writer);
  const brain = brains.get(key) ?? brainWith(steadyPersona({ patch_writer }), [world]);
  brains.set(key, brain);
  return brain;
}
const lessonOf = (id: string): PlantedLesson => {
  const found = world.traps.find((t) => t.lesson.id === id)?.lesson;
  if (found === undefined) throw new Error(`no lesson ${id}`);
  return found;
};
const dates = lessonOf("parse-text-dates").wordings;

function write(lessons: readonly Wording[], rates: PersonaChange["patch_writer"] = {}, files = skillFile("SKILL.md", skill), seed = 41) {
  const cause = { n: 1, type: "failure-cause", title: "Dates were passed over", description: "…", content: "…" };
  const numbered = [cause, ...lessons.map((l, i) => ({ n: i + 2, type: "failure-lesson", ...l }))];
  const answer = ask(
    brainOf(rates),
    systems.patch,
    `${files}\n\n${tag("lessons", jsonLines(numbered))}\n\n${tag("budget", "at most 90 may be added.")}`,
    { seed },
  );
  return answer.edits ?? [];
}
const bare = ({ lessons: _, from: __, ...edit }: ReturnType<typeof write>[number]) => edit;

describe("the patch writer", () => {
  it("appends to the section that speaks of it and says which lessons an edit carries out", () => {
    const [edit, ...others] = write(dates.slice(0, 1), { insert_after: 0 });
    expect(others).toEqual([]);
    expect(edit).toMatchObject({ op: "append_to_section", file: "SKILL.md", target_section: "## Working with dates", lessons: [1, 2] });
    expect([...plantedLessonsIn(world, applied(skill, edit === undefined ? [] : [bare(edit)])).keys()]).toEqual(["parse-text-dates"]);
  });

  it("makes a section of its own where none fits, and quotes a line that stands there once when it inserts", () => {
    const codes = lessonOf("keep-codes-as-text").wordings.slice(0, 1);
    expect(write(codes)[0]).toMatchObject({ op: "add_section", target_section: `## ${codes[0]?.title}` });
    const inserted = write(dates.slice(0, 1), { insert_after: 1 })[0];
    expect(inserted?.op).toBe("insert_after");
    expect(inserted?.op === "insert_after" && skill.split(inserted.target_text).length).toBe(2);
  });

  it("leaves out what the skill states, by a rate that falls with its length", () => {
    const stated = `${skill}\n${bulletOf(dates[1] ?? { title: "", content: "" })}\n`;
    const again = (text: string) =>
      Array.from({ length: 24 }, (_, seed) => write(dates.slice(0, 1), {}, skillFile("SKILL.md", text), seed).length).reduce(
        (a, b) => a + b,
        0,
      );
    const short = again(stated);
    const long = again(`${stated}\n## More\n\n${"Nothing to see here, read on. ".repeat(700)}\n`);
    expect(short).toBeLessThan(9);
    expect(long).toBeGreaterThan(short + 5);
    expect(again(skill)).toBe(24);
  });

  it("adds the condition where the skill states a rule without it", () => {
    const lesson = lessonOf("count-both-ends");
    const loose = `${skill}\n${bulletOf(lesson.sloppy[0] ?? { title: "", content: "" })}\n`;
    expect(write(lesson.wordings.slice(0, 1), { notice: 1 }, skillFile("SKILL.md", loose))).toHaveLength(1);
  });

  it("slips by its rates: anchors from memory, files outside, references without a link", () => {
    const [remembered] = write(dates.slice(0, 1), { paraphrased_anchor: 1, insert_after: 0 });
    expect(remembered?.op === "append_to_section" && skill.includes(`${remembered.target_section}\n`)).toBe(false);
    expect(write(dates.slice(0, 1), { out_of_tree: 1 })[0]?.file).toMatch(/^\.\.\//);
    expect(write(dates.slice(0, 1), { unlinked_reference: 1 }).map((e) => e.op)).toEqual(["create"]);
    const pair = write(dates.slice(0, 1), { reference: 1 });
    expect(pair.map((e) => e.op)).toEqual(["create", expect.stringMatching(/append|insert/)]);
    expect(pair[1] !== undefined && "content" in pair[1] && pair[1].content).toContain(pair[0]?.file);
  });

  it("tidies up: what is said twice goes, rules get their condition back", () => {
    const twice = `${skill}${bulletOf(dates[0] ?? { title: "", content: "" })}\n${bulletOf(dates[1] ?? { title: "", content: "" })}\n${bulletOf(lessonOf("round-each-line").sloppy[0] ?? { title: "", content: "" })}\n${bulletOf(lessonOf("round-only-at-the-end").wordings[0] ?? { title: "", content: "" })}\n`;
    const message = `${skillFile("SKILL.md", twice)}\n\n${tag("changes", "- something")}`;
    const edits =
      ask(brainOf({ tidies: 1 }), "You are a skill editor who tidies up: you bring a skill back into order.", message).edits ?? [];
    expect(edits.map((e) => Object.keys(e).at(-1))).toEqual(["because", "because"]);
    const taught = plantedLessonsIn(
      world,
      applied(
        twice,
        edits.map((e) => {
          const { because: _, ...edit } = e as typeof e & { because: string };
          return skillEditSchema.parse(edit);
        }),
      ),
    );
    expect([...taught.values()]).toEqual(["taught", "taught", "taught"]);
  });

  it("rewrites the passage a lesson goes into more briefly, by a rate that grows with the skill, and leaves short skills and other sections alone", () => {
    const items = [1, 2, 3, 4, 5].map((n) => `- Look at date column number ${n} with care.`);
    const long = skill
      .replace("- Mind formats.\n", `- Mind formats.\n${items.join("\n")}\n`)
      .concat("\nNothing to see here, read on.".repeat(40));
    const rates = { drift_per_kchar: 1, drift_free_kchars: 0.1, drift_cap: 1, drift_items: 3, drift_loss: 1, insert_after: 1 };
    for (let seed = 0; seed < 12; seed++) {
      const [edit, drifted] = write(dates.slice(0, 1), rates, skillFile("SKILL.md", long), seed);
      if (edit?.op !== "insert_after" || drifted?.op !== "replace_in_section")
        throw new Error("an insertion and a rewritten passage were expected");
      const gone = drifted.old_text.split("\n");
      expect(gone.length).toBeLessThanOrEqual(3);
      expect(gone).not.toContain(edit.target_text);
      expect(long.split(drifted.old_text)).toHaveLength(2);
      expect(drifted.old_text).toContain("date column");
      expect(["", "- Take care with this."]).toContain(drifted.content);
    }
    const often = (text: string, change: object) =>
      Array.from({ length: 30 }, (_, seed) => write(dates.slice(0, 1), { ...rates, ...change }, skillFile("SKILL.md", text), seed)).filter(
        (edits) => edits.length === 2,
      ).length;
    expect(often(long, { drift_free_kchars: 4 })).toBe(0);
    const grown = `${long}\n## More\n\n${"Nothing to see here, read on. ".repeat(80)}\n`;
    expect(often(grown, { drift_per_kchar: 0.2 })).toBeGreaterThan(often(long, { drift_per_kchar: 0.2 }) + 3);
    expect(often(long, { drift_loss: 0 })).toBe(0);
  });

  it("lets the newest run win over a line that says the opposite, by the rate, and else keeps both", () => {
    const [rounding, opposite] = [lessonOf("round-each-line").wordings.slice(0, 1), lessonOf("round-only-at-the-end").wordings[0]];
    const old = bulletOf(opposite ?? { title: "", content: "" });
    const there = skillFile("SKILL.md", `${skill}${old}\n`);
    expect(write(rounding, { overrules: 1 }, there)).toMatchObject([{ op: "replace_in_section", old_text: old, lessons: [1, 2] }]);
    expect(write(rounding, { overrules: 0 }, there).map(({ op }) => op)).not.toContain("replace_in_section");
    expect(write(dates.slice(0, 1), { overrules: 1 }, there).map(({ op }) => op)).not.toContain("replace_in_section");
  });

  it("writes edits that the core takes, at any rates", () => {
    for (let seed = 0; seed < 30; seed++) {
      const all = {
        insert_after: 0.5,
        reference: 0.3,
        paraphrased_anchor: 0.3,
        out_of_tree: 0.1,
        unlinked_reference: 0.2,
        drift_per_kchar: 1,
        drift_free_kchars: 0,
        drift_cap: 1,
        overrules: 1,
      };
      for (const edit of write([...dates, ...world.superstitions.slice(0, 2)], all, undefined, seed)) {
        expect(edit.lessons?.length).toBeGreaterThan(0);
        expect(skillEditSchema.safeParse(bare(edit)).error).toBeUndefined();
      }
    }
  });
});

describe("one skill edited again and again", () => {
  const systematic = world.traps.filter((t) => t.prevalence === "systematic").map((t) => t.lesson);
  /** Thirty tasks, one lesson each. */
  const lessons = Array.from({ length: 30 }, (_, i) => {
    const lesson = systematic[i % systematic.length];
    return lesson?.wordings[i % lesson.wordings.length] ?? { title: "", description: "", content: "" };
  });
  const lessonsIn = knowledgeOf([world]).lessonsIn;
  const taughtIn = (text: string) => [...lessonsIn(text).values()].filter((how) => how === "taught").length;

  function sequential(brain: Brain, seed: number): number {
    const edited = (text: string, lesson: Wording, i: number) =>
      applied(
        text,
        proposed(brain, text, `p${i}`, [lesson], seed).edits.map((e) => e.edit),
      );
    return taughtIn(lessons.reduce(edited, skill));
  }
  function parallel(brain: Brain, seed: number): number {
    const root = mergedInTree(
      brain,
      skill,
      lessons.map((l, i) => proposed(brain, skill, `p${i}`, [l], seed)),
      8,
      seed,
    );
    return taughtIn(
      applied(
        skill,
        root.edits.map((e) => e.edit),
      ),
    );
  }
  /** Lessons taught in the end, as means over seeds. */
  function outcome(change: PersonaChange) {
    const brain = brainWith(steadyPersona(change), [world]);
    const seeds = [1, 2, 3, 4];
    const mean = (of: (brain: Brain, seed: number) => number) => seeds.reduce((sum, seed) => sum + of(brain, seed), 0) / seeds.length;
    return { sequential: mean(sequential), parallel: mean(parallel) };
  }

  it("drifts and ends below parallel patches of a short skill; without drift, and with a forgetful merger, above", () => {
    const drifting = outcome({ patch_writer: { drift_per_kchar: 0.5, drift_free_kchars: 0.3, drift_cap: 0.8 } });
    expect(drifting.sequential).toBeLessThan(drifting.parallel - 1);
    const steadyHand = outcome({ patch_writer: { drift_per_kchar: 0 }, merger: { recall: 0.5, recall_half_edits: 8 } });
    expect(steadyHand.sequential).toBeGreaterThan(steadyHand.parallel + 1);
  });
});
