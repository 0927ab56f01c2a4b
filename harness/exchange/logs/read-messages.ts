import { argumentsIn, contentText, entriesOf, type Members, membersOf, nameIn, textIn } from "./json-parts.ts";
import type { LogRun } from "./log-run.ts";
import { type LoggedCall, openTurns, type Turns, trajectoryOf } from "./open-turns.ts";
import { outcomeIn, taskIn } from "./outcome-fields.ts";

const roles = new Set(["system", "developer", "user", "assistant", "tool", "function"]);

/** Whether a value is a message as chat APIs have it. */
export function isMessage(value: unknown): boolean {
  const message = membersOf(value);
  return (
    typeof message?.role === "string" &&
    roles.has(message.role) &&
    ("content" in message || "tool_calls" in message || "function_call" in message)
  );
}

/** Messages of a conversation: the list itself, or an object's `messages`, `conversation` or `trajectory`; undefined when there are none. */
export function messagesIn(value: unknown): readonly unknown[] | undefined {
  const log = membersOf(value);
  const lists = log === undefined ? [value] : [log.messages, log.conversation, log.trajectory, log.history];
  return lists
    .map(entriesOf)
    .find((list) => list.length > 0 && isMessage(list[0]) && list.every((one) => membersOf(one)?.role !== undefined));
}

/** A conversation with messages in the form of OpenAI's chat completions (or Anthropic's blocks) as a run. A clause says why nothing can be read. */
export function readMessages(value: unknown, passAt: number): LogRun | { readonly problem: string } {
  const messages = messagesIn(value);
  if (messages === undefined) return { problem: "holds no conversation: expected messages with role and content" };
  const log: Members = membersOf(value) ?? {};
  const turns = openTurns();
  const system: string[] = [];
  const asked: string[] = [];
  for (const one of messages) {
    const message = membersOf(one);
    if (message === undefined) continue;
    const started = turns.steps.length > 0;
    if (message.role === "assistant") readReply(message, turns);
    else if (message.role === "tool" || message.role === "function")
      turns.result(nameIn(message.tool_call_id), contentText(message.content));
    else if (message.role === "user") {
      const { results, text } = apart(message.content);
      for (const { id, text: seen } of results) turns.result(id, seen);
      if (text.trim() !== "")
        if (started) turns.told(text);
        else asked.push(text);
    } else if (!started) system.push(contentText(message.content));
    else turns.told(contentText(message.content));
  }
  if (turns.steps.length === 0) return { problem: "has no message of an assistant" };
  const agent = nameIn(log.agent) ?? nameIn(log.model) ?? "unknown agent";
  return {
    trajectory: trajectoryOf(agent, system.join("\n\n"), asked.join("\n\n"), turns.steps),
    task: taskIn(log) ?? nameIn(log.id),
    session: nameIn(log.session_id) ?? nameIn(log.conversation_id),
    outcome: outcomeIn(log, passAt),
    notes: turns.homeless > 0 ? [`${turns.homeless} results before the first reply`] : [],
  };
}

/** Adds a message of the assistant: words and reasoning, calls in OpenAI's two forms, or blocks as Anthropic has them. */
function readReply(message: Members, turns: Turns): void {
  const calls: LoggedCall[] = entriesOf(message.tool_calls).flatMap((one): LoggedCall[] => {
    const call = membersOf(one);
    const given = membersOf(call?.function) ?? membersOf(call?.custom) ?? call;
    const tool = textIn(given?.name);
    return tool === undefined ? [] : [{ id: nameIn(call?.id), tool, arguments: argumentsIn(given?.arguments ?? given?.input) }];
  });
  const old = membersOf(message.function_call);
  const oldName = textIn(old?.name);
  if (oldName !== undefined) calls.push({ tool: oldName, arguments: argumentsIn(old?.arguments) });
  const blocks = blocksOf(message.content);
  turns.reply({
    text: blocks.text,
    reasoning: blocks.reasoning ?? textIn(message.reasoning_content) ?? textIn(message.reasoning),
    calls: [...calls, ...blocks.calls],
  });
}

/** What an assistant's content says, thinks and calls. */
export function blocksOf(content: unknown): { readonly text: string; readonly reasoning?: string; readonly calls: readonly LoggedCall[] } {
  if (!Array.isArray(content)) return { text: contentText(content), calls: [] };
  const said: unknown[] = [];
  const thought: string[] = [];
  const calls: LoggedCall[] = [];
  for (const one of content) {
    const block = membersOf(one);
    const tool = textIn(block?.name);
    if (block?.type === "thinking" || block?.type === "reasoning") thought.push(textIn(block.thinking) ?? textIn(block.text) ?? "");
    else if (block?.type === "redacted_thinking") continue;
    else if ((block?.type === "tool_use" || block?.type === "server_tool_use") && tool !== undefined)
      calls.push({ id: nameIn(block.id), tool, arguments: argumentsIn(block.input) });
    else said.push(one);
  }
  const reasoning = thought.filter((text) => text !== "").join("\n\n");
  return { text: contentText(said), ...(reasoning === "" ? {} : { reasoning }), calls };
}

/** Results of tools that stand in a user's message, and what it says besides. */
export function apart(content: unknown): {
  readonly results: readonly { readonly id?: string; readonly text: string }[];
  readonly text: string;
} {
  if (!Array.isArray(content)) return { results: [], text: contentText(content) };
  const results: { id?: string; text: string }[] = [];
  const said: unknown[] = [];
  for (const one of content) {
    const block = membersOf(one);
    if (block?.type === "tool_result")
      results.push({
        id: nameIn(block.tool_use_id),
        text: `${contentText(block.content)}${block.is_error === true ? "\n[The tool reported an error.]" : ""}`,
      });
    else said.push(one);
  }
  return { results, text: contentText(said) };
}
