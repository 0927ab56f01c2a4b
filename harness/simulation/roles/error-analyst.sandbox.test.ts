import { readFile } from "node:fs/promises";
import { describe, expect, it } from "vitest";
import type { CaseDraft, TaskDraft } from "../../../benchmarks/spreadsheetbench/sample/draft.ts";
import { planSample } from "../../../benchmarks/spreadsheetbench/sample/plan.ts";
import { workbookBytes } from "../../../benchmarks/spreadsheetbench/sample/workbook-file.ts";
import { messageFor, seenBy } from "../../../benchmarks/spreadsheetbench/world/bench.fixture.ts";
import { logOf } from "../../../benchmarks/spreadsheetbench/world/episodes.fixture.ts";
import { world } from "../../../benchmarks/spreadsheetbench/world.ts";
import type { Box } from "../../core/contract.ts";
import { SandboxError } from "../../core/errors.ts";
import { bubblewrapSandbox, findBwrap } from "../../sandbox/bubblewrap.ts";
import { brainWith, reply, requestOf, said, skillFile, systems, tag, user } from "../asking.fixture.ts";
import type { SimMessage } from "../contract.ts";
import { steadyPersona } from "../persona.fixture.ts";
import { plantedLessonsIn } from "../planted-lessons.ts";

const sandbox =
  findBwrap() === undefined
    ? undefined
    : await bubblewrapSandbox({ hidden: [] }).catch((error: unknown) => {
        if (error instanceof SandboxError) return undefined;
        throw error;
      });
const limits = { memoryMb: 1024, diskMb: 64, processes: 64, cpuSeconds: 120, outputBytes: 65_536, wallSeconds: 180 };

/** What an agent loop shows of a command. */
async function observe(box: Box, command: string): Promise<string> {
  const { stdout, stderr, exitCode } = await box.exec(command, { timeoutMs: 60_000 });
  return `${stdout}${stderr === "" ? "" : `\n[STDERR]\n${stderr}`}${exitCode === 0 ? "" : `\n[Exit code: ${exitCode}]`}`.trim();
}

/** The first task whose data has the hazard of this trap. */
function taskWith(trap: string): { draft: TaskDraft; drawn: CaseDraft } {
  const task = planSample(7, 66).find((t) => t.hazards.includes(trap));
  if (task === undefined) throw new Error(`no task has ${trap}`);
  return { draft: task.draft, drawn: task.draft.draw(task.values.fork("case", 1)) };
}

describe.skipIf(sandbox === undefined)("the agentic failure analyst in a real sandbox (skipped where bubblewrap does not work)", () => {
  it.each(["raw-match", "text-dates"])("finds %s from files and commands alone, and leaves a fix that passes", async (trap) => {
    if (sandbox === undefined) return;
    const { draft, drawn } = taskWith(trap);
    const message = await messageFor(draft, drawn.input);
    const look = seenBy(drawn.input);
    const plan = world.playbook?.open(message)?.plan(look);
    if (plan === undefined) throw new Error("the task is not understood");
    await using box = await sandbox.open({ limits });
    await box.put("/work/input.xlsx", await workbookBytes(drawn.input));
    for (const move of plan.moves(new Set([trap])).slice(0, 2)) await observe(box, move.command);
    await observe(box, "mkdir agent && mv output.xlsx agent/ && rm solve.cjs");
    const kit = new URL("../../../benchmarks/spreadsheetbench/kit/compare.cjs", import.meta.url);
    await box.put("/work/kit/compare.cjs", await readFile(kit));
    await box.put("/work/kit/reference.xlsx", await workbookBytes(drawn.answer));
    await box.put("/work/kit/position.json", Buffer.from(JSON.stringify({ answer_position: draft.position })));
    const log = logOf({ id: "x", message, look, plan, half: "evolve" }, [trap]);
    const brain = brainWith(steadyPersona({ error_analyst: { agentic: { insight: 1, over_attribution: 0 } } }), [world]);
    const compare = "`node /work/kit/compare.cjs /work/agent/output.xlsx`";
    const messages: SimMessage[] = [
      user(
        `${tag("log", log, ' outcome="failed"')}\n\n${skillFile("SKILL.md", "# S\n")}\n\nTo compare a file with what it should be: ${compare}.`,
      ),
    ];
    for (let turn = 0; turn < 12; turn++) {
      const text = reply(brain, requestOf(systems.agentic, messages));
      if (text.includes("ACTION: TASK_COMPLETE")) break;
      const action = JSON.parse(text.slice(text.indexOf("Action:\n") + 8)) as { arguments: { command: string } };
      messages.push(said(text), user(`Observation: ${await observe(box, action.arguments.command)}`));
    }
    const report = JSON.parse(await observe(box, "cat /work/report.json")) as { lessons: { content: string }[] };
    expect([...plantedLessonsIn(world, report.lessons.map((l) => `- ${l.content}`).join("\n")).keys()]).toEqual([
      world.traps.find((t) => t.id === trap)?.lesson.id,
    ]);
    const verdicts = messages.flatMap((m) => /^(?:Observation: )?(?:saved output\.xlsx\n)?(PASS|FAIL)\b/.exec(m.text)?.[1] ?? []);
    expect(verdicts).toEqual(["FAIL", "PASS"]);
  });
});
