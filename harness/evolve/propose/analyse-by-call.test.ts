import { describe, expect, it } from "vitest";
import { type ScriptedReply, scriptedModel } from "../../agent/scripted-model.ts";
import { ModelError } from "../../core/errors.ts";
import { analysisResultSchema } from "../../core/evolution.ts";
import { testAuthor } from "../call/author.fixture.ts";
import { analyseByCall, analystPrompt, type CallAnalysis } from "./analyse-by-call.ts";
import { findReferenceTalk } from "./reference-talk.ts";

const skill = [{ path: "SKILL.md", bytes: Buffer.from("---\nname: s\ndescription: d\n---\n\n# S\n"), mode: 0o644 }];
const lesson = (title: string, extra: object = {}) => ({
  title,
  description: "When rows move.",
  content: "Read the range back.",
  ...extra,
});
const say = (value: unknown): string => `I looked.\n\`\`\`json\n${JSON.stringify(value, null, 1)}\n\`\`\``;
const failed: CallAnalysis = { source: "error", log: "Task: …\nAction: …", skill, maxLessons: 2 };
const passed: CallAnalysis = { ...failed, source: "success" };

async function analyse(asked: CallAnalysis, replies: readonly ScriptedReply[]) {
  const model = scriptedModel(replies);
  await using t = await testAuthor(model);
  const analysed = await analyseByCall(t.author, asked);
  if (analysed.state === "analysed") analysisResultSchema.parse(analysed.result);
  return { analysed, requests: model.requests };
}

describe("an error analyst by one call", () => {
  it("gets skill and log, and gives causes and lessons", async () => {
    const { analysed, requests } = await analyse(failed, [
      say({ causes: [lesson("C", { relation: "missing" })], lessons: [lesson("L", { relation: null })] }),
    ]);
    expect(analysed).toMatchObject({
      state: "analysed",
      result: {
        outcome: {
          state: "accepted",
          lessons: [
            { type: "failure-cause", title: "C", relation: "missing" },
            { type: "failure-lesson", title: "L" },
          ],
        },
        trajectory: null,
        turns: 1,
        usage: { calls: 1 },
      },
    });
    const [system, user] = requests[0]?.messages ?? [];
    expect(system?.content).toMatch(/^You are a failure analyst[:,]/);
    expect(system?.content).toContain("at most 2, fewer");
    expect(user?.content).toBe(
      '<skill_file path="SKILL.md" lines="6">\n---\nname: s\ndescription: d\n---\n\n# S\n</skill_file>\n\n<log outcome="failed">\nTask: …\nAction: …\n</log>',
    );
  });

  it("gets the log alone where there is no skill", async () => {
    const { requests } = await analyse({ ...failed, skill: [] }, [say({ causes: [], lessons: [lesson("L")] })]);
    expect(requests[0]?.messages[1]?.content).toMatch(/^<log outcome="failed">/);
  });

  it("sends back what is wrong, naming the field", async () => {
    const { analysed, requests } = await analyse(failed, [
      say({ causes: [{ title: "C", description: "", relation: "unknown" }], lessons: "none" }),
      say({ causes: [], lessons: [lesson("1"), lesson("2"), lesson("3")] }),
      say({ causes: [], lessons: [lesson("1"), lesson("2")] }),
    ]);
    const told = requests.map(({ messages }) => String(messages.at(-1)?.content));
    expect(told[1]).toContain(
      [
        "causes[0].description is empty; expected a text.",
        "causes[0].content is missing; expected a text.",
        'causes[0].relation must be one of "missing", "unclear", "wrong", "ignored".',
        "lessons must be a list.",
      ].join("\n"),
    );
    expect(told[2]).toContain("lessons has 3 entries; at most 2 are allowed.");
    expect(analysed).toMatchObject({ result: { outcome: { state: "accepted" }, turns: 3 } });
  });

  it("bounces talk of a reference and rejects who keeps to it", async () => {
    const leaky = say({
      causes: [lesson("C", { content: "The cell differs from the expected value." })],
      lessons: [lesson("Match the ground truth")],
    });
    const { analysed, requests } = await analyse(failed, [leaky, say({ causes: [], lessons: [lesson("L")] })]);
    expect(requests[1]?.messages.at(-1)?.content).toContain(
      'causes[0].content says "expected value".\nlessons[0].title says "ground truth".\nSay instead what the agent can see',
    );
    expect(analysed).toMatchObject({ result: { outcome: { state: "accepted" } } });
    const stubborn = await analyse(failed, [leaky, leaky, leaky]);
    expect(stubborn.analysed).toMatchObject({ result: { outcome: { state: "rejected", reason: "names-reference" } } });
  });

  it("rejects with a reason: no lessons, unreadable, too long; and reports infrastructure apart", async () => {
    const none = await analyse(failed, [say({ causes: [lesson("C")], lessons: [] })]);
    expect(none.analysed).toMatchObject({ result: { outcome: { state: "rejected", reason: "no-lessons", lessons: [{ title: "C" }] } } });
    const prose = await analyse(failed, ["no", "no", "no"]);
    expect(prose.analysed).toMatchObject({ result: { outcome: { state: "rejected", reason: "unreadable-reply" }, turns: 3 } });
    const long = await analyse(failed, [new ModelError("does not fit", "overflow")]);
    expect(long.analysed).toMatchObject({ result: { outcome: { state: "rejected", reason: "too-long", note: "does not fit" }, turns: 0 } });
    const down = new ModelError("HTTP 500", "server");
    expect((await analyse(failed, [down, down, down])).analysed).toMatchObject({ state: "errored", message: "HTTP 500" });
  });
});

describe("a success analyst by one call", () => {
  it("gives the lean path and lessons", async () => {
    const path = { overview: "Looked, then wrote.", steps: ["Read the sheet", "Write the column"] };
    const { analysed, requests } = await analyse(passed, [
      say({ path: { ...path, steps: [] }, lessons: [] }),
      say({ path, lessons: [lesson("L", { relation: "unclear" })] }),
    ]);
    expect(requests[0]?.messages[0]?.content).toMatch(/^You are a success analyst[:,]/);
    expect(requests[0]?.messages[1]?.content).toContain('<log outcome="passed">\n');
    expect(requests[1]?.messages.at(-1)?.content).toContain("path.steps is empty; expected at least one entry.");
    expect(analysed).toMatchObject({
      result: { outcome: { state: "accepted", path, lessons: [{ type: "success-lesson", relation: "unclear" }] } },
    });
  });

  it("looks for reference talk in the path as well", async () => {
    const path = { overview: "It matched the answer key.", steps: ["Write"] };
    const { requests } = await analyse(passed, [say({ path, lessons: [lesson("L")] }), "", ""]);
    expect(requests[1]?.messages.at(-1)?.content).toContain('path.overview says "answer key".');
  });
});

describe("the prompts", () => {
  it("speak of references only to forbid it", () => {
    for (const source of ["error", "success"] as const) {
      const prompt = analystPrompt(source, 3);
      expect(prompt).not.toMatch(/\{\{|undefined/);
      const [before] = prompt.split("# Point of view");
      expect(findReferenceTalk(before ?? "")).toEqual([]);
    }
  });
});

describe("without its perspective an analyst", () => {
  it("is not told to write from the agent's point of view, nor held to it", async () => {
    expect(analystPrompt("error", 3, ["perspective"])).not.toMatch(/Point of view|\n{3}|\{\{/);
    const asked = { ...failed, without: ["perspective"] } as const;
    const { analysed, requests } = await analyse(asked, [say({ causes: [], lessons: [lesson("It matched the answer key.")] })]);
    expect(requests).toHaveLength(1);
    expect(analysed).toMatchObject({ result: { outcome: { state: "accepted" } } });
  });
});

describe("findReferenceTalk", () => {
  it.each([
    "Compare with the gold answer",
    "The GROUND-TRUTH says",
    "expected outputs differ",
    "the reference solution",
    "the grader rejects it",
    "gold.xlsx",
    "hidden tests",
    "what the grading script wants",
    "until it is the correct answer",
  ])("finds it in: %s", (text) => expect(findReferenceTalk(text)).toHaveLength(1));
  it.each([
    "save to the expected output path",
    "use absolute cell references, see references/dates.md",
    "column Gold holds prices of gold",
    "the expected value column",
    "the result was as the request asks",
    "check that the answer is a number",
    "golden rule: read it back",
    "no formula evaluator is installed",
  ])("finds none in: %s", (text) => expect(findReferenceTalk(text)).toEqual([]));
});
