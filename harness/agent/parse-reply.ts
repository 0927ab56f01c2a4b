/** Reading a plain-text reply with a real tokenizer (reply_parser `tokens`). */

import { objectByBraces, parseSwapped } from "./parse-released-reply.ts";
import { asAction, type Reading } from "./reading.ts";
import { excerptAt, placeOf, scanObject } from "./scan-json.ts";

/** `Action:` at the start of a line, whatever Markdown stands around it. */
const marker = /^[ \t>*_#`-]*action[ \t]*:[*_]*/gim;
/** Between marker and object: blanks, emphasis, an opening code fence with its language. */
const gap = /[\s*_]*(?:(?:`+|~{3,})[A-Za-z]*\s*)?/y;
/** `{x}` in prose is no object; a quote or a closing brace must follow. */
const objectStart = /\{\s*["'}]/y;
const signalOnLine = /^[ \t>*_#`-]*action[ \t]*:[\s*_`]*TASK_COMPLETE\b/im;
const signalAtEnd = /ACTION:[ \t]*TASK_COMPLETE[\s.*_`]*$/;

/**
 * The first line-start `Action:` followed by a JSON object is the action; markers in prose are passed over. A valid action is always run, even beside the completion
 * signal. The signal counts at a line start or at the end of the reply, unless an unreadable action stands before it. `quoteSwap` tries `'` as `"` as a last resort.
 */
export function parseReply(
  reply: string,
  options: { readonly quoteSwap: boolean; readonly badArguments: "format-error" | "end-episode" },
): Reading {
  const signal = signalOnLine.exec(reply) ?? signalAtEnd.exec(reply);
  const start = firstObject(reply, 0);
  if (start !== undefined) {
    const read = readObject(reply, start.object, options.quoteSwap);
    const action = "kind" in read ? read : asAction(read.value, options.badArguments);
    if (!("kind" in action)) {
      const end = "kind" in read ? reply.length : read.end;
      const ignored = signal !== null ? "completion" : firstObject(reply, end) !== undefined ? "actions" : undefined;
      return { kind: "action", action, thought: reply.slice(0, start.marker).trim(), ...(ignored ? { ignored } : {}) };
    }
    if (signal === null || signal.index > start.marker) return action;
  }
  if (signal !== null) return { kind: "complete", explicit: true, answer: reply.slice(0, signal.index).trim() };
  return { kind: "no-action", problem: whyNoAction(reply) };
}

function firstObject(reply: string, from: number): { readonly marker: number; readonly object: number } | undefined {
  marker.lastIndex = from;
  for (let match = marker.exec(reply); match !== null; match = marker.exec(reply)) {
    const object = skipGap(reply, match.index + match[0].length);
    objectStart.lastIndex = object;
    if (objectStart.test(reply)) return { marker: match.index, object };
  }
  return undefined;
}

function skipGap(reply: string, from: number): number {
  gap.lastIndex = from;
  return from + (gap.exec(reply)?.[0].length ?? 0);
}

function readObject(
  reply: string,
  start: number,
  quoteSwap: boolean,
): { readonly value: unknown; readonly end: number } | Extract<Reading, { kind: "unreadable" }> {
  const scan = scanObject(reply, start);
  if (scan.ok) return { value: JSON.parse(reply.slice(start, scan.end)), end: scan.end };
  const byBraces = quoteSwap ? objectByBraces(reply, start) : undefined;
  const swapped = byBraces === undefined ? undefined : parseSwapped(byBraces.text);
  if (swapped !== undefined && byBraces !== undefined) return { value: swapped, end: byBraces.end };
  const where = `${placeOf(reply, start, scan.at)} of the object`;
  // The stop sequence cuts a command that happens to hold it, and the model cannot see that.
  const stopped = scan.at < reply.length ? "" : '; a reply is also ended by the word "Observation" followed by a colon, wherever it stands';
  return { kind: "unreadable", problem: `${scan.problem} (${where}): ${excerptAt(reply, start, scan.at)}${stopped}` };
}

function whyNoAction(reply: string): string {
  marker.lastIndex = 0;
  const match = marker.exec(reply);
  if (match !== null) {
    const after =
      reply
        .slice(skipGap(reply, match.index + match[0].length))
        .slice(0, 40)
        .split("\n")[0]
        ?.replace(/\p{Surrogate}/gu, "") ?? "";
    return `after "Action:" a JSON object is expected, but ${after === "" ? "nothing follows" : `this follows: ${JSON.stringify(after)}`}`;
  }
  if (/action:\s*\{/i.test(reply)) return '"Action:" must stand at the start of a line of its own';
  return 'the reply has neither an "Action:" line with a JSON object nor the completion signal';
}
