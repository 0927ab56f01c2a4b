import type { CommandResult } from "../core/contract.ts";
import type { Step } from "../core/record.ts";
import type { Say } from "./agent-prompts.ts";
import type { ReactOptions } from "./react-options.ts";

/** What a command printed, as the model sees it, and the facts of the run for the trajectory. */
export interface Observation {
  readonly text: string;
  readonly command: NonNullable<Step["command"]>;
}

/**
 * stdout, then `[STDERR]` and stderr, then `[Exit code: N]` or `[Killed by signal S]`, then what the harness has to add (output dropped, timeout),
 * stripped; a notice when nothing is left; the middle cut out when longer than `observation_chars`.
 */
export function describeCommand(result: CommandResult, options: ReactOptions, say: Say): Observation {
  const kept = result.timedOut && options.timeout_output === "discard" ? { stdout: "", stderr: "" } : result;
  const separator = kept.stdout === "" || kept.stderr === "" ? "" : "\n[STDERR]\n";
  const dropped = result.dropped.stdout + result.dropped.stderr;
  const notes: string[] = [];
  if (dropped > 0)
    notes.push(say("output-dropped", { stdout_bytes: String(result.dropped.stdout), stderr_bytes: String(result.dropped.stderr) }));
  if (result.boxDied !== undefined) notes.push(`[The sandbox did not survive: ${result.boxDied}]`);
  else if (result.timedOut) notes.push(say("command-timeout", { seconds: String(options.command_timeout_s) }));
  else if (result.exitCode === null) notes.push(`[Killed by signal ${result.signal ?? "unknown"}]`);
  else if (result.exitCode !== 0) notes.push(`[Exit code: ${result.exitCode}]`);
  const body = `${kept.stdout}${separator}${kept.stderr}`.trim();
  const whole = [body, ...notes].filter((part) => part !== "").join("\n");
  const cut = cutMiddle(whole === "" ? say("no-output", {}) : whole, options.observation_chars, (chars) =>
    say("observation-cut", { elided_chars: String(chars) }),
  );
  const { exitCode, timedOut } = result;
  return { text: cut.text, command: { exitCode, timedOut, droppedBytes: dropped, elidedChars: cut.elided } };
}

/** `text` with at most `limit` code points: the first and last half of them around `notice(elided)`. Counts code points so that no character is cut in two. */
export function cutMiddle(
  text: string,
  limit: number,
  notice: (elided: number) => string,
): { readonly text: string; readonly elided: number } {
  if (text.length <= limit) return { text, elided: 0 };
  const characters = Array.from(text);
  const elided = characters.length - limit;
  if (elided <= 0) return { text, elided: 0 };
  const tail = Math.floor(limit / 2);
  const head = characters.slice(0, limit - tail).join("");
  return { text: `${head}\n${notice(elided)}\n${characters.slice(characters.length - tail).join("")}`, elided };
}
