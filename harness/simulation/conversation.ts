/** What a conversation of an agent loop has come to, under either protocol, from its messages alone. */
import type { BrainRequest, SimMessage } from "./contract.ts";

/** One reply that was given, and what came back. */
export interface Turn {
  /** The command that was run; undefined when the reply held none that could be read. */
  readonly command?: string;
  readonly completed: boolean;
  /** Everything said between this reply and the next, without the text protocol's marker. */
  readonly heard: string;
  /** What of that did not come from a command: reviews, reminders, corrections. */
  readonly remarks: string;
}

export interface Conversation {
  /** First user message. */
  readonly task: string;
  /** URLs of the pictures sent with it. */
  readonly pictureUrls: readonly string[];
  readonly turns: readonly Turn[];
}

const marker = /^Observation:\s*/;

/** Reads the messages; undefined when there is no user message to answer. */
export function readConversation(messages: readonly SimMessage[]): Conversation | undefined {
  const first = messages.findIndex((m) => m.role === "user");
  if (first < 0) return undefined;
  const turns: { command?: string; completed: boolean; heard: string; remarks: string }[] = [];
  for (const message of messages.slice(first + 1)) {
    const last = turns.at(-1);
    if (message.role === "assistant") turns.push({ ...readReply(message), heard: "", remarks: "" });
    else if (last !== undefined) {
      const heard = message.text.replace(marker, "");
      last.heard += `${last.heard === "" ? "" : "\n"}${heard}`;
      if (message.role === "user" && !marker.test(message.text)) last.remarks += `${last.remarks === "" ? "" : "\n\n"}${heard}`;
    }
  }
  return { task: messages[first]?.text ?? "", pictureUrls: messages[first]?.images ?? [], turns };
}

function readReply(message: SimMessage): { command?: string; completed: boolean } {
  const call = message.toolCalls[0];
  if (call !== undefined) return call.name === "complete" ? { completed: true } : { ...commandIn(call.arguments), completed: false };
  const marker = message.text.indexOf("Action:");
  const found = marker < 0 ? {} : actionIn(message.text.slice(marker + "Action:".length));
  return { ...found, completed: found.command === undefined && message.text.includes("ACTION: TASK_COMPLETE") };
}

function actionIn(text: string): { command?: string } {
  const action = jsonIn(text) as { arguments?: { command?: unknown } } | undefined;
  const command = action?.arguments?.command;
  return typeof command === "string" ? { command } : {};
}

function commandIn(text: string): { command?: string } {
  const command = (jsonIn(text) as { command?: unknown } | undefined)?.command;
  return typeof command === "string" ? { command } : {};
}

function jsonIn(text: string): object | undefined {
  try {
    const value: unknown = JSON.parse(text.slice(text.indexOf("{"), text.lastIndexOf("}") + 1));
    return typeof value === "object" && value !== null ? value : undefined;
  } catch {
    return undefined; // what the harness could not read either, or a reply cut by the endpoint
  }
}

/** How the asker wants actions and completion: as native calls, as text with a signal, or not at all, so that the whole reply is the answer. */
export type Protocol = "tools" | "text" | "none";

export function protocolOf(request: BrainRequest): Protocol {
  if (!request.toolsForbidden && (request.tools.includes("bash") || request.tools.includes("complete"))) return "tools";
  return /\bTASK_COMPLETE\b/.test(request.system) ? "text" : "none";
}

/** True when actions are native tool calls. */
export function usesTools(request: BrainRequest): boolean {
  return !request.toolsForbidden && request.tools.includes("bash");
}
