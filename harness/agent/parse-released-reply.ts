/** Reading a plain-text reply as the public release does (reply_parser `as-released`). */
import { asAction, type Reading } from "./reading.ts";
import { excerptAt, placeOf, scanObject } from "./scan-json.ts";

const signal = "ACTION: TASK_COMPLETE";
const marker = "Action:";

/**
 * The completion signal anywhere wins, even over an action before it; otherwise the object after the very first `Action:` is cut out by counting braces,
 * strings or not, and parsed strictly, then (`quoteSwap`) with every ' turned into ".
 */
export function parseReleasedReply(
  reply: string,
  options: { readonly quoteSwap: boolean; readonly badArguments: "format-error" | "end-episode" },
): Reading {
  const done = reply.indexOf(signal);
  if (done >= 0) return { kind: "complete", explicit: true, answer: reply.slice(0, done).trim() };
  const at = reply.indexOf(marker);
  if (at < 0) return { kind: "no-action", problem: 'the reply has neither "Action:" with a JSON object nor the completion signal' };
  const found = objectByBraces(reply, at + marker.length);
  if (found === undefined) return { kind: "unreadable", problem: 'no balanced JSON object follows "Action:"' };
  const scan = scanObject(found.text, 0);
  const whole = scan.ok && scan.end === found.text.length;
  const value = whole ? (JSON.parse(found.text) as unknown) : options.quoteSwap ? parseSwapped(found.text) : undefined;
  if (value === undefined)
    return {
      kind: "unreadable",
      problem: scan.ok
        ? "the braces do not match the JSON object"
        : `${scan.problem} (${placeOf(found.text, 0, scan.at)} of the object): ${excerptAt(found.text, 0, scan.at)}`,
    };
  const action = asAction(value, options.badArguments);
  return "kind" in action ? action : { kind: "action", action, thought: reply.slice(0, at).trim() };
}

/** The text from the first `{` at or after `from` to the brace that balances it, counted blindly; undefined when there is none. */
export function objectByBraces(text: string, from: number): { readonly text: string; readonly end: number } | undefined {
  const start = text.indexOf("{", from);
  if (start < 0) return undefined;
  let depth = 0;
  for (let i = start; i < text.length; i++) {
    if (text[i] === "{") depth++;
    else if (text[i] === "}" && --depth === 0) return { text: text.slice(start, i + 1), end: i + 1 };
  }
  return undefined;
}

/** The object after replacing every single quote by a double one, or undefined when that is not JSON either. */
export function parseSwapped(object: string): unknown {
  const swapped = object.replaceAll("'", '"');
  const scan = scanObject(swapped, 0);
  return scan.ok && scan.end === swapped.length ? (JSON.parse(swapped) as unknown) : undefined;
}
