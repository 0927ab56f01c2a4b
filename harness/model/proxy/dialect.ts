/** The APIs a program may speak to its model in; all of them come down to one request and one reply. */
import type { Hash } from "../../core/json.ts";
import type { AskedCompletion } from "./read-chat-body.ts";
import { readChatBody } from "./read-chat-body.ts";
import { readMessagesBody } from "./read-messages-body.ts";
import { readResponsesBody } from "./read-responses-body.ts";
import { type Refusal, refusalBody } from "./refusal.ts";
import { type AnsweredCompletion, completionBody, completionEvents } from "./write-chat-reply.ts";
import { messageBody, messageEvents, messageRefusal } from "./write-messages-reply.ts";
import { responseBody, responseEvents } from "./write-responses-reply.ts";

/** A request that was read, with how its reply is written. `events` are server-sent events: the reply is there as a whole, so they come at once. */
export interface ReadRequest {
  readonly asked: AskedCompletion;
  body(answered: AnsweredCompletion): object;
  events(answered: AnsweredCompletion): string;
}

export interface Dialect {
  /** Reads a body, or says why it is not answered. `keep` stores a picture and gives the name it is read by again. Never throws for what the text holds. */
  read(text: string, keep: (bytes: Uint8Array) => Promise<Hash>): Promise<ReadRequest | Refusal>;
  /** Body of a refusal, as clients of this API understand it. */
  refuse(refusal: Refusal): object;
}

/** By path. */
export const dialects: Readonly<Record<string, Dialect>> = {
  "/v1/chat/completions": {
    async read(text, keep) {
      const asked = await readChatBody(text, keep);
      if ("code" in asked) return asked;
      return { asked, body: completionBody, events: (answered) => completionEvents(answered, asked.streamUsage) };
    },
    refuse: refusalBody,
  },
  "/v1/messages": {
    async read(text, keep) {
      const asked = await readMessagesBody(text, keep);
      return "code" in asked ? asked : { asked, body: messageBody, events: messageEvents };
    },
    refuse: messageRefusal,
  },
  "/v1/responses": {
    async read(text, keep) {
      const read = await readResponsesBody(text, keep);
      if ("code" in read) return read;
      const { asked, free } = read;
      return { asked, body: (answered) => responseBody(answered, free), events: (answered) => responseEvents(answered, free) };
    },
    refuse: refusalBody,
  },
};
