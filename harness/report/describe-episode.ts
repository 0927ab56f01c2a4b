import type { LedgerAnalysis } from "../core/ledger-rows.ts";
import type { LedgerEpisode, Step, TrajectoryRecord } from "../core/record.ts";
import { oneLine } from "./plain-text.ts";
import { cutter, type DescribeOptions, indent, section, shorten } from "./shown-text.ts";

/**
 * An episode as text for people (`t2s show`): what was asked, every step's thought, action and observation, how it ended and how it was scored.
 * Control characters are shown, not obeyed. `trajectory` is null where none was stored (oracle, nop, errors before the first step).
 */
export function describeEpisode(trajectory: TrajectoryRecord | null, row: LedgerEpisode, options: DescribeOptions = {}): string {
  const cut = cutter(options);
  const parts = [heading(row)];
  if (trajectory === null) parts.push("No trajectory is stored for this episode.");
  else {
    parts.push(section("System prompt", cut(trajectory.system)), section("Task", cut(trajectory.user)));
    parts.push(...trajectory.steps.map((step) => describeStep(step, cut)));
    if (trajectory.steps.length === 0) parts.push("The episode ended before its first step.");
  }
  parts.push(section("End", ending(row)));
  return `${parts.join("\n\n")}\n`;
}

/** An analysis as text for people: what the analyst was asked, every step, and what came of it. `trajectory` is null for single calls. */
export function describeAnalysis(trajectory: TrajectoryRecord | null, row: LedgerAnalysis, options: DescribeOptions = {}): string {
  const cut = cutter(options);
  const { usage } = row;
  const parts = [
    [
      `Analysis ${row.key}${row.simulated ? " (SIMULATED model)" : ""}`,
      `${row.analyst} ${row.source} analyst, ${row.author}; arm ${row.arm}, evolution seed ${row.seed}`,
      `task ${row.task}, episode ${row.episode}`,
    ]
      .map(oneLine)
      .join("\n"),
  ];
  if (trajectory === null) parts.push("A single call leaves no trajectory.");
  else {
    parts.push(section("System prompt", cut(trajectory.system)), section("Task", cut(trajectory.user)));
    parts.push(...trajectory.steps.map((step) => describeStep(step, cut)));
  }
  const end = [
    `${row.state}${row.reason === undefined ? "" : `: ${row.reason}`}; ${row.lessons} lessons${row.patch === undefined ? "" : `, patch ${row.patch}`}`,
    `tokens: ${usage.promptTokens} in, ${usage.completionTokens} out, ${usage.calls} calls`,
  ];
  parts.push(section("End", end.map(oneLine).join("\n")));
  return `${parts.join("\n\n")}\n`;
}

function heading(row: LedgerEpisode): string {
  const { rep } = row;
  const simulated = row.simulated.length > 0 ? ` (SIMULATED: ${row.simulated.join(" and ")})` : "";
  const imported = row.imported === undefined ? "" : ` (IMPORTED from the ${row.imported}, graded here)`;
  return [
    `Episode ${row.key}${simulated}${imported}`,
    `arm ${row.arm} (guidance: ${row.guidance}), solver ${row.solver}`,
    `${row.benchmark} ${row.split}, task ${row.task}, cluster ${row.cluster}${row.taskType === undefined ? "" : `, ${row.taskType}`}`,
    `seed ${rep.seed}, attempt ${rep.attempt}, replica ${rep.replica}`,
    ...(row.flags.length > 0 ? [`flags: ${row.flags.join(", ")}`] : []),
  ]
    .map(oneLine)
    .join("\n");
}

/** One step of a trajectory: thought, action and what came of it. */
export function describeStep(step: Step, cut: (text: string) => string): string {
  const lines = [`--- turn ${step.turn}${step.event === undefined ? "" : ` [${step.event}]`} ---`];
  if (step.reasoning !== undefined && step.reasoning !== "") lines.push("Reasoning:", indent(cut(step.reasoning)));
  if (step.thought !== undefined && step.thought !== "") lines.push("Thought:", indent(cut(step.thought)));
  if (step.action !== undefined) lines.push(`Action: ${oneLine(step.action.tool)}`, indent(cut(argumentsText(step.action.arguments))));
  else if (step.thought === undefined || step.event === "format-error") lines.push("Reply:", indent(cut(step.reply) || "(empty)"));
  const command = step.command;
  if (command !== undefined) {
    const facts = [
      command.timedOut ? "timed out" : command.exitCode === null ? "killed" : `exit code ${command.exitCode}`,
      ...(command.droppedBytes > 0 ? [`${command.droppedBytes} bytes beyond the output limit thrown away`] : []),
      ...(command.elidedChars > 0 ? [`${command.elidedChars} characters not shown to the model`] : []),
    ];
    lines.push(`Command: ${facts.join(", ")}`);
  }
  if (step.observation !== undefined) lines.push("Observation:", indent(cut(step.observation) || "(empty)"));
  for (const blob of step.images ?? []) lines.push(`Shown: picture ${blob}`);
  if (step.finishReason !== "stop" && step.finishReason !== "tool_calls") lines.push(`Finish reason: ${oneLine(step.finishReason)}`);
  return lines.join("\n");
}

/** A command is shown as it would be typed, everything else as JSON. */
function argumentsText(args: NonNullable<Step["action"]>["arguments"]): string {
  const { command, ...rest } = args;
  if (typeof command === "string" && Object.keys(rest).length === 0) return command;
  return JSON.stringify(args, null, 2);
}

function ending(row: LedgerEpisode): string {
  const lines = [
    `exit: ${row.exit ?? "none"}`,
    ...(row.turns === undefined ? [] : [`turns: ${row.turns}, format errors: ${row.formatErrors ?? 0}`]),
    ...(row.usage === undefined
      ? []
      : [`tokens: ${row.usage.promptTokens} in, ${row.usage.completionTokens} out, ${row.usage.calls} calls`]),
    ...row.outcomes.map(({ outcome }) => {
      if (outcome.state === "ungraded") return `${outcome.scorer}: ungraded, ${outcome.reason}`;
      const { scorer, passed, value, message, metrics } = outcome.score;
      const more = Object.entries(metrics ?? {}).map(([name, number]) => `${name} ${number}`);
      return [`${scorer}: ${passed ? "passed" : "failed"} (${[value, ...more].join(", ")})`, ...(message ? [message] : [])].join(", ");
    }),
    ...(row.error === undefined ? [] : [`errored: ${row.error.class}, ${row.error.message}`]),
  ];
  if (row.outcomes.length === 0 && row.state !== "errored") lines.push("no scores");
  return lines.map((line) => shorten(oneLine(line), 2000)).join("\n");
}
