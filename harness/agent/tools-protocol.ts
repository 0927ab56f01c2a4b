import type { ChatReply, ToolCall, ToolSpec } from "../core/record.ts";
import type { Say } from "./agent-prompts.ts";
import { type Entry, extendLast } from "./conversation.ts";
import { viewParameters } from "./pictures/run-view.ts";
import { type Protocol, withPictures } from "./protocol.ts";
import { type ReactOptions, toolsOf } from "./react-options.ts";
import { type Action, asArguments, type Reading } from "./reading.ts";
import { excerptAt, placeOf, scanObject } from "./scan-json.ts";

/**
 * Native tool calls: `bash`, `view` and `complete`. Only the first call of a reply is run and the others are answered with a refusal, so that a turn is one action and one result
 * in both protocols and turn counts can be compared. With the released parser, `complete` anywhere in the reply outranks what stands before it, as the signal does in text.
 */
export function toolsProtocol(options: ReactOptions, say: Say): Protocol {
  return {
    request: { tools: toolSpecs(options, say) },
    tools: [...toolsOf(options), "complete"].join(", "),
    read: (reply) => readCalls(reply, options),
    respond: (conversation, reply, response) => {
      if (reply.toolCalls.length === 0 && reply.text.trim() === "") return extendLast(conversation, response.text);
      const calls = reply.toolCalls.map(sendable);
      const said: Entry = { message: { role: "assistant", content: reply.text, ...(calls.length > 0 ? { toolCalls: calls } : {}) } };
      if (calls.length === 0) return [...conversation, said, { message: { role: "user", content: response.text } }];
      const answered = calls.findIndex((call) => call.name === answeredCall(reply, options));
      const results = calls.map((call, i): Entry => {
        const content = i === Math.max(answered, 0) ? response.text : say("call-not-run", {});
        return { message: { role: "tool", toolCallId: call.id, content }, observation: true };
      });
      const { images } = response;
      // The protocol has no pictures in tool messages.
      const shown: readonly Entry[] =
        images === undefined ? [] : [{ message: { role: "user", content: withPictures("The part you asked to see:", response) } }];
      return [...conversation, said, ...results, ...shown];
    },
  };
}

function toolSpecs(options: ReactOptions, say: Say): readonly ToolSpec[] {
  const text = (name: "tool-bash-command" | "tool-complete-answer") => ({ type: "string", description: say(name, {}) });
  const acting: Readonly<Record<"bash" | "view", () => ToolSpec>> = {
    bash: () => ({
      name: "bash",
      description: say("tool-bash", {}),
      parameters: {
        type: "object",
        properties: { command: text("tool-bash-command") },
        required: ["command"],
        additionalProperties: false,
      },
    }),
    view: () => ({ name: "view", description: say("tool-view", {}), parameters: viewParameters }),
  };
  return [
    ...toolsOf(options).map((name) => acting[name]()),
    {
      name: "complete",
      description: say("tool-complete", {}),
      parameters: { type: "object", properties: { answer: text("tool-complete-answer") }, additionalProperties: false },
    },
  ];
}

/** Name of the call that decides what the reply is: the first one, or under the released rule a `complete` anywhere. */
function answeredCall(reply: ChatReply, options: ReactOptions): string | undefined {
  const outranks = options.reply_parser === "as-released" && reply.toolCalls.some((call) => call.name === "complete");
  return outranks ? "complete" : reply.toolCalls[0]?.name;
}

function readCalls(reply: ChatReply, options: ReactOptions): Reading {
  const name = answeredCall(reply, options);
  const call = reply.toolCalls.find((one) => one.name === name);
  if (call === undefined) return { kind: "no-action", problem: "the reply calls no tool" };
  const given = readArguments(call);
  if ("problem" in given) return { kind: "unreadable", problem: given.problem };
  const action: Action = { tool: call.name, arguments: given.arguments };
  const thought = reply.text.trim();
  if (call.name !== "complete") return { kind: "action", action, thought };
  const { answer } = action.arguments;
  const said = typeof answer === "string" ? answer.trim() : answer === undefined ? thought : JSON.stringify(answer);
  return { kind: "complete", explicit: true, answer: said, action };
}

function readArguments(call: ToolCall): { readonly arguments: Action["arguments"] } | { readonly problem: string } {
  const text = call.arguments.trim();
  // Servers send "" for a call without arguments.
  if (text === "") return { arguments: {} };
  if (!text.startsWith("{")) return { problem: `the arguments of ${JSON.stringify(call.name)} are no JSON object` };
  const scan = scanObject(text, 0);
  if (!scan.ok)
    return {
      problem: `the arguments of ${JSON.stringify(call.name)} are no JSON: ${scan.problem} (${placeOf(text, 0, scan.at)}): ${excerptAt(text, 0, scan.at)}`,
    };
  const value = scan.end === text.length ? asArguments(JSON.parse(text)) : undefined;
  return value === undefined ? { problem: `something follows the arguments of ${JSON.stringify(call.name)}` } : { arguments: value };
}

/** The call as it may stand in the history: chat templates parse the arguments again and fail on what is no JSON object, and results are matched by id. */
function sendable(call: ToolCall, index: number, all: readonly ToolCall[]): ToolCall {
  const usable = call.id !== "" && all.findIndex((other) => other.id === call.id) === index;
  const given = readArguments(call);
  return {
    id: usable ? call.id : `call${String(index + 1).padStart(5, "0")}`,
    name: call.name,
    arguments: "problem" in given ? JSON.stringify({ unreadable: call.arguments }) : call.arguments.trim() || "{}",
  };
}
