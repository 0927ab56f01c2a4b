/** What the simulated author answers, held against the forms that the harness reads it by. */
import { beforeAll, describe, expect, it } from "vitest";
import { logOf, type SampleTask, sampleTasks } from "../../../benchmarks/spreadsheetbench/world/episodes.fixture.ts";
import { world } from "../../../benchmarks/spreadsheetbench/world.ts";
import type { Json } from "../../core/json.ts";
import type { ReplyForm } from "../../evolve/author.ts";
import { judgeAnswer } from "../../evolve/call/judge-answer.ts";
import { mergeForm } from "../../evolve/consolidate/merge-form.ts";
import { draftForm } from "../../evolve/draft/draft-form.ts";
import { drafterPrompt } from "../../evolve/draft/draft-skill.ts";
import { analystPrompt } from "../../evolve/propose/analyse-by-call.ts";
import { errorAnalysisForm, successAnalysisForm } from "../../evolve/propose/analysis-forms.ts";
import { patchForm } from "../../evolve/propose/patch-form.ts";
import { referenceWords } from "../../evolve/propose/reference-talk.ts";
import { patchWriterPrompt } from "../../evolve/propose/write-patch.ts";
import { brainWith, jsonLines, reply, requestOf, skillFile, systems, tag, user } from "../asking.fixture.ts";
import { patchesMessage, proposed } from "../evolving.fixture.ts";
import { steadyPersona } from "../persona.fixture.ts";

const brain = brainWith(steadyPersona({ success_analyst: { habit: 0.5 }, patch_writer: { reference: 0.2, insert_after: 0.5 } }), [world]);
const skill =
  "# Spreadsheets\n\n## Working with dates\n\n- Look at date columns.\n- Mind formats.\n\n## Checks\n\n- Look twice at the result.\n";
let tasks: readonly SampleTask[];
beforeAll(async () => {
  tasks = await sampleTasks(5, 44);
});

/** What the harness says of a reply; undefined when it takes it. */
function problemOf<V>(form: ReplyForm<V>, context: Json, system: string, message: string): string | undefined {
  const judged = judgeAnswer({ text: reply(brain, requestOf(system, [user(message)])), finishReason: "stop" }, form, context);
  return judged.ok ? undefined : judged.problem;
}

describe("replies under the harness's own prompts and forms", () => {
  it("of analysts in one call", () => {
    const context = { max_lessons: 3, reference_words: [...referenceWords] };
    for (const task of tasks) {
      const failed = `${skillFile("SKILL.md", skill)}\n\n${tag("log", logOf(task, task.plan.traps.slice(0, 2)), ' outcome="failed"')}`;
      expect(problemOf(errorAnalysisForm, context, analystPrompt("error", 3), failed)).toBeUndefined();
      const passed = `${skillFile("SKILL.md", skill)}\n\n${tag("log", logOf(task, []), ' outcome="passed"')}`;
      expect(problemOf(successAnalysisForm, context, analystPrompt("success", 3), passed)).toBeUndefined();
    }
  });

  it("of the patch writer and the merger", () => {
    const patches = world.traps.map((trap, i) =>
      proposed(brain, skill, `p${String(i).padStart(3, "0")}`, trap.lesson.wordings.slice(0, 2)),
    );
    const ids = patches.flatMap((p) => p.edits.map((e) => e.id));
    const files = ["SKILL.md", ...patches.flatMap((p) => p.edits.map((e) => e.edit.file))];
    expect(problemOf(mergeForm, { ids, files }, systems.merge, patchesMessage(skill, patches))).toBeUndefined();
    for (const { lesson } of world.traps) {
      const lessons = lesson.wordings.map((w, i) => ({ n: i + 1, type: "success-lesson", ...w }));
      const message = `${skillFile("SKILL.md", skill)}\n\n${tag("lessons", jsonLines(lessons))}`;
      expect(problemOf(patchForm, { lessons: lessons.length }, patchWriterPrompt("success", false), message)).toBeUndefined();
    }
  });

  it("of the drafter, with and without logs", () => {
    const context = { name: "xlsx-drafted", skill_lines: 500, reference_lines: 300, references: 5 };
    const about = tag("tasks", '[\n"Change an Excel workbook as its user asks."\n]');
    expect(problemOf(draftForm, context, drafterPrompt("xlsx-drafted", false), about)).toBeUndefined();
    const logs = tasks
      .slice(0, 6)
      .map((task, i) => tag("log", logOf(task, task.plan.traps.slice(0, i % 2)), ` outcome="${i % 2 === 0 ? "passed" : "failed"}"`));
    expect(problemOf(draftForm, context, drafterPrompt("xlsx-drafted", true), [about, ...logs].join("\n\n"))).toBeUndefined();
  });
});
