import { readFileSync } from "node:fs";

const texts = new Map<string, string>();

/** Text of `prompts/<name>.md` beside the module whose `import.meta.url` is given. Throws when there is no such file: a program without its prompts cannot run. */
export function promptFile(moduleUrl: string, name: string): string {
  const url = new URL(`./prompts/${name}.md`, moduleUrl);
  const read = texts.get(url.href) ?? readFileSync(url, "utf8").trim();
  texts.set(url.href, read);
  return read;
}
