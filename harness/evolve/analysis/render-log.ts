import { cutMiddle } from "../../agent/observation.ts";
import type { Step, TrajectoryRecord } from "../../core/record.ts";

export interface RenderLogOptions {
  /** Characters (UTF-16 units) of the whole log; a longer one loses the middle of long parts first, then its middle turns, each with a notice. Default: unlimited. */
  readonly maxChars?: number;
  /** Whether the system prompt, with the skill the agent had, is part of the log. */
  readonly withSystem: boolean;
}

/**
 * An episode as Markdown for somebody who has to find out what the agent did and why: the task, every turn's thought, action and observation, what the harness said,
 * and how it ended. It tells nothing the agent could not have known, so not whether the result was right. Pure; never throws.
 */
export function renderLog(trajectory: TrajectoryRecord, options: RenderLogOptions): string {
  const most = options.maxChars ?? Number.POSITIVE_INFINITY;
  for (const partChars of [Number.POSITIVE_INFINITY, 4000, 2000, 1000, 500]) {
    const log = renderParts(trajectory, options.withSystem, partChars, most);
    const text = joined(log.head, log.turns, log.end);
    if (text.length <= most) return text;
    if (partChars === 500) return withoutMiddle(log, most);
  }
  return "";
}

interface Parts {
  readonly head: string;
  readonly turns: readonly string[];
  readonly end: string;
}

function renderParts(trajectory: TrajectoryRecord, withSystem: boolean, partChars: number, most: number): Parts {
  // What was asked is worth more than any single turn, so it keeps up to a third of the room when turns are shortened already.
  const headChars = partChars === Number.POSITIVE_INFINITY ? partChars : Math.floor(most / 3);
  const system = withSystem ? [`## System prompt\n\n${verbatim(trajectory.system, headChars)}`] : [];
  return {
    head: ["# Log of the episode", ...system, `## Task\n\n${verbatim(trajectory.user, headChars)}`].join("\n\n"),
    turns: trajectory.steps.map((step) => renderStep(step, partChars)),
    end: `## End\n\n${describeEnd(trajectory)}\n`,
  };
}

function joined(head: string, turns: readonly string[], end: string): string {
  return [head, ...turns, end].join("\n\n");
}

/** First and last turns, alternating, as long as there is room; at worst the head itself is cut. */
function withoutMiddle({ head, turns, end }: Parts, most: number): string {
  const notice = (left: number) => `[… ${left} turns in the middle left out …]`;
  let room = most - joined(head, [notice(turns.length)], end).length;
  let first = 0;
  let last = turns.length;
  while (first < last) {
    const next = first <= turns.length - last ? turns[first] : turns[last - 1];
    if (next === undefined || next.length + 2 > room) break;
    room -= next.length + 2;
    if (first <= turns.length - last) first++;
    else last--;
  }
  const text = joined(head, [...turns.slice(0, first), notice(last - first), ...turns.slice(last)], end);
  return text.length <= most ? text : cutMiddle(text, Math.max(2, most - 60), (chars) => `[… ${chars} characters left out …]`).text;
}

const events: Readonly<Record<NonNullable<Step["event"]>, string>> = {
  "format-error": "The reply could not be read as an action; nothing was run.",
  "empty-reply": "The reply was empty.",
  "reply-cut": "The reply reached the model's output limit before it held an action; nothing was run.",
  "missing-output-reminder": "The agent signalled completion and was sent back to work.",
  completed: "The agent signalled completion.",
};

function renderStep(step: Step, partChars: number): string {
  const parts = [`## Turn ${step.turn}`];
  const part = (title: string, text: string, language = ""): void => {
    if (text.trim() !== "") parts.push(`${title}\n\n${verbatim(text, partChars, language)}`);
  };
  const thought = step.thought ?? "";
  // Thinking models that call tools natively often say nothing beside the call.
  if (thought === "" && step.action !== undefined) part("Reasoning:", step.reasoning ?? "");
  part("Thought:", thought);
  if (step.action === undefined || step.event !== undefined) part("Reply:", step.reply);
  if (step.action !== undefined && step.event === undefined) {
    const { command, ...others } = step.action.arguments;
    if (step.action.tool === "bash" && typeof command === "string" && Object.keys(others).length === 0) part("Action:", command, "bash");
    else part(`Action \`${step.action.tool}\`:`, JSON.stringify(step.action.arguments, null, 1), "json");
  } else if (step.action !== undefined && Object.keys(step.action.arguments).length > 0)
    part("Answer handed in:", JSON.stringify(step.action.arguments, null, 1), "json");
  if (step.event !== undefined) parts.push(events[step.event]);
  part(step.event === undefined ? "Observation:" : "Told by the harness:", step.observation ?? "");
  return parts.join("\n\n");
}

function describeEnd(trajectory: TrajectoryRecord): string {
  const turns = trajectory.steps.at(-1)?.turn ?? 0;
  return `Exit: ${trajectory.exit ?? "cut off"}, after ${turns} turn${turns === 1 ? "" : "s"}.`;
}

/** A code block whose fence is longer than any run of backticks inside, so that nothing the agent wrote can end it. */
function verbatim(text: string, most: number, language = ""): string {
  const shown = cutMiddle(text.trim(), most, (chars) => `[… ${chars} characters left out …]`).text;
  const longest = Math.max(2, ...Array.from(shown.matchAll(/`+/g), ([run]) => run.length));
  const fence = "`".repeat(longest + 1);
  return `${fence}${language}\n${shown}\n${fence}`;
}
