/** Careful looks into JSON that another program wrote: what is not there or of another type is undefined, and nothing throws. */
import { isJson, type Json } from "../../core/json.ts";

export type Members = Readonly<Record<string, unknown>>;

/** An object's members; undefined for anything else. */
export function membersOf(value: unknown): Members | undefined {
  return typeof value === "object" && value !== null && !Array.isArray(value) ? Object.fromEntries(Object.entries(value)) : undefined;
}

/** A list's entries; none for anything else. */
export function entriesOf(value: unknown): readonly unknown[] {
  return Array.isArray(value) ? value : [];
}

/** A text that says something. */
export function textIn(value: unknown): string | undefined {
  return typeof value === "string" && value.trim() !== "" ? value : undefined;
}

/** A name as logs have them: a text or a number. */
export function nameIn(value: unknown): string | undefined {
  return typeof value === "number" ? String(value) : textIn(value);
}

/** The text of a message's content: a string, or parts (as OpenAI, Anthropic and ATIF have them) one below the other, with a notice in the place of what is no text. */
export function contentText(content: unknown): string {
  if (typeof content === "string") return content;
  if (content === null || content === undefined) return "";
  if (!Array.isArray(content)) return contentText([content]);
  return content.map(partText).join("\n");
}

function partText(part: unknown): string {
  if (typeof part === "string") return part;
  const members = membersOf(part);
  if (members === undefined) return "";
  if (typeof members.text === "string") return members.text;
  if (typeof members.refusal === "string") return members.refusal;
  const type = textIn(members.type)
    ?.replace(/[^\w.-]/g, "?")
    .slice(0, 40);
  return type === undefined ? "[a part without a text]" : `[a part of type ${type}, not shown]`;
}

/** Arguments of a call: an object, the JSON text of one, or any text at all (then under `input`). */
export function argumentsIn(value: unknown): Readonly<Record<string, Json>> {
  if (typeof value === "string") {
    try {
      const parsed: unknown = JSON.parse(value);
      if (membersOf(parsed) !== undefined) return argumentsIn(parsed);
    } catch {
      // Free text is what some tools take.
    }
    return value.trim() === "" ? {} : { input: value };
  }
  const members = membersOf(value);
  if (members === undefined) return value === null || value === undefined || !isJson(value) ? {} : { input: value };
  return Object.fromEntries(Object.entries(members).flatMap(([name, one]) => (isJson(one) ? [[name, one] as const] : [])));
}

/** Deeper JSON than this no agent writes; walking it would exhaust the stack. */
const deepest = 200;

/** Whether a value nests too deeply to be worked with. Needs no stack of its own. */
export function isTooDeep(value: unknown): boolean {
  let level: unknown[] = [value];
  for (let depth = 0; level.length > 0; depth += 1) {
    if (depth > deepest) return true;
    const next: unknown[] = [];
    for (const one of level) if (typeof one === "object" && one !== null) for (const inner of Object.values(one)) next.push(inner);
    level = next;
  }
  return false;
}
