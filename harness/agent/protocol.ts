import type { ChatReply, ChatRequest, MessagePart } from "../core/record.ts";
import type { Conversation } from "./conversation.ts";
import type { Reading } from "./reading.ts";

/** What the harness says after a reply: the result of its action, or something of its own. */
export interface Response {
  readonly text: string;
  readonly from: "tool" | "harness";
  /** Pictures that come with it. */
  readonly images?: readonly MessagePart[];
}

/** How actions and results travel: in plain messages or as native tool calls. */
export interface Protocol {
  readonly request: Pick<ChatRequest, "tools" | "stop">;
  /** Names the model may call, for feedback. */
  readonly tools: string;
  read(reply: ChatReply): Reading;
  /** The history with the reply (without reasoning) and the response to it. */
  respond(conversation: Conversation, reply: ChatReply, response: Response): Conversation;
}

/** The content of a user message: plain text, or with pictures behind it. */
export function withPictures(text: string, { images }: Pick<Response, "images">): string | readonly MessagePart[] {
  return images === undefined || images.length === 0 ? text : [{ type: "text", text }, ...images];
}
