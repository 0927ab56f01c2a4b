/** Steps of an evolution that are no episodes, as text for people (`t2s show`): a question to a model, and a run of somebody else's program. */
import type { TrajectoryRecord, Usage } from "../core/record.ts";
import { describeStep } from "./describe-episode.ts";
import { oneLine } from "./plain-text.ts";
import { cutter, type DescribeOptions, indent, section } from "./shown-text.ts";

/** What both have. */
interface Shown {
  readonly key: string;
  /** Form the answer had to have: `merge`, `patch` … */
  readonly form: string;
  readonly simulated: boolean;
  readonly seed: number;
  /** How it ended: `read`, `unreadable`, `too-long` or `failed`. */
  readonly state: string;
  /** The last thing that was wrong with an answer that could not be read. */
  readonly problem?: string;
  readonly usage: Usage;
}

export interface ShownCall extends Shown {
  readonly role: string;
  readonly model: string;
  readonly system: string;
  readonly user: string;
  readonly replies: readonly {
    readonly text: string;
    readonly reasoning?: string;
    readonly finishReason: string;
    readonly problem?: string;
  }[];
}

export interface ShownProgram extends Shown {
  readonly command: readonly string[];
  /** What it read on standard input, as JSON. */
  readonly question: string;
  readonly runs: readonly { readonly exitCode: number | null; readonly stderr: string; readonly problem?: string }[];
  /** What it printed, as JSON, where that could be read. */
  readonly printed?: string;
  /** Its calls of the model. */
  readonly trajectory: TrajectoryRecord;
}

/** A call with everything that was asked and every reply, and what was wrong with those that were asked for again. */
export function describeCall(call: ShownCall, options: DescribeOptions = {}): string {
  const cut = cutter(options);
  const parts = [
    heading(call, [`${call.role}, ${call.model}; form ${call.form}, seed ${call.seed}`]),
    section("System prompt", cut(call.system)),
    section("Question", cut(call.user)),
    ...call.replies.map(({ text, reasoning, finishReason, problem }, i) =>
      section(
        `Reply ${i + 1}`,
        [
          ...(reasoning === undefined || reasoning === "" ? [] : ["Reasoning:", indent(cut(reasoning)), "Text:"]),
          indent(cut(text) || "(empty)"),
          ...(finishReason === "stop" ? [] : [`Finish reason: ${oneLine(finishReason)}`]),
          ...(problem === undefined ? [] : ["Problem:", indent(cut(problem))]),
        ].join("\n"),
      ),
    ),
    ending(call, cut),
  ];
  return `${parts.join("\n\n")}\n`;
}

/** A step of a program with what it read and printed, its calls of the model, and how each run ended. */
export function describeProgram(program: ShownProgram, options: DescribeOptions = {}): string {
  const cut = cutter(options);
  const parts = [
    heading(program, [`program ${program.command.join(" ")}; form ${program.form}, seed ${program.seed}`]),
    section("Standard input", cut(program.question)),
    ...program.trajectory.steps.map((step) => describeStep(step, cut)),
    ...program.runs.map(({ exitCode, stderr, problem }, i) =>
      section(
        `Run ${i + 1}`,
        [
          exitCode === null ? "killed" : `exit code ${exitCode}`,
          ...(stderr === "" ? [] : ["Standard error:", indent(cut(stderr))]),
          ...(problem === undefined ? [] : ["Problem:", indent(cut(problem))]),
        ].join("\n"),
      ),
    ),
    ...(program.printed === undefined ? [] : [section("Standard output", cut(program.printed))]),
    ending(program, cut),
  ];
  return `${parts.join("\n\n")}\n`;
}

const heading = ({ key, simulated }: Shown, more: readonly string[]): string =>
  [`Step ${key}${simulated ? " (SIMULATED model)" : ""}`, ...more].map(oneLine).join("\n");

function ending({ state, problem, usage }: Shown, cut: (text: string) => string): string {
  return section(
    "End",
    [
      state,
      ...(problem === undefined ? [] : [cut(problem)]),
      `tokens: ${usage.promptTokens} in, ${usage.completionTokens} out, ${usage.calls} calls`,
    ].join("\n"),
  );
}
