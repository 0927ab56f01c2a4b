import { splitThinking } from "../../agent/reading.ts";
import { renderPrompt } from "../../agent/render-prompt.ts";
import type { Json } from "../../core/json.ts";
import type { ChatReply } from "../../core/record.ts";
import type { ReplyForm } from "../author.ts";
import { extractAnswer } from "./extract-answer.ts";
import { promptFile } from "./prompt-file.ts";

const prompts = {
  empty: promptFile(import.meta.url, "reply-empty"),
  cut: promptFile(import.meta.url, "reply-cut"),
  "no-object": promptFile(import.meta.url, "no-object"),
  "not-json": promptFile(import.meta.url, "not-json"),
  form: promptFile(import.meta.url, "form-problem"),
} as const;

/** `feedback` goes to the model, `problem` into the record. `keep` is the reply as it stays in the conversation; absent where it is worth nothing to it. */
export type Judged =
  | { readonly ok: true; readonly value: Json }
  | { readonly ok: false; readonly problem: string; readonly feedback: string; readonly keep?: string };

/** Reads one reply and holds it against its form. A complete object counts whatever the finish reason says; an incomplete one is never completed here. */
export function judgeAnswer(reply: Pick<ChatReply, "text" | "finishReason">, form: ReplyForm<unknown>, context: Json): Judged {
  const { text } = splitThinking(reply.text);
  const read = extractAnswer(text);
  if (read.ok) {
    const checked = form.check(read.value, context);
    if (checked.ok) return { ok: true, value: read.value };
    return { ok: false, problem: checked.problem, feedback: renderPrompt(prompts.form, { problem: checked.problem }), keep: text };
  }
  if (reply.finishReason === "length" || read.kind === "cut")
    return { ok: false, problem: "the reply ended before its JSON object was complete", feedback: prompts.cut };
  if (read.kind === "empty") return { ok: false, problem: read.problem, feedback: prompts.empty };
  return { ok: false, problem: read.problem, feedback: renderPrompt(prompts[read.kind], { problem: read.problem }), keep: text };
}
