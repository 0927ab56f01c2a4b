/** Finding the one JSON object in a reply. Nothing is repaired: what does not parse is sent back with its exact place. */
import { excerptAt, placeOf, scanObject } from "../../agent/scan-json.ts";
import type { Json } from "../../core/json.ts";
import { jsonSchema } from "../../core/record.ts";

/** `problem` is a clause for the model. `cut`: the object began and the reply ended inside it; `no-object`: there was none to begin with. */
export type Extracted =
  | { readonly ok: true; readonly value: { readonly [key: string]: Json | undefined } }
  | { readonly ok: false; readonly kind: "empty" | "cut" | "no-object" | "not-json"; readonly problem: string };

/** Where an answer may begin: behind an opening fence, or bare in the text. */
interface Place {
  readonly at: number;
  readonly tag: string;
}

const openingFence = /^[ \t>]*(?:`{3,}|~{3,})[ \t]*([A-Za-z][\w+-]*)?\s*/gm;
const closingFence = /^[ \t>]*(?:`{3,}|~{3,})[ \t]*$/gm;
const closingHere = /\s*(?:`{3,}|~{3,})/y;

/**
 * The object of the last fence tagged json; without such a fence, of the last other fence that begins with an object; else the first object that begins a line, or any that
 * begins with a quoted key. An object counts as soon as its closing brace is there, whether or not its fence is closed. The last json fence decides even when it is
 * broken and an earlier one is not: an earlier one is a draft.
 */
export function extractAnswer(reply: string): Extracted {
  if (reply.trim() === "") return { ok: false, kind: "empty", problem: "the reply is empty" };
  const fenced = fencedPlaces(reply);
  const place = fenced.findLast(({ tag }) => tag === "json") ?? lastReadable(reply, fenced) ?? barePlace(reply);
  if (place === undefined) return { ok: false, kind: "no-object", problem: "it holds no JSON object" };
  if (reply[place.at] === "[") return { ok: false, kind: "no-object", problem: "it holds a list, where one JSON object is expected" };
  return readAt(reply, place.at);
}

function readAt(reply: string, at: number): Extracted {
  const scan = scanObject(reply, at);
  if (!scan.ok) {
    if (scan.at >= reply.trimEnd().length) return { ok: false, kind: "cut", problem: "the reply ends inside its JSON object" };
    return {
      ok: false,
      kind: "not-json",
      problem: `${scan.problem} (${placeOf(reply, at, scan.at)} of the object): ${excerptAt(reply, at, scan.at)}`,
    };
  }
  const value = jsonSchema.safeParse(JSON.parse(reply.slice(at, scan.end)));
  // Well-formed JSON may still hold what no program can: 1e999 is read as infinity.
  if (!value.success || typeof value.data !== "object" || value.data === null || isList(value.data))
    return { ok: false, kind: "not-json", problem: "the object holds a number beyond what can be represented" };
  return { ok: true, value: value.data };
}

/** Fences whose content begins with an object (or, tagged json, with a list), in order. What stands between an opening fence and its closing one is not searched for further fences. */
function fencedPlaces(reply: string): readonly Place[] {
  const places: Place[] = [];
  openingFence.lastIndex = 0;
  for (let match = openingFence.exec(reply); match !== null; match = openingFence.exec(reply)) {
    const at = match.index + match[0].length;
    let inside = at;
    const tag = (match[1] ?? "").toLowerCase();
    if (reply[at] === "[" && tag === "json") places.push({ at, tag });
    if (reply[at] === "{") {
      places.push({ at, tag });
      const scan = scanObject(reply, at);
      if (scan.ok) inside = scan.end;
    }
    openingFence.lastIndex = endOfFence(reply, inside, match.index + match[0].trimEnd().length);
  }
  return places;
}

/** Index behind the fence's closing line; the end of the reply when it is never closed. `opened` is where its opening line ends. */
function endOfFence(reply: string, inside: number, opened: number): number {
  closingHere.lastIndex = inside;
  if (inside > opened && closingHere.test(reply)) return closingHere.lastIndex;
  closingFence.lastIndex = Math.max(inside, opened);
  const match = closingFence.exec(reply);
  return match === null ? reply.length : match.index + match[0].length;
}

function lastReadable(reply: string, places: readonly Place[]): Place | undefined {
  return places.findLast(({ at }) => scanObject(reply, at).ok) ?? places.at(-1);
}

/** Only the outermost beginning is tried: an object further inside would be a part taken for the whole. */
function barePlace(reply: string): Place | undefined {
  const start = /^\s*\[(?=\s*[[{"])/.exec(reply) ?? /^[ \t]*\{(?=\s*["}])/m.exec(reply) ?? /\{(?=\s*")/.exec(reply);
  return start === null ? undefined : { at: start.index + start[0].length - 1, tag: "" };
}

function isList(value: Json): value is readonly Json[] {
  return Array.isArray(value);
}
