import { z } from "zod";
import { renderNamed } from "../../agent/agent-prompts.ts";
import type { AgentInput, Kit } from "../../core/contract.ts";
import { dataBlock } from "../propose/data-block.ts";
import { showSkill } from "../propose/show-skill.ts";
import type { AnalysisCase } from "./analysis-case.ts";
import type { AnalysisPrompt } from "./analysis-prompts.ts";
import type { AnalystRecord } from "./analysis-record.ts";
import { describeBox } from "./analyst-box.ts";
import { renderLog } from "./render-log.ts";

/** Renders one of the analysis' own prompts; an absent prompt and a slot mismatch are errors naming it. */
export type SayAnalysis = (name: AnalysisPrompt, slots: Readonly<Record<string, string>>) => string;

export function sayFromPrompts(prompts: Readonly<Record<string, string>>): SayAnalysis {
  return (name, slots) => renderNamed(prompts, name, slots);
}

/** Kilobytes of the longest script that is run. */
export const maxFixKb = 64;

/** The agent's prompts with those of the analysis in their places: role and workflow for the system prompt, the task message for the user. */
export function analystPrompts(prompts: Readonly<Record<string, string>>, form: AnalysisCase["form"]): Record<string, string> {
  const named = (name: string): string => {
    const text = prompts[name];
    if (text === undefined) throw new TypeError(`the analyst's record has no prompt ${name}`);
    return text;
  };
  return { ...prompts, workflow: named(`workflow-${form}`), task: named(`task-${form}`) };
}

/** Values for the slots of the task message. */
export function messageSlots(given: AnalysisCase, kit: Kit, analyst: AnalystRecord, say: SayAnalysis): Record<string, string> {
  const { task, trajectory, solver, submission } = given;
  const result = given.form === "restart" ? "agent/answer.txt" : `agent/${solver.harvest[0]?.path ?? submission.files[0]?.path ?? ""}`;
  const candidate = `/work/${result}`;
  const common = {
    log: dataBlock("log", renderLog(trajectory, { maxChars: analyst.logChars, withSystem: false }), { outcome: "failed" }),
    skill: given.skill.length > 0 ? showSkill(given.skill) : "There is none yet: what your lessons say is missing in it.",
    files: describeBox(given, kit),
    command: kit.command.replaceAll("{{candidate}}", candidate),
    candidate,
    about: kit.about,
    max_lessons: String(analyst.maxLessons),
    lesson_fields: say("lesson-fields", {}),
    relation: say("relation", {}),
    perspective: say("perspective", {}),
  };
  if (given.form === "restart") return { ...common, last_turn: String(lastTurn(given)) };
  return {
    ...common,
    max_kb: String(maxFixKb),
    inputs: task.files.length === 0 ? "none" : task.files.map(({ path }) => `\`${path}\``).join(", "),
    outputs: solver.harvest.map(({ path }) => `\`/work/${path}\``).join(", "),
    seconds: String(analyst.runSeconds),
  };
}

/** Turns of the analysed run. */
export function lastTurn({ trajectory }: AnalysisCase): number {
  return trajectory.steps.at(-1)?.turn ?? 1;
}

/** Turns kept for the report: enough to hand in, be sent back and mend it. */
const reservedTurns = 5;

/** The reserve of an analyst whose agent options name `max_turns`; undefined when there are too few turns to keep any back. */
export function analystReserve(analyst: AnalystRecord, form: AnalysisCase["form"], say: SayAnalysis): AgentInput["reserve"] {
  const { max_turns } = z.object({ max_turns: z.number().int() }).parse(analyst.agent.options);
  const turns = Math.min(reservedTurns, max_turns - 1);
  return turns < 1 ? undefined : { turns, text: say(`reserve-${form}`, { turns: String(turns) }) };
}
