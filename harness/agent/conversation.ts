import type { Message, MessagePart } from "../core/record.ts";
import { cutMiddle } from "./observation.ts";

/** What is sent with the next request. Entries marked `observation` hold results of commands and may be shortened. */
export interface Entry {
  readonly message: Message;
  readonly observation?: true;
}
export type Conversation = readonly Entry[];

/** The two messages every episode begins with. */
export function opening(system: string, user: string | readonly MessagePart[]): Conversation {
  return [{ message: { role: "system", content: system } }, { message: { role: "user", content: user } }];
}

/** The messages to send. */
export function messagesOf(conversation: Conversation): readonly Message[] {
  return conversation.map((entry) => entry.message);
}

/**
 * Puts `text` behind what the model was last told, or into a new user message behind a tool result. Used where there is no reply worth keeping: an empty assistant message,
 * or two user messages in a row, are refused by some servers' chat templates.
 */
export function extendLast(conversation: Conversation, text: string): Conversation {
  const last = conversation.at(-1);
  if (last === undefined || last.message.role !== "user") return [...conversation, { message: { role: "user", content: text } }];
  const { content } = last.message;
  const longer = typeof content === "string" ? `${content}\n\n${text}` : [...content, { type: "text", text } as const];
  return [...conversation.slice(0, -1), { ...last, message: { role: "user", content: longer } }];
}

/** Longest form of an observation once it has been shortened, in code points. */
const shortenedChars = 400;

/**
 * Shortens observations, oldest first and never the last one, until half of what all observations hold is gone. undefined when nothing could be removed.
 * Half, because servers don't say reliably by how much a request was too long.
 */
export function shortenOldest(conversation: Conversation, notice: (elided: number) => string): Conversation | undefined {
  const goal = conversation.reduce((sum, entry) => sum + (observationOf(entry)?.length ?? 0), 0) / 2;
  const newest = conversation.findLastIndex((entry) => entry.observation === true);
  let removed = 0;
  const shorter = conversation.map((entry, i): Entry => {
    const text = observationOf(entry);
    if (text === undefined || text.length <= 2 * shortenedChars || removed >= goal || i >= newest) return entry;
    const content = cutMiddle(text, shortenedChars, notice).text;
    removed += text.length - content.length;
    const { message } = entry;
    return message.role === "tool" ? { ...entry, message: { ...message, content } } : { ...entry, message: { role: "user", content } };
  });
  return removed > 0 ? shorter : undefined;
}

function observationOf(entry: Entry): string | undefined {
  return entry.observation === true && typeof entry.message.content === "string" ? entry.message.content : undefined;
}
