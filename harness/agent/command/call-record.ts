import { createHash } from "node:crypto";
import type { ChatReply, Message, Step, TrajectoryRecord } from "../../core/record.ts";
import { parseReply } from "../parse-reply.ts";
import { asArguments, splitThinking } from "../reading.ts";

/** What a program said to the model and heard of it, as a trajectory: every call a turn, and what the program sent with a later call that goes on from it its observation. */
export interface CallRecord {
  /** Notes a request; turns are counted by it. */
  begin(messages: readonly Message[]): number;
  end(turn: number, reply: ChatReply): void;
  readonly system: string;
  readonly user: string;
  /** Turns that were answered. */
  steps(): readonly Step[];
}

interface Turn {
  readonly observations: string[];
  readonly images: string[];
  reply?: ChatReply;
}

const thoughtLabel = /^[\s>*_#]*thought[ \t]*:[\s*_]*/i;

export function recordCalls(): CallRecord {
  const turns: Turn[] = [];
  /** Conversations by the hash of all their messages: the last turn that sent exactly them. */
  const known = new Map<string, Turn>();
  let system = "";
  let user = "";
  return {
    begin(messages) {
      const chain = chained(messages);
      const turn: Turn = { observations: [], images: [] };
      const last = turns.at(-1);
      const at = chain.findLastIndex((hash, i) => i < chain.length - 1 && known.has(hash));
      const before = at < 0 ? undefined : known.get(chain[at] ?? "");
      if (before !== undefined) heard(before, messages.slice(at + 1));
      else if (last === undefined) {
        system = textOf(messages.filter(({ role }) => role === "system"));
        user = textOf(
          messages.filter(({ role }) => role !== "system"),
          messages.filter(({ role }) => role !== "system").length > 1,
        );
      } else last.observations.push(`[The program began another conversation with the model:]\n\n${textOf(messages, true)}`);
      turns.push(turn);
      known.set(chain.at(-1) ?? "", turn);
      return turns.length;
    },
    end(number, reply) {
      const turn = turns[number - 1];
      if (turn !== undefined) turn.reply = reply;
    },
    get system() {
      return system;
    },
    get user() {
      return user;
    },
    steps: () => turns.flatMap((turn, i) => (turn.reply === undefined ? [] : [stepOf(i + 1, turn, turn.reply)])),
  };
}

/** What came back to the model behind one of its replies. The reply itself is there already. */
function heard(turn: Turn, sent: readonly Message[]): void {
  const fresh = sent[0]?.role === "assistant" ? sent.slice(1) : sent;
  if (turn.observations.length > 0) turn.observations.push("[The program also went on from here with:]");
  turn.observations.push(textOf(fresh, fresh.length > 1 && fresh.some(({ role }) => role === "assistant")));
  for (const { content } of fresh)
    if (typeof content !== "string") for (const part of content) if (part.type === "image") turn.images.push(part.blob);
}

function stepOf(number: number, { observations, images }: Turn, reply: ChatReply): Step {
  const { text, reasoning } = splitThinking(reply.text);
  const thinking = [reply.reasoning, reasoning].filter((part) => part !== undefined && part !== "").join("\n\n");
  const observation = observations.filter((one) => one !== "").join("\n\n");
  return {
    turn: number,
    ...(thinking === "" ? {} : { reasoning: thinking }),
    reply: text,
    ...actionOf({ ...reply, text }),
    ...(observation === "" ? {} : { observation }),
    ...(images.length === 0 ? {} : { images: [...images] }),
    finishReason: reply.finishReason,
    usage: reply.usage,
  };
}

/** The call a reply makes; several are one action that lists them. A reply in the form our own agent uses is read as that. */
function actionOf({ text, toolCalls }: ChatReply): Pick<Step, "action" | "thought"> {
  const [first, ...others] = toolCalls.map(({ name, arguments: raw }) => ({ tool: name, arguments: argumentsIn(raw) }));
  const thought = text.trim() === "" ? {} : { thought: text.trim() };
  if (first !== undefined && others.length === 0) return { ...thought, action: first };
  if (first !== undefined) return { ...thought, action: { tool: "several calls", arguments: { calls: [first, ...others] } } };
  const read = parseReply(text, { quoteSwap: false, badArguments: "format-error" });
  if (read.kind !== "action") return {};
  const said = read.thought.replace(thoughtLabel, "");
  return { ...(said === "" ? {} : { thought: said }), action: { tool: read.action.tool, arguments: { ...read.action.arguments } } };
}

function argumentsIn(raw: string): NonNullable<Step["action"]>["arguments"] {
  try {
    return { ...(asArguments(JSON.parse(raw)) ?? { unreadable_arguments: raw }) };
  } catch {
    return { unreadable_arguments: raw };
  }
}

/** For each message the hash of it and all before it. */
function chained(messages: readonly Message[]): readonly string[] {
  let before = "";
  return messages.map((message) => {
    before = createHash("sha256").update(before).update(JSON.stringify(message)).digest("base64");
    return before;
  });
}

function textOf(messages: readonly Message[], withRoles = false): string {
  return messages
    .map((message) => {
      const { role, content } = message;
      const said =
        typeof content === "string" ? content : content.map((part) => (part.type === "text" ? part.text : "[a picture]")).join("\n\n");
      const calls = message.role === "assistant" ? (message.toolCalls ?? []).map((call) => `${call.name}(${call.arguments})`) : [];
      const text = [said, ...calls].filter((part) => part !== "").join("\n");
      return withRoles ? `[${role}]\n${text}` : text;
    })
    .join("\n\n");
}

/** The steps with the program's end told in the last one; a program that never got an answer has one turn that holds nothing else. */
export function withEnd(
  steps: readonly Step[],
  end: Pick<Step, "event" | "command"> & { readonly text: string },
): TrajectoryRecord["steps"] {
  const last = steps.at(-1);
  const { text, event, command } = end;
  const facts = command === undefined ? {} : { command };
  if (last === undefined)
    return [
      {
        turn: 1,
        reply: "",
        observation: text,
        ...facts,
        finishReason: "none",
        usage: { calls: 0, promptTokens: 0, completionTokens: 0, reasoningTokens: 0, cachedTokens: 0 },
      },
    ];
  const observation = [last.observation ?? "", text].filter((part) => part !== "").join("\n\n");
  // An event in place of an action would hide what the action was.
  return [
    ...steps.slice(0, -1),
    { ...last, observation, ...facts, ...(event === undefined || last.action !== undefined ? {} : { event }) },
  ];
}
