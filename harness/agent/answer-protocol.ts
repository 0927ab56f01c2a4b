import { extendLast } from "./conversation.ts";
import type { Protocol } from "./protocol.ts";

/** No tools: the reply as a whole is the answer. An empty one is asked for again. */
export const answerProtocol: Protocol = {
  request: {},
  tools: "none",
  read: (reply) =>
    reply.text.trim() === ""
      ? { kind: "no-action", problem: "the reply holds no answer" }
      : { kind: "complete", explicit: true, answer: reply.text.trim() },
  respond: (conversation, reply, response) =>
    reply.text.trim() === ""
      ? extendLast(conversation, response.text)
      : [...conversation, { message: { role: "assistant", content: reply.text } }, { message: { role: "user", content: response.text } }],
};
