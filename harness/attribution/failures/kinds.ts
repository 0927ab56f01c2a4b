import type { Exit } from "../../core/record.ts";

/** Kinds of failure every benchmark has, in the order tables show them; a benchmark's own (`Benchmark.failures`) stand before `wrong`. */
export const harnessKinds = {
  "out-of-turns": "out of turns, nothing handed in",
  "out-of-time": "out of time, nothing handed in",
  "out-of-tokens": "out of tokens or context, nothing handed in",
  "unreadable-replies": "too many unreadable or empty replies, nothing handed in",
  "sandbox-killed": "its own command ended the sandbox, nothing handed in",
  "program-failed": "its program ended with an error, nothing handed in",
  refused: "the model refused",
  "artifact-refused": "the file was refused (a link, too large …)",
  "gave-up-after-error": "ended after a failed command, nothing handed in",
  "no-artifact": "ended without the file",
  "no-answer": "ended without an answer",
  wrong: "handed in and wrong",
} as const;
export type HarnessKind = keyof typeof harnessKinds;

/** What an episode without anything handed in failed by, by the way it ended; undefined for an ending of its own choice. */
export function kindOfExit(exit: Exit): HarnessKind | undefined {
  switch (exit) {
    case "turn-limit":
      return "out-of-turns";
    case "time-limit":
      return "out-of-time";
    case "context-overflow":
    case "token-budget":
      return "out-of-tokens";
    case "format-errors":
    case "empty-replies":
    case "reply-too-long":
      return "unreadable-replies";
    case "sandbox-killed":
      return "sandbox-killed";
    case "program-failed":
      return "program-failed";
    case "refused":
      return "refused";
    case "completed":
    case "completed-implicit":
    case "oracle":
    case "nop":
      return undefined;
  }
}
