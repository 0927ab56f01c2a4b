import { beforeAll, describe, expect, it } from "vitest";
import { logOf, type SampleTask, sampleTasks } from "../../../benchmarks/spreadsheetbench/world/episodes.fixture.ts";
import { world } from "../../../benchmarks/spreadsheetbench/world.ts";
import { ask, brainWith, skillFile, systems, tag } from "../asking.fixture.ts";
import { applied } from "../evolving.fixture.ts";
import { type PersonaChange, steadyPersona } from "../persona.fixture.ts";
import { plantedLessonsIn } from "../planted-lessons.ts";
import { bulletOf } from "../writing/write-lesson.ts";

const skill =
  "# Spreadsheets\n\n## Working with dates\n\n- Look at date columns.\n- Mind the formats of amounts.\n\n## Checks\n\n- Look twice at the result.\n";
const brainOf = (change: PersonaChange = {}) => brainWith(steadyPersona(change), [world]);
let tasks: readonly SampleTask[];
beforeAll(async () => {
  tasks = await sampleTasks(11, 44);
});

describe("the success analyst", () => {
  const study = (log: string, rates: PersonaChange["success_analyst"], seed = 41) =>
    ask(
      brainOf({ success_analyst: rates }),
      systems.success,
      `${skillFile("SKILL.md", skill)}\n\n${tag("log", log, ' outcome="passed"')}`,
      { seed },
    );
  const ids = (answer: ReturnType<typeof ask>) => (answer.lessons ?? []).flatMap((l) => [...plantedLessonsIn(world, bulletOf(l)).keys()]);

  it("names good habits that the script shows, and no careless form", () => {
    for (const task of tasks.slice(0, 15)) {
      const [trap = ""] = task.plan.traps;
      const named = ids(study(logOf(task, [trap]), { habit: 1, superstition: 0, sloppy: 0 }));
      expect(named.length).toBeGreaterThan(0);
      const own = task.plan.traps.map((id) => world.traps.find((t) => t.id === id)?.lesson.id);
      for (const id of named) expect(own).toContain(id);
      if (logOf(task, [trap]) !== logOf(task, [])) expect(named).not.toContain(world.traps.find((t) => t.id === trap)?.lesson.id);
    }
  });

  it("sees no habit without the script and still tells the path", () => {
    const log = logOf(tasks[0] as SampleTask, []).replace(/cat > solve\.cjs <<'JS'[\s\S]*?\nJS\n/, "");
    const answer = study(log, { habit: 1, superstition: 0 });
    expect(answer.lessons).toEqual([]);
    expect(answer.path?.steps.length).toBeGreaterThan(1);
  });

  it("names superstitions by the rate, others for other seeds", () => {
    const log = logOf(tasks[1] as SampleTask, []);
    const titles = [1, 2, 3, 4, 5, 6].map((seed) => study(log, { habit: 0, superstition: 1 }, seed).lessons?.[0]?.title);
    expect(new Set(titles).size).toBeGreaterThan(2);
    expect(world.superstitions.map((s) => s.title)).toContain(titles[0]);
    expect(study(log, { habit: 0, superstition: 0 }).lessons).toEqual([]);
  });
});

describe("the translator", () => {
  const translate = (edit: object, change: PersonaChange["translator"] = {}) =>
    ask(
      brainOf({ translator: change }),
      systems.translate,
      `${tag("edit", JSON.stringify(edit))}\n\n${tag("problem", "not found")}\n\n${skillFile("SKILL.md", skill)}`,
    ).edit;
  const append = { op: "append_to_section", file: "SKILL.md", target_section: "## Working with dates and more", content: "- Parse them." };

  it("copies the nearest anchor and leaves the rest", () => {
    expect(translate(append)).toEqual({ ...append, target_section: "## Working with dates" });
    const replace = { op: "replace_in_section", file: "SKILL.md", old_text: "Mind formats of the amounts", content: "- Convert them." };
    expect(translate(replace)).toEqual({ ...replace, old_text: "- Mind the formats of amounts." });
  });

  it("gives the edit back when it finds nothing, and by the rate changes more than it may", () => {
    expect(translate(append, { finds: 0 })).toEqual(append);
    expect(translate(append, { changes_content: 1 })).toMatchObject({
      target_section: "## Working with dates",
      content: "- Parse them. Keep this in mind.",
    });
    const stray = { ...append, target_section: "## Quarks" };
    expect(translate(stray)).toEqual(stray);
  });
});

describe("the mender", () => {
  const mend = (text: string, findings: string, mends = 1) => {
    const edits =
      ask(brainOf({ validator: { mends } }), systems.repair, `${skillFile("SKILL.md", text)}\n\n${tag("findings", findings)}`).edits ?? [];
    return applied(
      text,
      edits.map(({ from: _, lessons: __, ...edit }) => edit),
    );
  };

  it("shortens a file that is too long: what is said twice first, what teaches nothing next", () => {
    const [a, b] = world.traps[0]?.lesson.wordings.slice(0, 2).map(bulletOf) ?? [];
    const long = `${skill}${a}\n${b}\n`;
    const lines = long.split("\n").length - 1;
    const short = mend(
      long,
      `SKILL.md:1: warning: The file has ${lines} lines; fewer than ${lines - 1} are allowed, so move detail. (too-long)`,
    );
    expect(short.split("\n").length - 1).toBe(lines - 2);
    expect(short).toContain(a);
    expect(short).not.toContain(b);
  });

  it("takes dead links out and keeps their sentence, and by the rate mends nothing", () => {
    const linked = `${skill}- See [the dates](references/dates.md) when dates are text.\n`;
    const finding = "SKILL.md:13: error: The link references/dates.md leads to references/dates.md, which is not in the skill. (dead-link)";
    expect(mend(linked, finding)).toBe(`${skill}- See the dates when dates are text.\n`);
    expect(mend(linked, finding, 0)).toBe(linked);
  });
});

describe("the drafter", () => {
  const draft = (data: string, rates: PersonaChange["drafter"] = {}) => ask(brainOf({ drafter: rates }), systems.draft, data).files ?? [];
  const about = tag("tasks", '[\n"Change an Excel workbook as a user asks."\n]');

  it("writes commonplaces under the name it is given", () => {
    const [file, ...others] = draft(about);
    expect(others).toEqual([]);
    expect(file?.path).toBe("SKILL.md");
    expect(file?.content).toMatch(/^---\nname: my-skill\ndescription: .+\n---\n\n# /);
    expect(plantedLessonsIn(world, file?.content ?? "").size).toBe(0);
    expect(plantedLessonsIn(world, draft(about, { knows: 1 })[0]?.content ?? "").size).toBeGreaterThan(15);
  });

  it("learns what logs show: careful forms of passed runs, careless ones of failed runs", () => {
    const task = tasks.find((t) => t.plan.traps.includes("raw-match")) ?? (tasks[0] as SampleTask);
    const learnt = (outcome: string, sprung: string[]) =>
      plantedLessonsIn(
        world,
        draft(`${about}\n\n${tag("log", logOf(task, sprung), ` outcome="${outcome}"`)}`, { learns: 1 })[0]?.content ?? "",
      );
    expect([...learnt("failed", ["raw-match"]).keys()]).toEqual(["normalise-before-matching"]);
    expect(learnt("passed", ["raw-match"]).has("normalise-before-matching")).toBe(false);
    expect(learnt("passed", []).has("normalise-before-matching")).toBe(true);
  });

  it("is at a loss with tasks of a kind it does not know", () => {
    expect(() => draft(tag("tasks", '[\n"Write a sonnet about rain."\n]'))).toThrow(/no JSON/);
  });
});

describe("embeddings", () => {
  it("are equal for equal texts, of length one, and nearer for texts that share words", () => {
    const brain = brainOf();
    const vector = (text: string) => brain.embed?.("m", text) ?? [];
    const dot = (a: readonly number[], b: readonly number[]) => a.reduce((sum, v, i) => sum + v * (b[i] ?? 0), 0);
    const a = vector("Trim keys before they are matched.");
    expect(vector("Trim keys before they are matched.")).toEqual(a);
    expect(dot(a, a)).toBeCloseTo(1);
    expect(dot(a, vector("Keys are trimmed before matching."))).toBeGreaterThan(dot(a, vector("Round the total at the end.")) + 0.15);
    expect(dot(vector(""), vector(""))).toBeCloseTo(1);
  });
});
