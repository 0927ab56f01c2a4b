import { describe, expect, it } from "vitest";
import { type ScriptedReply, scriptedModel } from "../../agent/scripted-model.ts";
import { ModelError } from "../../core/errors.ts";
import { skillEditSchema, skillPatchSchema } from "../../core/evolution.ts";
import { testAuthor } from "../call/author.fixture.ts";
import { readEdit } from "./patch-form.ts";
import { editOperations } from "./prompt-parts.ts";
import { type PatchAsked, patchWriterPrompt, writePatch } from "./write-patch.ts";

const lesson = { type: "failure-lesson", title: "T", description: "D", content: "C" } as const;
const asked: PatchAsked = {
  id: "p012",
  task: "59-7",
  episode: "e".repeat(64),
  source: "error",
  analysis: "a".repeat(64),
  lessons: [{ ...lesson, type: "failure-cause", relation: "missing" }, lesson],
  skill: [{ path: "SKILL.md", bytes: Buffer.from("---\nname: s\ndescription: d\n---\n\n# S\n\n## Checks\n\n- Look.\n"), mode: 0o644 }],
  sizes: { skill_lines: 500, reference_lines: 300, references: 5 },
};
const say = (value: unknown): string => `\`\`\`json\n${JSON.stringify(value)}\n\`\`\``;
const append = { op: "append_to_section", file: "SKILL.md", target_section: "## Checks", content: "- Read back." };

async function write(replies: readonly ScriptedReply[], what: Partial<PatchAsked> = {}) {
  const model = scriptedModel(replies);
  await using t = await testAuthor(model);
  const written = await writePatch(t.author, { ...asked, ...what });
  return { written, requests: model.requests, told: model.requests.map(({ messages }) => String(messages.at(-1)?.content)) };
}

describe("writePatch", () => {
  it("shows skill, numbered lessons and budget, and traces every edit to its lessons", async () => {
    const reply = {
      reasoning: "R",
      edits: [
        { ...append, lessons: [2, 1, 2] },
        { ...append, lessons: [1] },
      ],
      changelog_entries: ["Read back"],
    };
    const { written, requests } = await write([say(reply)]);
    if (written.state !== "patched") throw new Error(written.note);
    expect(skillPatchSchema.parse(written.patch)).toEqual({
      v: 1,
      id: "p012",
      task: "59-7",
      episode: asked.episode,
      source: "error",
      analysis: asked.analysis,
      lessons: asked.lessons,
      reasoning: "R",
      edits: [
        { id: "p012e1", edit: append, leaves: ["p012e1"], tasks: ["59-7"] },
        { id: "p012e2", edit: append, leaves: ["p012e2"], tasks: ["59-7"] },
      ],
      lessonsOf: { p012e1: [0, 1], p012e2: [0] },
      changelog: ["Read back"],
      departures: [],
    });
    const [system, user] = requests[0]?.messages ?? [];
    expect(system?.content).toMatch(/^You are a skill editor[:,]/);
    expect(user?.content).toContain('<skill_file path="SKILL.md" lines="10">\n');
    expect(user?.content).toContain(
      [
        "<lessons>",
        "[",
        '{"n":1,"type":"failure-cause","title":"T","description":"D","content":"C","relation":"missing"},',
        '{"n":2,"type":"failure-lesson","title":"T","description":"D","content":"C"}',
        "]",
        "</lessons>",
      ].join("\n"),
    );
    expect(user?.content).toContain("<budget>\nSKILL.md has 10 lines and must have fewer than 500: at most 489 may be added.\n");
    expect(user?.content).not.toContain("59-7");
    expect(user?.content).not.toContain("solution_path");
  });

  it("gives the lean path where there is one, and says what it is", async () => {
    const path = { overview: "O", steps: ["S"] };
    const { requests } = await write([say({ reasoning: "", edits: [] })], { source: "success", path });
    expect(requests[0]?.messages[1]?.content).toContain('<solution_path>\n{"overview":"O","steps":["S"]}\n</solution_path>');
    expect(requests[0]?.messages[0]?.content).toContain("- `<solution_path>`: the lean path");
    expect(requests[0]?.messages[0]?.content).toContain("The run succeeded.");
  });

  it("names edit, field and remedy of everything that is wrong, and takes the mended answer", async () => {
    const bad = {
      reasoning: "R",
      edits: [
        { op: "add", file: "SKILL.md", content: "x", lessons: [1] },
        { op: "insert_after", file: "SKILL.md", content: "x", reason: "because", lessons: [3] },
        { op: "append_to_section", file: "SKILL.md", target_section: "Checks", content: " ", lessons: [1] },
        { ...append, lessons: [1] },
      ],
    };
    const { written, told } = await write([say(bad), say({ reasoning: "R", edits: [{ ...append, lessons: [1] }] })]);
    expect(told[1]).toContain(
      [
        'edits[0].op is "add"; expected one of append_to_section, replace_in_section, insert_after, insert_before, add_section, delete_section, create, delete_file.',
        "edits[1].target_text is missing; expected a text.",
        'edits[1] has "reason", which does not belong there.',
        "The fields of insert_after are op, file, target_section?, target_text, content.",
        "edits[1].lessons must be a list of the numbers n of the lessons it carries out, at least one, from 1 to 2.",
        'edits[2].target_section cannot be used: expected a whole heading line such as "## Checks".',
        "edits[2].content cannot be used: expected text, found none.",
        "The fields of append_to_section are op, file, target_section, content.",
      ].join("\n"),
    );
    expect(told[1]).not.toContain("edits[3]");
    expect(written).toMatchObject({ state: "patched", patch: { changelog: [] } });
  });

  it("leaves anchors, links and paths to the consolidation", async () => {
    const edits = [
      { ...append, target_section: "## Nowhere", lessons: [1] },
      { op: "create", file: "references/unlinked.md", content: "x", lessons: [1] },
      { op: "create", file: "../outside.md", content: "x", lessons: [1] },
    ];
    const { written, requests } = await write([say({ reasoning: "R", edits })]);
    expect(written).toMatchObject({ state: "patched", patch: { edits: [{ id: "p012e1" }, { id: "p012e2" }, { id: "p012e3" }] } });
    expect(requests).toHaveLength(1);
  });

  it("tells apart: nothing to change, not readable, infrastructure", async () => {
    expect((await write([say({ reasoning: "All there.", edits: [] })])).written).toMatchObject({ state: "no-edits", note: "All there." });
    expect((await write(["?", "?", "?"])).written).toMatchObject({ state: "unreadable" });
    expect((await write([new ModelError("does not fit", "overflow")])).written).toMatchObject({
      state: "unreadable",
      note: "does not fit",
    });
    const down = new ModelError("HTTP 500", "server");
    expect((await write([down, down, down])).written).toMatchObject({ state: "errored", note: "HTTP 500" });
  });

  it("asks once for the same lessons, whatever episode they come from", async () => {
    const model = scriptedModel([say({ reasoning: "R", edits: [{ ...append, lessons: [1] }] })]);
    await using t = await testAuthor(model);
    const first = await writePatch(t.author, asked);
    const second = await writePatch(t.author, { ...asked, id: "p013", task: "60-1" });
    expect(second.key).toBe(first.key);
    expect(second).toMatchObject({ patch: { id: "p013", edits: [{ id: "p013e1", tasks: ["60-1"] }] } });
  });
});

describe("readEdit", () => {
  it("knows other names of operations and members that say nothing", () => {
    const written = {
      op: "createFile",
      file: "references/a.md",
      target_section: "",
      target_text: "",
      old_text: null,
      after_section: "",
      content: "x",
    };
    expect(readEdit(written, "edits[0]")).toEqual({ ok: true, edit: { op: "create", file: "references/a.md", content: "x" } });
    expect(readEdit({ op: "deleteFile", file: "references/a.md" }, "e")).toMatchObject({ ok: true, edit: { op: "delete_file" } });
    expect(readEdit({ op: "create_file", file: "references/a.md", content: "x" }, "e")).toMatchObject({ ok: true, edit: { op: "create" } });
  });

  it("keeps the empty content that deletes a text, and refuses an empty anchor", () => {
    const replace = { op: "replace_in_section", file: "SKILL.md", old_text: "a", content: "" };
    expect(readEdit(replace, "e")).toMatchObject({ ok: true, edit: { content: "" } });
    expect(readEdit({ ...replace, old_text: "" }, "e")).toMatchObject({
      ok: false,
      problem: expect.stringContaining("e.old_text is missing"),
    });
  });
});

describe("the prompt", () => {
  it("has a right example for every operation", () => {
    const examples = editOperations("lessons")
      .split("\n")
      .filter((line) => line.startsWith("{"));
    const ops = examples.map((line) => skillEditSchema.parse(JSON.parse(line)).op);
    expect([...new Set(ops)].sort()).toEqual(skillEditSchema.options.map(({ shape }) => shape.op.value).sort());
  });

  it("says nothing of style where that prior is left out, and otherwise the same", () => {
    const style = /# How to write\n[\s\S]*?instructions in the skill\.\n\n/;
    expect(patchWriterPrompt("error", false, ["style"])).toBe(patchWriterPrompt("error", false).replace(style, ""));
    expect(patchWriterPrompt("error", false)).toMatch(style);
    expect(patchWriterPrompt("error", false, ["prevalence"])).toBe(patchWriterPrompt("error", false));
  });

  it("speaks of failure to one source and of success to the other", () => {
    const error = patchWriterPrompt("error", false);
    const success = patchWriterPrompt("success", true);
    expect(error + success).not.toMatch(/\{\{|undefined/);
    expect(error).toContain("The run failed.");
    expect(error).not.toContain("The run succeeded.");
    expect(error).not.toContain("solution_path");
    expect(success).not.toContain("The run failed.");
  });
});
