import type { Json } from "../../core/json.ts";

/**
 * Data in a message: an opening tag, the text, a closing tag, each tag on a line of its own. A closing tag of the same name inside the text is written `<\/name>`,
 * so that nothing in a log or a skill can end its block early and speak with the harness's voice.
 */
export function dataBlock(tag: string, text: string, attributes: Readonly<Record<string, string | number>> = {}): string {
  const written = Object.entries(attributes).map(([name, value]) => ` ${name}="${String(value).replaceAll('"', "&quot;")}"`);
  const inside = text.replace(new RegExp(`</(${tag}\\s*>)`, "gi"), "<\\/$1");
  return `<${tag}${written.join("")}>\n${inside}${inside === "" || inside.endsWith("\n") ? "" : "\n"}</${tag}>`;
}

/** A JSON array with one element a line: as easy to read for a model as for a person, and cheaper than indentation. */
export function jsonLines(elements: readonly Json[]): string {
  return elements.length === 0 ? "[]" : `[\n${elements.map((element) => JSON.stringify(element)).join(",\n")}\n]`;
}
