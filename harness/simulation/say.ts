/** Replies in the form the asker's protocol wants, well-formed or spoilt. */
import type { Move } from "../core/world.ts";
import type { BrainAnswer, BrainRequest } from "./contract.ts";
import { usesTools } from "./conversation.ts";

/** One action with a thought before it. */
export function act(request: BrainRequest, move: Move): BrainAnswer {
  const reasoning = request.thinking === true ? { reasoning: move.thought } : {};
  if (usesTools(request))
    return {
      ...reasoning,
      text: move.thought,
      toolCalls: [{ name: "bash", arguments: { command: move.command } }],
      finishReason: "tool_calls",
    };
  return { ...reasoning, text: `Thought: ${move.thought}\nAction:\n${actionText(move.command)}`, finishReason: "stop" };
}

/** The completion signal. */
export function complete(request: BrainRequest, thought: string): BrainAnswer {
  if (usesTools(request) && request.tools.includes("complete"))
    return { text: thought, toolCalls: [{ name: "complete", arguments: {} }], finishReason: "tool_calls" };
  return { text: `Thought: ${thought}\nACTION: TASK_COMPLETE`, finishReason: "stop" };
}

/** The same action in a form no parser takes; `draw` in [0, 1) chooses how it is spoilt. */
export function spoilt(request: BrainRequest, move: Move, draw: number): BrainAnswer {
  if (usesTools(request)) return { text: `${move.thought}\n\n${move.command}`, finishReason: "stop" };
  const action = actionText(move.command);
  const bad =
    draw < 0.5 && /["\n]/.test(move.command) ? `{"name": "bash", "arguments": {"command": "${move.command}"}}` : action.slice(0, -1);
  return { text: `Thought: ${move.thought}\nAction:\n${bad}`, finishReason: "stop" };
}

function actionText(command: string): string {
  return `{"name": "bash", "arguments": ${JSON.stringify({ command })}}`;
}
