import type { ChatReply, Exit, Step } from "../core/record.ts";
import type { Say } from "./agent-prompts.ts";
import { type ReactOptions, toolsOf } from "./react-options.ts";
import type { Action, Reading } from "./reading.ts";

/** What the loop does with a reply. */
export type Verdict =
  | { readonly kind: "run"; readonly action: Action; readonly thought: string; readonly ignored?: "completion" | "actions" }
  | { readonly kind: "complete"; readonly exit: Exit; readonly answer: string; readonly action?: Action }
  /** Nothing was done; `text` says why. `keepReply` is false where the reply is worth nothing to the history. */
  | { readonly kind: "nudge"; readonly event: Nudge; readonly text: string; readonly keepReply: boolean }
  | { readonly kind: "end"; readonly exit: Exit; readonly event?: Step["event"]; readonly answer?: string };

export type Nudge = "format-error" | "empty-reply" | "reply-cut";

/**
 * Applies the completion rule. `explicit`: a complete action or signal counts whatever the finish reason; otherwise a cut reply, a filtered one, an empty one and an
 * unreadable one are told apart, in this order. `any-reply-without-action`: no action means done, and finish reasons are ignored.
 */
export function judgeReply(reading: Reading, reply: ChatReply, options: ReactOptions, say: Say): Verdict {
  if (toolsOf(options).length === 0 && reading.kind === "complete") return judgeAnswer(reading.answer, reply);
  if (reading.kind === "action") {
    const { action, thought, ignored } = reading;
    return { kind: "run", action, thought, ignored };
  }
  if (reading.kind === "complete") return { kind: "complete", exit: "completed", answer: reading.answer, action: reading.action };
  if (reading.kind === "unreadable" && reading.fatal) return { kind: "end", exit: "format-errors", event: "format-error" };
  if (options.completion === "any-reply-without-action") {
    if (reading.kind === "no-action") return { kind: "complete", exit: "completed-implicit", answer: reply.text.trim() };
  } else {
    if (reply.finishReason === "length") return { kind: "nudge", event: "reply-cut", text: say("reply-cut", {}), keepReply: false };
    if (reply.finishReason === "content_filter") return { kind: "end", exit: "refused" };
    if (reply.text.trim() === "" && reply.toolCalls.length === 0)
      return { kind: "nudge", event: "empty-reply", text: say("empty-reply", {}), keepReply: false };
  }
  return { kind: "nudge", event: "format-error", text: formatFeedback(reading.problem, options, say), keepReply: true };
}

/** An answer without tools is one draw: one that ran into the output limit is handed in as far as it goes, and never asked for again. */
function judgeAnswer(answer: string, { finishReason }: ChatReply): Verdict {
  if (finishReason === "content_filter") return { kind: "end", exit: "refused" };
  if (finishReason === "length") return { kind: "end", exit: "reply-too-long", event: "reply-cut", answer };
  return { kind: "complete", exit: "completed", answer };
}

/** The release shows the model the escaped braces of its own template. */
const releasedShape = '{{"name": "tool_name", "arguments": {{"argument_name": "value"}}}}';

function formatFeedback(problem: string, options: ReactOptions, say: Say): string {
  if (options.protocol === "tools") return say("format-error-tools", { problem });
  return options.format_feedback === "exact"
    ? say("format-error", { problem })
    : say("format-error-generic", { action_shape: releasedShape });
}
