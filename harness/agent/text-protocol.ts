import { extendLast } from "./conversation.ts";
import { parseReleasedReply } from "./parse-released-reply.ts";
import { parseReply } from "./parse-reply.ts";
import { type Protocol, withPictures } from "./protocol.ts";
import { type ReactOptions, toolsOf } from "./react-options.ts";

const thoughtLabel = /^[\s>*_#]*thought[ \t]*:[\s*_]*/i;

/** Thought, `Action:` and a JSON object in the reply; the result in a user message after `Observation:`, which is also the stop sequence. */
export function textProtocol(options: ReactOptions): Protocol {
  const parse = options.reply_parser === "tokens" ? parseReply : parseReleasedReply;
  return {
    request: { stop: ["Observation:"] },
    tools: `${toolsOf(options).join(", ")} (to finish, write the completion signal)`,
    read: (reply) => {
      const reading = parse(reply.text, { quoteSwap: options.quote_swap, badArguments: options.bad_arguments });
      if (reading.kind === "action") return { ...reading, thought: reading.thought.replace(thoughtLabel, "") };
      if (reading.kind !== "no-action" || reply.toolCalls.length === 0) return reading;
      return { ...reading, problem: 'the reply calls a tool natively, but actions are written as text after "Action:"' };
    },
    respond: (conversation, reply, response) => {
      const text = response.from === "tool" ? `Observation: ${response.text}` : response.text;
      if (reply.text.trim() === "") return extendLast(conversation, text);
      const message = { role: "user", content: withPictures(text, response) } as const;
      return [
        ...conversation,
        { message: { role: "assistant", content: reply.text } },
        response.from === "tool" ? { message, observation: true } : { message },
      ];
    },
  };
}
