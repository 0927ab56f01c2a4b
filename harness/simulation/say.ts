/** Replies in the form the asker's protocol wants, well-formed or spoilt. */
import type { Move } from "../core/world.ts";
import type { BrainAnswer, BrainRequest } from "./contract.ts";
import { protocolOf, usesTools } from "./conversation.ts";

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

/** The answer of a task that ends in words, handed in whole. */
export function handIn(request: BrainRequest, answer: string): BrainAnswer {
  const thought = "I have worked it out.";
  const reasoning = request.thinking === true ? { reasoning: thought } : {};
  switch (protocolOf(request)) {
    case "tools":
      return { ...reasoning, text: thought, toolCalls: [{ name: "complete", arguments: { answer } }], finishReason: "tool_calls" };
    case "text":
      return { ...reasoning, text: `${answer}\nACTION: TASK_COMPLETE`, finishReason: "stop" };
    case "none":
      return { ...reasoning, text: answer, finishReason: "stop" };
  }
}

/** The same answer without the call or the signal that hands it in. Where neither is asked for there is no form to break. */
export function spoiltAnswer(answer: string): BrainAnswer {
  return { text: answer, finishReason: "stop" };
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
