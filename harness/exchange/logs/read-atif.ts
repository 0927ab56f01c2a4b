import { exitSchema, stepSchema } from "../../core/record.ts";
import { argumentsIn, contentText, entriesOf, type Members, membersOf, nameIn, textIn } from "./json-parts.ts";
import type { LogRun } from "./log-run.ts";
import { type LoggedCall, openTurns, trajectoryOf } from "./open-turns.ts";
import { outcomeIn, taskIn } from "./outcome-fields.ts";

/** Whether a document is one in the Agent Trajectory Interchange Format, of any version. */
export function isAtif(value: unknown): boolean {
  const log = membersOf(value);
  if (log === undefined || !Array.isArray(log.steps)) return false;
  if (typeof log.schema_version === "string") return log.schema_version.startsWith("ATIF");
  return membersOf(log.agent) !== undefined && entriesOf(log.steps).every((step) => typeof membersOf(step)?.source === "string");
}

/**
 * An ATIF document as a run. Tolerant: fields this program does not know are passed over, contents may be texts or parts, results may name their call or not. A clause says why
 * nothing can be read.
 */
export function readAtif(value: unknown, passAt: number): LogRun | { readonly problem: string } {
  const log = membersOf(value);
  if (log === undefined) return { problem: "is no ATIF document: expected an object with steps" };
  const turns = openTurns();
  const system: string[] = [];
  const asked: string[] = [];
  let subagents = 0;
  for (const step of entriesOf(log.steps)) {
    const members = membersOf(step);
    const text = contentText(members?.message);
    if (members?.source === "system" && turns.steps.length === 0) system.push(text);
    else if (members?.source === "user" && turns.steps.length === 0) asked.push(text);
    else if (members?.source === "agent") subagents += readAgentStep(members, text, turns);
    else if (members !== undefined && text.trim() !== "") turns.told(text);
  }
  if (turns.steps.length === 0) return { problem: "has no step of an agent" };
  const agent = membersOf(log.agent);
  const name = [nameIn(agent?.name) ?? "unknown agent", nameIn(agent?.version)].filter((part) => part !== undefined).join(" ");
  const trajectory = trajectoryOf(name, system.join("\n\n"), asked.join("\n\n"), turns.steps);
  const exit = exitSchema.safeParse(membersOf(membersOf(log.extra)?.t2s)?.exit);
  return {
    trajectory: exit.success ? { ...trajectory, exit: exit.data } : trajectory,
    task: taskIn(log),
    session: nameIn(log.session_id),
    outcome: outcomeIn(log, passAt),
    notes:
      subagents > 0
        ? [`${subagents} ${subagents === 1 ? "reference to a sub-agent's trajectory" : "references to sub-agents' trajectories"}`]
        : [],
  };
}

/** Adds a step of the agent; gives the number of sub-agents' trajectories it refers to. */
function readAgentStep(step: Members, text: string, turns: ReturnType<typeof openTurns>): number {
  const calls = entriesOf(step.tool_calls).flatMap((one): LoggedCall[] => {
    const call = membersOf(one);
    const tool = textIn(call?.function_name);
    return tool === undefined ? [] : [{ id: nameIn(call?.tool_call_id), tool, arguments: argumentsIn(call?.arguments) }];
  });
  const event = stepSchema.shape.event.safeParse(membersOf(step.extra)?.event);
  turns.reply({ text, reasoning: textIn(step.reasoning_content), calls, event: event.success ? event.data : undefined });
  let references = 0;
  for (const one of entriesOf(membersOf(step.observation)?.results)) {
    const result = membersOf(one);
    references += entriesOf(result?.subagent_trajectory_ref).length;
    const seen = contentText(result?.content);
    if (seen !== "") turns.result(nameIn(result?.source_call_id), seen);
  }
  return references;
}
