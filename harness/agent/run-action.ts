import type { AgentInput } from "../core/contract.ts";
import type { Say } from "./agent-prompts.ts";
import { describeCommand, type Observation } from "./observation.ts";
import { runView } from "./pictures/run-view.ts";
import { type ReactOptions, toolsOf } from "./react-options.ts";
import type { Action } from "./reading.ts";

/** What came of an action: text for the model, and for a command its facts; or the end of the episode. */
export type Result =
  | {
      readonly text: string;
      readonly images?: readonly string[];
      readonly command?: Observation["command"];
      readonly exit?: "sandbox-killed";
    }
  /** The episode's time ran out before the command's own limit: its output depends on the clock and is left out. */
  | { readonly exit: "time-limit" };

export interface ActionContext {
  readonly box: AgentInput["box"];
  readonly options: ReactOptions;
  readonly say: Say;
  readonly toolNames: string;
  readonly remainingMs: number;
  readonly signal: AbortSignal;
  /** The task's pictures, for `view`. */
  readonly pictures: Pick<AgentInput, "task" | "images" | "keepImage">;
}

/** Runs one action. An unknown tool and wrong arguments are results like any other; only a broken sandbox throws. */
export async function runAction(action: Action, context: ActionContext): Promise<Result> {
  const { say, options } = context;
  if (context.remainingMs <= 0) return { exit: "time-limit" };
  const known: readonly string[] = toolsOf(options);
  if (!known.includes(action.tool)) return { text: say("unknown-tool", { name: JSON.stringify(action.tool), tools: context.toolNames }) };
  if (action.tool === "view") return await runView(action, context.pictures, say);
  const { command, ...others } = action.arguments;
  const problem = wrongArguments(command, Object.keys(others));
  if (typeof command !== "string" || problem !== undefined)
    return { text: say("wrong-arguments", { name: "bash", problem: problem ?? "", expected: '{"command": "…"}' }) };
  const limitMs = options.command_timeout_s * 1000;
  const timeoutMs = Math.max(1, Math.ceil(Math.min(limitMs, context.remainingMs)));
  const result = await context.box.exec(command, { timeoutMs, signal: context.signal });
  if (result.timedOut && result.boxDied === undefined && context.remainingMs < limitMs) return { exit: "time-limit" };
  const seen = describeCommand(result, options, say);
  return { ...seen, ...(result.boxDied === undefined ? {} : { exit: "sandbox-killed" }) };
}

function wrongArguments(command: unknown, others: readonly string[]): string | undefined {
  if (command === undefined) return '"command" is missing';
  if (typeof command !== "string") return '"command" is not a string';
  // No program can be started with such an argument.
  if (command.includes("\0")) return '"command" holds a NUL character';
  if (others.length > 0) return `it has no argument ${others.map((name) => JSON.stringify(name)).join(", ")}`;
  return undefined;
}
