import { readFileSync } from "node:fs";

/** Text of `prompts/<name>.md` beside the module whose `import.meta.url` is given. Throws when there is no such file: a program without its prompts cannot run. */
export function promptFile(moduleUrl: string, name: string): string {
  return readFileSync(new URL(`./prompts/${name}.md`, moduleUrl), "utf8").trim();
}
