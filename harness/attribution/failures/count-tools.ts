import type { TrajectoryRecord } from "../../core/record.ts";

/** What an episode's commands met with. */
export interface ToolUse {
  readonly commands: number;
  /** Ended with a code other than 0, or by a signal. */
  readonly failed: number;
  readonly timedOut: number;
  /** Replies that could not be read, were empty or cut. */
  readonly badReplies: number;
  /** The last command failed. */
  readonly lastFailed: boolean;
}

export function countTools({ steps }: TrajectoryRecord): ToolUse {
  const commands = steps.flatMap(({ command }) => command ?? []);
  const hasFailed = ({ exitCode, timedOut }: (typeof commands)[number]): boolean => timedOut || exitCode !== 0;
  const last = commands.at(-1);
  return {
    commands: commands.length,
    failed: commands.filter(hasFailed).length,
    timedOut: commands.filter(({ timedOut }) => timedOut).length,
    badReplies: steps.filter(({ event }) => event === "format-error" || event === "empty-reply" || event === "reply-cut").length,
    lastFailed: last !== undefined && hasFailed(last),
  };
}
