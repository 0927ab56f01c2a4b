import { describe, expect, it } from "vitest";
import { z } from "zod";
import { scriptedModel } from "../../agent/scripted-model.ts";
import { UsageError } from "../../core/errors.ts";
import { lineageSchema } from "../../core/evolution.ts";
import { evolutionPresets } from "../../core/evolution-presets.ts";
import { skillOf, textOf } from "../../skill/edit/edits.fixture.ts";
import { skillHash } from "../../skill/read-skill.ts";
import type { Answer, Asking, Author } from "../author.ts";
import { testAuthor } from "../call/author.fixture.ts";
import { UnansweredCall } from "../consolidate/ask-author.ts";
import { type Asked, block, type Said, scriptedAuthor } from "../consolidate/scripted-author.fixture.ts";
import { evolveSequentially, type SequentialResult, stepCount } from "./evolve-sequentially.ts";
import { linesOf } from "./line-origins.ts";
import type { Analysed, SequentialInput } from "./sequential-input.ts";
import { sequentialRecordSchema } from "./sequential-record.ts";

const files = skillOf({
  "SKILL.md": "# Work\n\n## Checks\n\n- Look at the result.\n\n## Writing\n\nSave it.\n\nSee [dates](references/dates.md) for dates.\n",
  "references/dates.md": "# Dates\n\nDates are numbers.\n",
  "scripts/run.py": "print()\n",
});
const start = { files, hash: skillHash(files) };

/** Trajectory n of task tn; its lessons carry its number. */
function analysed(n: number, lessons = 1): Analysed {
  return {
    position: n,
    task: `t${n}`,
    episode: `episode-${n}`,
    source: n % 2 === 0 ? "error" : "success",
    analysis: `analysis-${n}`,
    lessons: Array.from({ length: lessons }, (_, i) => ({
      type: n % 2 === 0 ? "failure-lesson" : "success-lesson",
      title: `Rule ${n}.${i}`,
      description: "d",
      content: `Do ${n}.${i}.`,
    })),
  };
}
const many = (count: number): Analysed[] => Array.from({ length: count }, (_, n) => analysed(n));

const shown = z.array(z.looseObject({ n: z.number(), task: z.string(), content: z.string() }));
const lessonsIn = (asked: Asked): z.infer<typeof shown> => shown.parse(JSON.parse(block(asked.user, "lessons")));
const isTidying = (asked: Asked): boolean => asked.system.startsWith("You are a skill editor who tidies up");

/** Appends every lesson as a bullet to Checks. */
const append = (asked: Asked): Said =>
  isTidying(asked)
    ? { reasoning: "in order", edits: [] }
    : {
        reasoning: "one bullet each",
        edits: lessonsIn(asked).map(({ n, content }) => ({
          op: "append_to_section",
          file: "SKILL.md",
          target_section: "## Checks",
          content: `- ${content}`,
          lessons: [n],
        })),
        changelog_entries: lessonsIn(asked).map(({ content }) => `added: ${content}`),
      };

const run = (author: Author, more: Partial<SequentialInput> = {}): Promise<SequentialResult> =>
  evolveSequentially({
    start,
    analysed: many(8),
    settings: { sizes: evolutionPresets["as-paper"].sizes },
    batch: 1,
    checkpointEvery: 0,
    finalConsolidation: false,
    author,
    ...more,
  });

/** Every line has an origin, every origin a record, every record its trajectories. */
function expectCompleteLineage(result: SequentialResult): void {
  const lineage = lineageSchema.parse(result.lineage);
  expect(lineage.skill).toBe(result.hash);
  for (const file of result.files) {
    const spans = lineage.files.find((one) => one.path === file.path)?.spans ?? [];
    expect(spans.map((span, i) => span.from - (spans[i - 1]?.to ?? 0))).toEqual(spans.map(() => 1));
    expect(spans.at(-1)?.to ?? 0).toBe(linesOf(file)?.length);
    for (const { edit } of spans) {
      if (edit === null) continue;
      const record = lineage.edits.find((one) => one.id === edit);
      expect(record?.patches.length).toBeGreaterThan(0);
      for (const patch of record?.patches ?? []) expect(lineage.patches.map((one) => one.id)).toContain(patch);
      const tasks = lineage.patches.filter((one) => record?.patches.includes(one.id)).map((one) => one.task);
      expect(record?.tasks).toEqual([...tasks].sort());
    }
  }
}

/** Edit that wrote the line with this text. */
function originOf(result: SequentialResult, text: string, path = "SKILL.md"): string | null | undefined {
  const file = result.files.find((one) => one.path === path);
  const line = (file === undefined ? [] : (linesOf(file) ?? [])).findIndex((one) => one.includes(text)) + 1;
  expect(line, `a line with ${text}`).toBeGreaterThan(0);
  return result.lineage.files.find((one) => one.path === path)?.spans.find((span) => span.from <= line && line <= span.to)?.edit;
}

describe("evolveSequentially", () => {
  it("edits after every trajectory, each time from the skill as it stands", async () => {
    const author = scriptedAuthor(append);
    const result = await run(author);
    expect(author.asked).toHaveLength(8);
    for (const [i, asked] of author.asked.entries()) {
      expect(asked.role).toBe("patch-writer");
      expect(lessonsIn(asked).map(({ task }) => task)).toEqual([`t${i}`]);
      expect(asked.user.includes(`- Do ${i - 1}.0.`)).toBe(i > 0);
    }
    for (let n = 0; n < 8; n++) expect(originOf(result, `- Do ${n}.0.`)).toBe(`b00${n + 1}e1`);
    expect(originOf(result, "Save it.")).toBeNull();
    expect(result.record.steps.every((step) => step.state === "edited" && step.diff.includes("+- Do"))).toBe(true);
    expect(result.lineage.edits[3]).toMatchObject({ id: "b004e1", leaves: ["b004e1"], tasks: ["t3"], patches: ["p003"], nodes: ["b004"] });
    expect(sequentialRecordSchema.parse(result.record)).toEqual(result.record);
    expectCompleteLineage(result);
  });

  it("takes several trajectories a step, the last batch as it comes out", async () => {
    const author = scriptedAuthor(append);
    const result = await run(author, { analysed: many(10), batch: 4 });
    expect(author.asked.map((asked) => lessonsIn(asked).map(({ n, task }) => `${n}:${task}`))).toEqual([
      ["1:t0", "2:t1", "3:t2", "4:t3"],
      ["1:t4", "2:t5", "3:t6", "4:t7"],
      ["1:t8", "2:t9"],
    ]);
    expect(result.record.steps[1]?.lessonsOf.b002e3).toEqual([{ task: "t6", lesson: 0 }]);
    expectCompleteLineage(result);
  });

  it("consolidates and keeps a checkpoint every so many batches, and once more at the end", async () => {
    const author = scriptedAuthor(append);
    const result = await run(author, { checkpointEvery: 3, finalConsolidation: true });
    expect(result.record.steps.map((step) => step.id)).toEqual([
      "b001",
      "b002",
      "b003",
      "c003",
      "b004",
      "b005",
      "b006",
      "c006",
      "b007",
      "b008",
      "cf",
    ]);
    expect(author.asked).toHaveLength(stepCount(8, 3, true));
    const second = author.asked.filter(isTidying)[1];
    expect(block(second?.user ?? "", "changes")).toBe("- added: Do 3.0.\n- added: Do 4.0.\n- added: Do 5.0.");
    expect(result.checkpoints.map((one) => one.after)).toEqual(["c003", "c006"]);
    expect(textOf(result.checkpoints[0]?.files ?? [])).toContain("- Do 2.0.");
    expect(textOf(result.checkpoints[0]?.files ?? [])).not.toContain("- Do 3.0.");
    expect(stepCount(6, 3, false)).toBe(7);
  });

  it("withholds what cannot be applied and says why, edit by edit", async () => {
    const author = scriptedAuthor(() => ({
      reasoning: "many",
      edits: [
        { op: "insert_after", file: "SKILL.md", target_text: "no such line", content: "- a", lessons: [1] },
        { op: "replace_in_section", file: "SKILL.md", old_text: "Save it.", content: "Save it first.", lessons: [1] },
        { op: "replace_in_section", file: "SKILL.md", old_text: "Save it.", content: "Save it last.", lessons: [2, 3] },
        { op: "create", file: "references/lonely.md", content: "# Lonely", lessons: [1] },
        { op: "append_to_section", file: "scripts/run.py", target_section: "## X", content: "- a", lessons: [1] },
        { op: "append_to_section", file: "SKILL.md", target_section: "## Checks", content: "- kept", lessons: [3] },
      ],
    }));
    const result = await run(author, { analysed: many(3), batch: 4 });
    const step = result.record.steps[0];
    expect(step?.edits.map((edit) => edit.id)).toEqual(["b001e3", "b001e6"]);
    expect(Object.fromEntries(result.departures.map((one) => [one.edit, one.reason]))).toEqual({
      b001e1: "unresolved-anchor",
      b001e2: "contradiction",
      b001e4: "unlinked-create",
      b001e5: "protected",
    });
    expect(result.departures.every((one) => one.note !== "")).toBe(true);
    expect(textOf(result.files)).toContain("Save it last.");
    expectCompleteLineage(result);
  });

  it("rolls a step back that outgrows its sizes, and goes on from the skill before", async () => {
    const author = scriptedAuthor((asked) =>
      asked.user.includes('"task":"t1"')
        ? {
            reasoning: "too much",
            edits: [{ op: "add_section", file: "SKILL.md", target_section: "## Long", content: "- x\n".repeat(40), lessons: [1] }],
          }
        : append(asked),
    );
    const sizes = { ...evolutionPresets["as-paper"].sizes, skill_lines: 40 };
    const result = await run(author, { analysed: many(3), settings: { sizes } });
    const [first, second] = result.record.steps;
    expect(second).toMatchObject({ state: "rolled-back", skill: first?.skill, edits: [], diff: "" });
    expect(second?.note).toContain("SKILL.md");
    expect(result.departures).toEqual([expect.objectContaining({ edit: "b002e1", stage: "apply", reason: "broke-validation" })]);
    expect(textOf(result.files)).toBe(textOf(files).replace("result.\n", "result.\n- Do 0.0.\n- Do 2.0.\n"));
    expect(author.asked[2]?.user).not.toContain("## Long");
    expectCompleteLineage(result);
  });

  it("counts an edit that two runs of a batch propose once, with both behind it", async () => {
    const same = { op: "append_to_section", file: "SKILL.md", target_section: "## Checks", content: "- Count rows." };
    const author = scriptedAuthor(() => ({
      reasoning: "",
      edits: [
        { ...same, lessons: [1] },
        { ...same, lessons: [3] },
      ],
    }));
    const result = await run(author, { analysed: many(3), batch: 3 });
    expect(result.lineage.edits).toEqual([
      expect.objectContaining({ id: "b001e1", leaves: ["b001e1", "b001e2"], tasks: ["t0", "t2"], patches: ["p000", "p002"] }),
    ]);
    expect(result.departures).toEqual([expect.objectContaining({ edit: "b001e2", reason: "duplicate", inFavourOf: "b001e1" })]);
    expect(result.record.steps[0]?.lessonsOf).toEqual({
      b001e1: [
        { task: "t0", lesson: 0 },
        { task: "t2", lesson: 0 },
      ],
    });
    expectCompleteLineage(result);
  });

  it("names the last hand on a line, and keeps what stood behind the lines it replaced", async () => {
    const replies: Said[] = [
      {
        reasoning: "",
        edits: [
          { op: "append_to_section", file: "SKILL.md", target_section: "## Checks", content: "- Count rows.\n- Trim keys.", lessons: [1] },
        ],
      },
      {
        reasoning: "",
        edits: [
          { op: "replace_in_section", file: "SKILL.md", old_text: "- Count rows.", content: "- Count rows, then columns.", lessons: [1] },
        ],
      },
      // Moves one line word for word and rewrites another: the first keeps its origin.
      {
        reasoning: "",
        edits: [
          {
            op: "replace_in_section",
            file: "SKILL.md",
            old_text: "- Count rows, then columns.\n- Trim keys.",
            content: "See [keys](references/keys.md) before you match keys.",
            because: "detail",
          },
          { op: "create", file: "references/keys.md", content: "# Keys\n\n- Trim keys.\n- Counting comes first.", because: "detail" },
        ],
      },
    ];
    const author = scriptedAuthor((asked) => replies[author.asked.indexOf(asked)] ?? null);
    const result = await run(author, { analysed: many(2), finalConsolidation: true });
    const record = (id: string) => result.lineage.edits.find((edit) => edit.id === id);
    expect(record("b002e1")).toMatchObject({
      leaves: ["b001e1", "b002e1"],
      tasks: ["t0", "t1"],
      patches: ["p000", "p001"],
      nodes: ["b001", "b002"],
    });
    expect(originOf(result, "- Trim keys.", "references/keys.md")).toBe("b001e1");
    expect(originOf(result, "Counting comes first", "references/keys.md")).toBe("cfe2");
    expect(originOf(result, "See [keys]")).toBe("cfe1");
    // The file's own edit takes nothing out; it inherits what its call took out elsewhere.
    expect(record("cfe2")).toMatchObject({ leaves: ["b001e1", "b002e1"], tasks: ["t0", "t1"] });
    expect(result.record.steps.at(-1)?.departures).toEqual([]);
    expectCompleteLineage(result);
  });

  it("lets a consolidation of the start skill's own lines speak for all tasks seen", async () => {
    const author = scriptedAuthor((asked) =>
      isTidying(asked)
        ? {
            reasoning: "",
            edits: [{ op: "replace_in_section", file: "SKILL.md", old_text: "Save it.", content: "Save it once.", because: "clearer" }],
          }
        : append(asked),
    );
    const result = await run(author, { analysed: many(2), finalConsolidation: true });
    expect(result.lineage.edits.find((edit) => edit.id === "cfe1")).toMatchObject({ leaves: ["cfe1"], tasks: ["t0", "t1"] });
    expectCompleteLineage(result);
  });

  it("goes on after replies that are no use, and without a call where there is nothing to say", async () => {
    const author = scriptedAuthor((asked) => {
      if (asked.user.includes('"task":"t0"')) return { outcome: "too-long" };
      if (asked.user.includes('"task":"t2"')) return { reasoning: "?", edits: [{ op: "explode", file: "SKILL.md", lessons: [1] }] };
      return append(asked);
    });
    const result = await run(author, { analysed: [analysed(0), analysed(1, 0), analysed(2), analysed(3)] });
    expect(result.record.steps.map((step) => step.state)).toEqual(["unreadable", "no-lessons", "unreadable", "edited"]);
    expect(result.record.steps[2]?.note).toContain("edits[0].op");
    expect(result.record.calls).toBe(3);
  });

  it("stops where a call was not answered, and refuses to begin with nothing", async () => {
    const author = scriptedAuthor((asked) => (asked.user.includes('"task":"t2"') ? { outcome: "errored" } : append(asked)));
    await expect(run(author)).rejects.toThrow(UnansweredCall);
    expect(author.asked).toHaveLength(3);
    await expect(run(scriptedAuthor(append), { analysed: [] })).rejects.toThrow(UsageError);
    await expect(run(scriptedAuthor(append), { batch: 0 })).rejects.toThrow(UsageError);
  });

  it("is killed anywhere, runs again, pays nothing twice and ends in the same bytes", async () => {
    const settings = { checkpointEvery: 2, finalConsolidation: true } as const;
    const whole = await run(scriptedAuthor(append), settings);
    for (let kill = 1; kill < stepCount(8, 2, true); kill += 3) {
      const inner = scriptedAuthor(append);
      const memory = new Map<string, unknown>();
      await expect(run(remembering(inner, memory, kill), settings)).rejects.toThrow("killed");
      const result = await run(remembering(inner, memory), settings);
      expect(inner.asked).toHaveLength(stepCount(8, 2, true));
      expect(result).toEqual(whole);
    }
  });

  it("runs over the real engine, with replies as text", async () => {
    const model = scriptedModel(
      Array.from({ length: 5 }, () => async (request) => {
        const [system, user] = request.messages.map((message) => (typeof message.content === "string" ? message.content : ""));
        const said = append({ role: "", form: "", system: system ?? "", user: user ?? "", problems: [] });
        return `I think so.\n\n\`\`\`json\n${JSON.stringify(said)}\n\`\`\``;
      }),
    );
    await using test = await testAuthor(model);
    const options = { analysed: many(4), finalConsolidation: true };
    const result = await run(test.author, options);
    const plain = await run(scriptedAuthor(append), options);
    expect(result.files).toEqual(plain.files);
    expect(model.requests).toHaveLength(5);
    expect(await run(test.author, options)).toEqual(result);
    expect(model.requests).toHaveLength(5);
  });
});

/** Answers what it was asked before from memory, as the engine does; dies at new question `kill`. */
function remembering(author: Author, memory: Map<string, unknown>, kill = Number.POSITIVE_INFINITY): Author {
  let fresh = 0;
  return {
    seed: author.seed,
    async ask<V>(asking: Asking<V>): Promise<Answer<V>> {
      const key = JSON.stringify([asking.system, asking.user]);
      const known = memory.get(key) as Answer<V> | undefined;
      if (known !== undefined) return known;
      if (++fresh >= kill) throw new Error("killed");
      const answer = await author.ask(asking);
      memory.set(key, answer);
      return answer;
    },
  };
}
