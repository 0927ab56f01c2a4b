/** Data in a message: tags on lines of their own around a text, as authors are sent them. */

export interface DataBlock {
  readonly attributes: Readonly<Record<string, string>>;
  readonly text: string;
}

/** Blocks of a tag in order; none gives an empty list. A closing tag written `<\/tag>` inside is text. */
export function blocksOf(message: string, tag: string): readonly DataBlock[] {
  const pattern = new RegExp(`^<${tag}((?: [\\w-]+="[^"\\n]*")*)>[ \\t]*\\n([\\s\\S]*?)^</${tag}>[ \\t]*$`, "gm");
  return [...message.matchAll(pattern)].map(([, written = "", text = ""]) => ({
    attributes: Object.fromEntries(
      [...written.matchAll(/ ([\w-]+)="([^"]*)"/g)].map(([, name = "", value = ""]) => [name, value.replaceAll("&quot;", '"')]),
    ),
    text: text.replaceAll(`<\\/${tag}`, `</${tag}`).replace(/\n$/, ""),
  }));
}

/** JSON of the first block of a tag; undefined when there is no such block or it cannot be read. */
export function jsonBlock(message: string, tag: string): unknown {
  const text = blocksOf(message, tag)[0]?.text;
  if (text === undefined) return undefined;
  try {
    return JSON.parse(text);
  } catch {
    return undefined; // as a model that cannot make sense of it
  }
}

export interface SkillFileText {
  readonly path: string;
  readonly text: string;
}

/** Files of the skill that a message shows. Logs are left out: what an agent once saw is not the skill at hand. */
export function skillFilesIn(message: string): readonly SkillFileText[] {
  const own = message.replace(/^<log\b[^\n]*>\n[\s\S]*?^<\/log>/gm, "");
  return blocksOf(own, "skill_file").flatMap(({ attributes: { path }, text }) => (path === undefined ? [] : [{ path, text }]));
}
