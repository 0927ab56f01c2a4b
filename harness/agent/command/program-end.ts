import type { CommandResult } from "../../core/contract.ts";
import type { Step } from "../../core/record.ts";
import { cutMiddle } from "../observation.ts";

const outputChars = 4_000;

/** How a program ended, in words and as facts of its last step; undefined: it was ended from here. */
export function endOf(result: CommandResult | undefined, completed: boolean): Pick<Step, "event" | "command"> & { text: string } {
  if (result === undefined) return { text: "[The program was ended: it went on asking the model after its limit.]" };
  const { exitCode, timedOut, stdout, stderr, dropped, boxDied } = result;
  let elidedChars = 0;
  const cut = (text: string): string => {
    const seen = cutMiddle(text.trim(), outputChars, (chars) => `[… ${chars} characters left out …]`);
    elidedChars += Math.max(0, text.trim().length - seen.text.length);
    return seen.text;
  };
  const how =
    boxDied !== undefined
      ? "The program's sandbox did not survive it."
      : timedOut
        ? "The program was ended: its time was over."
        : `The program ended with exit code ${exitCode ?? "none"}.`;
  const parts = [`[${how}]`];
  if (stdout.trim() !== "") parts.push(`Standard output:\n${cut(stdout)}`);
  if (stderr.trim() !== "") parts.push(`Standard error:\n${cut(stderr)}`);
  return {
    text: parts.join("\n\n"),
    command: { exitCode, timedOut, droppedBytes: dropped.stdout + dropped.stderr, elidedChars },
    ...(completed ? { event: "completed" as const } : {}),
  };
}
